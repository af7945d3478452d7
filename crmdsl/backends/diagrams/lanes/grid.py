"""The places of the steps of one strip: columns from left to right, rows inside lanes from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crmdsl.backends.diagrams.cards import Card
from crmdsl.backends.diagrams.lanes.bands import ROOM, Band, bands
from crmdsl.backends.diagrams.lanes.flow import Flow, Way
from crmdsl.backends.diagrams.lanes.labels import Label, label

GAP = 4.0
"""Room between the labels of two ways out of one step."""


@dataclass(slots=True)
class Exit:
    """A way as it leaves its step: `shift` is how far over (negative) or under the middle of the step."""

    way: Way
    label: Label
    target: str
    shift: float = 0.0


@dataclass(slots=True)
class Strip:
    """Some columns of a picture, with the lanes that they need."""

    columns: list[list[str]]
    cards: Mapping[str, Card]
    lanes: list[str] = field(default_factory=list)
    lane_of_row: list[str] = field(default_factory=list)
    column: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    exits: dict[str, list[Exit]] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    """Steps that a way from another strip leads to."""
    bands: list[Band] = field(default_factory=list)
    """The branches of parallel blocks, row by row."""
    up: list[float] = field(default_factory=list)
    down: list[float] = field(default_factory=list)
    """How far each row reaches over and under its middle."""

    def empty(self, row: int, first: int, last: int) -> bool:
        """Whether no step stands in a row from one column to another, both included."""
        taken = {self.column[node] for node, place in self.row.items() if place == row}
        return not any(first <= column <= last for column in taken)


def strip(flow: Flow, columns: Sequence[Sequence[str]], lanes: Sequence[str], cards: Mapping[str, Card]) -> Strip:
    """The places in one strip; `lanes` are those of the whole picture in their order."""
    made = Strip([list(column) for column in columns], cards)
    made.column = {node: number for number, column in enumerate(made.columns) for node in column}
    used = {flow.lane_of[node] for node in made.column}
    made.lanes = [lane for lane in lanes if lane in used]
    _rows(made, flow)
    made.bands = bands(flow, made.column, made.row)
    titled = {band.steps[0] for band in made.bands}
    for way in (way for node in made.column for way in flow.leaving.get(node, ())):
        inside = way.target in made.column
        title = way.mark.title if way.mark else "" if inside else flow.nodes[way.target].title
        if not inside and not title:
            title = _around(flow, way.target)
        edge = replace(way.edge, title="") if way.source.endswith("#fork") and way.target in titled else way.edge
        exit_ = Exit(way, label(edge, title), way.target if inside else "")
        made.exits.setdefault(way.source, []).append(exit_)
    made.entered = {
        node for node in made.column if any(way.source not in made.column for way in flow.reaching.get(node, ()))
    }
    for node, exits in made.exits.items():
        made.exits[node] = _fan(made, node, exits)
    _extents(made)
    return made


def _around(flow: Flow, node: str) -> str:
    """What people call a mark of the notation: the block that it opens or closes."""
    block = flow.blocks.get(flow.nodes[node].group)
    return block.title if block else "…"


def _rows(made: Strip, flow: Flow) -> None:
    """A row for every step: in its lane, level with the step before it where there is room."""
    before: dict[str, list[str]] = {}
    for node in made.column:
        before[node] = [way.source for way in flow.reaching.get(node, ()) if way.source in made.column]
    place: dict[str, int] = {}
    for column in made.columns:
        taken: set[tuple[str, int]] = set()
        waiting = sorted(column, key=lambda node: _wanted(node, before, place, flow))
        for node in waiting:
            lane = flow.lane_of[node]
            row = _level_with(node, lane, before, place, flow)
            while (lane, row) in taken:
                row += 1
            taken.add((lane, row))
            place[node] = row
    depth = {lane: 1 + max(place[n] for n in place if flow.lane_of[n] == lane) for lane in made.lanes}
    first = 0
    for lane in made.lanes:
        rows = sorted({place[node] for node in place if flow.lane_of[node] == lane})
        close = {row: number for number, row in enumerate(rows)}
        for node in place:
            if flow.lane_of[node] == lane:
                made.row[node] = first + close[place[node]]
        depth[lane] = len(rows)
        made.lane_of_row += [lane] * len(rows)
        first += len(rows)


def _wanted(node: str, before: Mapping[str, list[str]], place: Mapping[str, int], flow: Flow) -> float:
    known = [place[n] for n in before.get(node, ()) if n in place and flow.lane_of[n] == flow.lane_of[node]]
    return sum(known) / len(known) if known else 0.5


def _level_with(node: str, lane: str, before: Mapping[str, list[str]], place: Mapping[str, int], flow: Flow) -> int:
    known = [place[n] for n in before.get(node, ()) if n in place and flow.lane_of[n] == lane]
    return min(known) if known else 0


def _fan(made: Strip, node: str, exits: list[Exit]) -> list[Exit]:
    """The ways out of a step from top to bottom, each with its shift; the main one leaves from the middle."""

    def height(found: Exit) -> tuple[int, int]:
        if not found.target:
            return (made.row[node], 1)
        target = made.row[found.target]
        return (target, 0) if made.column[found.target] > made.column[node] else (max(target, made.row[node]), 2)

    ordered = sorted(exits, key=height)
    middle = next((n for n, found in enumerate(ordered) if found.way.edge.main and found.target), -1)
    if middle < 0:
        level = [n for n, found in enumerate(ordered) if height(found) == (made.row[node], 0)]
        middle = level[0] if level else (len(ordered) - 1) // 2
    shift = 0.0
    for number in range(middle - 1, -1, -1):
        shift -= ordered[number + 1].label.over + ordered[number].label.under + GAP
        ordered[number].shift = shift
    shift = 0.0
    for number in range(middle + 1, len(ordered)):
        shift += ordered[number - 1].label.under + ordered[number].label.over + GAP
        ordered[number].shift = shift
    return ordered


def _extents(made: Strip) -> None:
    made.up, made.down = [0.0] * len(made.lane_of_row), [0.0] * len(made.lane_of_row)
    for band in made.bands:
        made.up[band.row] = max([made.up[band.row], *(made.cards[node].height / 2 + ROOM for node in band.steps)])
    for node, row in made.row.items():
        half = made.cards[node].height / 2
        exits = made.exits.get(node, [])
        made.up[row] = max([made.up[row], half, *(found.label.over - found.shift for found in exits)])
        made.down[row] = max([made.down[row], half, *(found.label.under + found.shift for found in exits)])
