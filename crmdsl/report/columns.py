"""Figures and columns of reports as text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from crmdsl.diagnostics import Catalogue, Message
from crmdsl.diagnostics.message import Row
from crmdsl.diagnostics.numbers import Numeral

Cell = str | Message


def table(heads: Sequence[Message], rows: Iterable[Sequence[Cell]], translate: Catalogue | None) -> list[str]:
    """Columns as wide as they must be; all but the first to the right."""
    text = [[head.text(translate) for head in heads]]
    text += [[cell.text(translate) if isinstance(cell, Message) else cell for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in text) for column in range(len(heads))]
    return ["  ".join(map(_aligned, row, widths, range(len(row)))).rstrip() for row in text]


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)


def spread(show: Callable[[float], Message], mean: float, half: float) -> Message:
    """A figure with half its interval, where it has one."""
    return Row([show(mean), " ±", show(half)], "") if math.isfinite(half) else show(mean)


def hours(hours: float) -> Message:
    """Hours, in minutes where they are few."""
    if not math.isfinite(hours):
        return Numeral("∞")
    if 0 < hours < 0.5 / 60:
        return Numeral("<1m")
    return Numeral(f"{hours:,.1f}h" if hours >= 1 else f"{hours * 60:.0f}m")


def share(share: float) -> Message:
    """A share in per cent."""
    return Numeral(f"{share * 100:,.1f}%" if math.isfinite(share) else "∞")


def count(number: float) -> Message:
    """A number, without decimals where it is large."""
    return Numeral(plain(number))


def plain(number: float) -> str:
    """The same in English, to be a part of a `Numeral`."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}"
