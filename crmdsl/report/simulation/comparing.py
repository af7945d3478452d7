"""What a change of the spec changes, as text: differences with their intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from crmdsl.analysis.simulation.study import Study, difference
from crmdsl.diagnostics import Catalogue, Message
from crmdsl.diagnostics.message import Row
from crmdsl.report.columns import Cell, share, spread, table

_MOST = 8


def compared(
    plain: Study, others: Sequence[Study], time: Callable[[float], Message], translate: Catalogue | None
) -> Iterator[tuple[Message, list[str]]]:
    """For each changed spec what is surely different, the largest change against its interval first."""
    for other in others:
        words = ", ".join(f"{path} = {value}" for path, value in other.changes)
        yield Message("what if {changes}", changes=words), _lines(plain, other, time, translate)


def _lines(plain: Study, other: Study, time: Callable[[float], Message], translate: Catalogue | None) -> list[str]:
    heads = [Message("figure"), Message("before"), Message("after"), Message("difference")]
    rows: list[tuple[float, list[Cell]]] = []
    for name in plain.found.names:
        kind, *rest = name.split("/")
        label = _label(kind, rest)
        before, after = plain.interval(name), other.interval(name)
        change = difference(plain, other, name) if label is not None else None
        if label is None or change is None or before is None or after is None or not change.decided:
            continue
        show = share if kind in ("utilisation", "kept") else time
        sign = "+" if change.mean > 0 else "−"
        size = abs(change.mean) / change.half if change.half else math.inf
        gap = Row([sign, spread(show, abs(change.mean), change.half)], "")
        rows.append((size, [label, show(before.mean), show(after.mean), gap]))
    rows.sort(key=lambda row: -row[0])
    found = table(heads, [row for _, row in rows[:_MOST]], translate) if rows else []
    return found or [Message("nothing is surely different").text(translate)]


def _label(kind: str, rest: list[str]) -> Message | None:
    """What a figure is called, `None` for those that are not compared."""
    if kind == "lead" and rest[1] in ("mean", "p90"):
        if rest[1] == "mean":
            return Message("lead time of `{name}`", name=rest[0])
        return Message("lead time of 9 of 10 of `{name}`", name=rest[0])
    if kind == "utilisation":
        return Message("load of `{name}`", name=rest[0])
    if kind == "busy":
        return Message("wait for `{name}`", name=rest[0])
    if kind == "kept":
        return Message("promise of `{name}` kept", name=rest[0])
    return None
