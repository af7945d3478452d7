"""Diagnostics as JSON, the contract with programs that read them."""

from __future__ import annotations

import json
from typing import Any

from crmdsl.diagnostics.diagnostic import Diagnostic
from crmdsl.diagnostics.message import Catalogue
from crmdsl.diagnostics.render.report import Report, counts
from crmdsl.diagnostics.span import Span


def render(report: Report, *, translate: Catalogue | None = None) -> str:
    """The whole report as one JSON object."""
    return json.dumps(as_data(report, translate=translate), ensure_ascii=False, indent=2) + "\n"


def as_data(report: Report, *, translate: Catalogue | None = None) -> dict[str, Any]:
    """The report as data that JSON can hold."""
    return {
        "spec": report.spec,
        "diagnostics": [diagnostic_data(diagnostic, translate) for diagnostic in report.diagnostics],
        "counts": counts(report.diagnostics),
    }


def diagnostic_data(diagnostic: Diagnostic, translate: Catalogue | None = None) -> dict[str, Any]:
    """One diagnostic as data that JSON can hold."""
    data: dict[str, Any] = {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message.text(translate),
        **_place(diagnostic.span),
        "help": diagnostic.help.text(translate) if diagnostic.help else None,
    }
    if diagnostic.fix:
        data["fix"] = {**_place(diagnostic.fix.span), "text": diagnostic.fix.text}
    data["related"] = [
        {
            "file": related.span.file,
            "line": related.span.line,
            "column": related.span.column,
            "message": related.message.text(translate),
        }
        for related in diagnostic.related
    ]
    return data


def _place(span: Span) -> dict[str, Any]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
