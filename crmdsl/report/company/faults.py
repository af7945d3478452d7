"""The diagnostics of a spec, with the line that each is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmdsl.diagnostics import Diagnostic
from crmdsl.diagnostics.render.excerpt import excerpt, visible
from crmdsl.report.company.speech import Speech
from crmdsl.syntax.nodes import Source

MOST = 200
"""Diagnostics that are shown."""


@dataclass(frozen=True, slots=True)
class FaultView:
    """A diagnostic. The line is in three parts, what it is about in the middle."""

    code: str
    severity: str
    message: str
    file: str
    line: int
    column: int
    before: str
    marked: str
    after: str
    help: str


def faults(found: Sequence[Diagnostic], sources: Mapping[str, Source], speech: Speech) -> tuple[FaultView, ...]:
    """The diagnostics that are shown, in their order."""
    return tuple(_fault(one, sources, speech) for one in found[:MOST])


def _fault(one: Diagnostic, sources: Mapping[str, Source], speech: Speech) -> FaultView:
    source = sources.get(one.span.file)
    shown = excerpt(source.line(one.span.line), one.span) if source else None
    text, start, end = (shown.text, shown.indent, shown.indent + shown.width) if shown else ("", 0, 0)
    said = visible(one.message.text(speech.catalogue).replace("\n", " "))
    helped = visible(one.help.text(speech.catalogue).replace("\n", " ")) if one.help else ""
    return FaultView(
        one.code, one.severity.value, said, one.span.file, one.span.line, one.span.column, text[:start],
        text[start:end], text[end:], helped,
    )  # fmt: skip
