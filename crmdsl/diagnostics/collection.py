"""Diagnostics of all stations together: in the order of their places, each once."""

from __future__ import annotations

from collections.abc import Iterable

from crmdsl.diagnostics.diagnostic import Diagnostic


def collect(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by file, line, column and code; of those that say the same at the same place keep the first."""
    ordered = sorted(diagnostics, key=_place)
    unique = {(diagnostic.code, diagnostic.span, diagnostic.message): diagnostic for diagnostic in reversed(ordered)}
    return tuple(reversed(unique.values()))


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    span = diagnostic.span
    return span.file, span.line, span.column, diagnostic.code
