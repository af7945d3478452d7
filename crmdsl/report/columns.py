"""Figures and columns of reports as text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from crmdsl.diagnostics import Catalogue, Message

Cell = str | Message


def table(heads: Sequence[Message], rows: Iterable[Sequence[Cell]], translate: Catalogue | None) -> list[str]:
    """Columns as wide as they must be; all but the first to the right."""
    text = [[head.text(translate) for head in heads]]
    text += [[cell.text(translate) if isinstance(cell, Message) else cell for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in text) for column in range(len(heads))]
    return ["  ".join(map(_aligned, row, widths, range(len(row)))).rstrip() for row in text]


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)


def hours(hours: float) -> str:
    """Hours, in minutes where they are few."""
    if not math.isfinite(hours):
        return "∞"
    if 0 < hours < 0.5 / 60:
        return "<1m"
    return f"{hours:.1f}h" if hours >= 1 else f"{hours * 60:.0f}m"


def share(share: float) -> str:
    """A share in per cent."""
    return f"{share * 100:.1f}%" if math.isfinite(share) else "∞"


def count(number: float) -> str:
    """A number, without decimals where it is large."""
    return f"{number:,.0f}".replace(",", "_") if number >= 10 else f"{number:.1f}"
