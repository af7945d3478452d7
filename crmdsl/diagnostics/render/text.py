"""Diagnostics for people at a terminal: what, where, the line itself, and the repair."""

from __future__ import annotations

from crmdsl.diagnostics.diagnostic import Diagnostic, Severity
from crmdsl.diagnostics.message import Catalogue, Message, Row
from crmdsl.diagnostics.render.excerpt import excerpt, visible
from crmdsl.diagnostics.render.report import HELP, Report, counts

_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;34"}
_RELATED = Message("related")
_NO_FAULTS = Message("no faults")


def render(report: Report, *, translate: Catalogue | None = None, colour: bool = False) -> str:
    """One paragraph a diagnostic, empty without any."""
    return "\n".join(_paragraph(report, diagnostic, translate, colour) for diagnostic in report.diagnostics)


def summary(report: Report) -> Message:
    """`valvotech: 2 errors, 1 warning`, or that all is well."""
    said = [_counted(name, count) for name, count in counts(report.diagnostics).items() if count]
    return Message("{spec}: {found}", spec=visible(report.spec), found=Row(said) if said else _NO_FAULTS)


def _counted(severity: str, count: int) -> Message:
    """`2 errors`."""
    if severity == "error":
        return Message.counted("{count} error", "{count} errors", count=count)
    if severity == "warning":
        return Message.counted("{count} warning", "{count} warnings", count=count)
    return Message.counted("{count} info", "{count} infos", count=count)


def _paragraph(report: Report, diagnostic: Diagnostic, translate: Catalogue | None, colour: bool) -> str:
    span = diagnostic.span
    tone = _COLOURS[diagnostic.severity]
    head = _paint(f"{diagnostic.severity.value}[{diagnostic.code}]", tone, colour)
    source = report.sources.get(span.file)
    gutter = " " * len(str(span.line))
    lines = [
        f"{head}: {_indented(diagnostic.message.text(translate), '  ')}",
        f"{gutter}--> {visible(span.file)}:{span.line}:{span.column}",
    ]
    shown = excerpt(source.line(span.line), span) if source else None
    if shown:
        bar = _paint("|", "1;34", colour)
        lines += [f"{gutter} {bar}", f"{span.line} {bar} {shown.text}"]
        lines.append(f"{gutter} {bar} {' ' * shown.indent}{_paint('^' * shown.width, tone, colour)}")
    for related in diagnostic.related:
        place = f"{visible(related.span.file)}:{related.span.line}:{related.span.column}"
        lines.append(f"{gutter} {_RELATED.text(translate)}: {place}: {visible(related.message.text(translate))}")
    if diagnostic.help:
        label = _paint(HELP.text(translate), "1;32", colour)
        lines.append(f"{gutter} {label}: {_indented(diagnostic.help.text(translate), gutter + '       ')}")
    return "\n".join(lines) + "\n"


def _paint(text: str, tone: str, colour: bool) -> str:
    return f"\x1b[{tone}m{text}\x1b[0m" if colour else text


def _indented(text: str, indent: str) -> str:
    """A text that may have several lines, safe to print; the further ones are indented."""
    return f"\n{indent}".join(visible(line) for line in text.split("\n"))
