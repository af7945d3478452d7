"""Diagnostics as SARIF 2.1.0, which code hosts and editors show."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from crmdsl.diagnostics.diagnostic import Diagnostic, Fix, Severity
from crmdsl.diagnostics.message import Catalogue
from crmdsl.diagnostics.render.report import HELP, Report
from crmdsl.diagnostics.span import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, *, translate: Catalogue | None = None) -> str:
    """A SARIF log with one run."""
    codes = sorted({diagnostic.code for diagnostic in report.diagnostics})
    run = {
        "tool": {"driver": {"name": "crmdsl", "rules": [{"id": code} for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(report, diagnostic, codes.index(diagnostic.code), translate) for diagnostic in report.diagnostics
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _result(report: Report, diagnostic: Diagnostic, index: int, translate: Catalogue | None) -> dict[str, Any]:
    text = diagnostic.message.text(translate)
    if diagnostic.help:
        text += f"\n{HELP.text(translate)}: {diagnostic.help.text(translate)}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(report, diagnostic.span)}],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {"physicalLocation": _location(report, related.span), "message": {"text": related.message.text(translate)}}
            for related in diagnostic.related
        ]
    if diagnostic.fix:
        result["fixes"] = [_fix(report, diagnostic.fix)]
    return result


def _location(report: Report, span: Span) -> dict[str, Any]:
    return {"artifactLocation": {"uri": quote(report.path(span.file))}, "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(report: Report, fix: Fix) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(fix.span), "insertedContent": {"text": fix.text}}
    change = {"artifactLocation": {"uri": quote(report.path(fix.span.file))}, "replacements": [replacement]}
    return {"artifactChanges": [change]}
