"""Into how many strips a picture is cut, so that it can be read on a slide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmdsl.backends.diagrams.cards import Card
from crmdsl.backends.diagrams.lanes.flow import OUTSIDE, Flow
from crmdsl.backends.diagrams.lanes.grid import strip
from crmdsl.backends.diagrams.lanes.placing import Placed

SLIDE = 1840.0, 900.0
"""The room of a slide in points at the scale 1, without heading and legend."""
BETWEEN = 24.0
MOST = 6
LEGIBLE = 1.0
"""The scale at which the letters of a picture can be read on a slide: it is cut into no more strips than that takes."""


def strips(flow: Flow, columns: Sequence[Sequence[str]], cards: Mapping[str, Card]) -> list[Placed]:
    """The picture in the fewest strips in which it can be read on a slide, else in those where letters are largest.

    Instead of a slide it may be the room that its overlay says.
    """
    room = flow.overlay.room or SLIDE
    lanes = lane_order(flow, columns)
    widths = [max(cards[node].width for node in column) for column in columns]
    best, best_scale = [], 0.0
    for count in range(1, min(MOST, len(columns)) + 1):
        placed = [Placed(flow, strip(flow, part, lanes, cards)) for part in _cut(columns, widths, count)]
        wide = max(part.width for part in placed)
        high = sum(part.height + BETWEEN for part in placed)
        scale = min(room[0] / wide, room[1] / high, 1.5)
        if scale > best_scale * 1.08:
            best, best_scale = placed, scale
        if best_scale >= LEGIBLE:
            break
    return best


def _cut(columns: Sequence[Sequence[str]], widths: Sequence[float], count: int) -> list[list[list[str]]]:
    """The columns in so many parts of about the same width."""
    total = sum(width + 90 for width in widths)
    parts: list[list[list[str]]] = [[]]
    done = 0.0
    for column, width in zip(columns, widths, strict=True):
        if parts[-1] and done + (width + 90) / 2 > total * len(parts) / count and len(parts) < count:
            parts.append([])
        parts[-1].append(list(column))
        done += width + 90
    return parts


def lane_order(flow: Flow, columns: Sequence[Sequence[str]]) -> list[str]:
    """The lanes by department, both in the order in which the work reaches them; outside comes last."""
    seen = list(dict.fromkeys(flow.lane_of[node] for column in columns for node in column))
    pools = list(dict.fromkeys(flow.lanes[lane].pool for lane in seen))
    outside = {flow.lanes[lane].pool for lane in seen if lane.startswith(OUTSIDE)}
    inside = [pool for pool in pools if pool not in outside]
    places = {pool: number for number, pool in enumerate([*inside, *(p for p in pools if p in outside)])}
    return sorted(seen, key=lambda lane: places[flow.lanes[lane].pool])
