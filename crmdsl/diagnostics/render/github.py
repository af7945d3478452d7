"""Diagnostics as workflow commands, which GitHub shows at the lines of a pull request."""

from __future__ import annotations

from crmdsl.diagnostics.diagnostic import Diagnostic, Severity
from crmdsl.diagnostics.message import Catalogue
from crmdsl.diagnostics.render.report import HELP, Report

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, *, translate: Catalogue | None = None) -> str:
    """One workflow command a line."""
    return "".join(_command(report, diagnostic, translate) + "\n" for diagnostic in report.diagnostics)


def _command(report: Report, diagnostic: Diagnostic, translate: Catalogue | None) -> str:
    span = diagnostic.span
    properties = {
        "file": report.path(span.file),
        "line": span.line,
        "endLine": span.end_line,
        "col": span.column,
        "endColumn": max(span.end_column - 1, span.column) if span.end_line == span.line else span.end_column,
        "title": diagnostic.code,
    }
    text = [diagnostic.message.text(translate)]
    text += [f"{related.span}: {related.message.text(translate)}" for related in diagnostic.related]
    if diagnostic.help:
        text.append(f"{HELP.text(translate)}: {diagnostic.help.text(translate)}")
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_LEVELS[diagnostic.severity]} {told}::{_escaped(chr(10).join(text))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
