"""Diagnostics of all stations together: in the order of their places, each once."""

from __future__ import annotations

from collections.abc import Iterable

from crmdsl.diagnostics.diagnostic import Diagnostic
from crmdsl.diagnostics.span import Span

MOST = 10_000
"""Diagnostics of a whole spec that are told: nobody reads more, and a hostile spec has millions of faults."""


def collect(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by file, line, column and code; of those that say the same at the same place keep the first.

    What several declarations take from one by `use` is looked at for each of them.
    """
    unique: dict[tuple[Span, str, str], Diagnostic] = {}
    for diagnostic in diagnostics:
        unique.setdefault((diagnostic.span, diagnostic.code, str(diagnostic.message)), diagnostic)
    return tuple(sorted(unique.values(), key=_place))


def _place(diagnostic: Diagnostic) -> tuple[tuple[str, int, int], str, tuple[int, int]]:
    file, line, column, *end = diagnostic.span
    return (file, line, column), diagnostic.code, (end[0], end[1])
