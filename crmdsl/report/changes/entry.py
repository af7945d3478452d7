"""An entry of a report on differences, whatever form it takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One difference: under which heading, its sign (`+`, `-` or `~`), a line, what it can break, and details, each
    with its label (empty for a line of its own)."""

    heading: str
    sign: str
    line: str
    tags: tuple[str, ...]
    details: tuple[tuple[str, str], ...] = ()
