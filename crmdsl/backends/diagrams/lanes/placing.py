"""A strip with every coordinate: columns, rows, lanes, and the corners of each way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.backends.diagrams.lanes.bands import ROOM, Band
from crmdsl.backends.diagrams.lanes.flow import Flow
from crmdsl.backends.diagrams.lanes.grid import Exit, Strip
from crmdsl.backends.diagrams.lanes.ranks import block_chain
from crmdsl.backends.diagrams.lanes.routing import ARROW, TRACK, Channels, Run, channels
from crmdsl.backends.diagrams.metrics import narrowest

POOL, HEAD = 26.0, 108.0
"""The widths of a department's heading and of a lane's."""
SPINE, PAD, FRAME_TITLE = 5.0, 7.0, 17.0
LEAST, POOL_MOST = 46.0, 130.0
"""The height of a lane in points, however little stands in it, and what it grows to for the name of its department."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A way as it runs: its corners and where its label stands (left, and the height of its line)."""

    source: str
    exit: Exit
    corners: tuple[Point, ...]
    label_at: Point


class Placed:
    """The coordinates of a strip, with its upper left corner at (0, 0)."""

    def __init__(self, flow: Flow, strip: Strip) -> None:
        self.flow = flow
        self.strip = strip
        self.channels: Channels = channels(strip)
        self.frames = _frames(flow, strip)
        self._across()
        self._down()

    def _across(self) -> None:
        """The columns: room for the cards, for the labels behind them, and for the tracks."""
        x = POOL + HEAD + PAD + self.channels.wide(-1)
        self.left: list[float] = []
        self.card_room: list[float] = []
        self.label_room: list[float] = []
        for number, column in enumerate(self.strip.columns):
            cards = max(self.strip.cards[node].width for node in column)
            exits = [found for node in column for found in self.strip.exits.get(node, ())]
            labels = max([0.0, *(found.label.width for found in exits)])
            self.left.append(x)
            self.card_room.append(cards)
            self.label_room.append(SPINE + labels)
            x += cards + SPINE + labels + self.channels.wide(number)
        self.width = x - ARROW + PAD + 4

    def _down(self) -> None:
        """The rows, with the tracks over each, and the lanes around them."""
        y = 0.0
        self.middle: list[float] = []
        self.level_at: dict[int, float] = {}
        self.lane_top: dict[str, float] = {}
        self.lane_bottom: dict[str, float] = {}
        framed = {rows[0] for *_, rows in self.frames}
        lane_of_row = self.strip.lane_of_row
        for row, lane in enumerate(lane_of_row):
            if lane not in self.lane_top:
                self.lane_top[lane] = y
                y += PAD
            self.level_at[row] = y
            y += self.channels.high(row) + (FRAME_TITLE if row in framed else 0)
            spare = 0.0
            if lane_of_row.count(lane) == 1:
                spare = max(0.0, self._least(lane) - 2 * PAD - self.strip.up[row] - self.strip.down[row]) / 2
            self.middle.append(y + spare + self.strip.up[row])
            y = self.middle[-1] + self.strip.down[row] + spare + PAD
            if row + 1 == len(lane_of_row):
                self.level_at[row + 1] = y
                y += self.channels.high(row + 1)
            self.lane_bottom[lane] = y
        self.height = y

    def _least(self, lane: str) -> float:
        """How high a lane is at least: where it is alone in its department, so that the name of that has room."""
        title = self.flow.lanes[lane].pool
        alone = [self.flow.lanes[key].pool for key in self.strip.lanes].count(title) == 1
        return max(LEAST, min(POOL_MOST, narrowest(title, 9, 2) + 8)) if alone else LEAST

    def card_at(self, node: str) -> tuple[float, float, float, float]:
        """Left, top, width and height of a step."""
        card, column = self.strip.cards[node], self.strip.column[node]
        left = self.left[column] + (self.card_room[column] - card.width) / 2
        return left, self.middle[self.strip.row[node]] - card.height / 2, card.width, card.height

    def boxes(self) -> Iterator[tuple[str, float, float, float, float]]:
        """The frames around parallel blocks, the outer first: block, left, top, width, height."""
        for depth, block, columns, rows in self.frames:
            inset = 4.0 * depth
            left = self.left[columns[0]] - 9 + inset
            right = self.left[columns[-1]] + self.card_room[columns[-1]] + self.label_room[columns[-1]] + 8 - inset
            top = self.middle[rows[0]] - self.strip.up[rows[0]] - FRAME_TITLE + inset
            bottom = self.middle[rows[-1]] + self.strip.down[rows[-1]] + 5 - inset
            yield block, left, top, right - left, bottom - top

    def band(self, band: Band) -> tuple[float, float, float, float]:
        """The band of a branch: left, top, width, height."""
        strip, row = self.strip, band.row
        first, last = strip.column[band.steps[0]], strip.column[band.steps[-1]]
        up = max(strip.cards[node].height / 2 for node in band.steps) + ROOM
        down = max(strip.cards[node].height / 2 for node in band.steps) + 5
        for found in (found for node in band.steps for found in strip.exits.get(node, ())):
            up, down = max(up, found.label.over - found.shift + 2), max(down, found.label.under + found.shift)
        left, right = self.left[first] - 7, self.left[last] + self.card_room[last] + self.label_room[last] + 2
        top = self.middle[row] - min(up, strip.up[row])
        return left, top, right - left, self.middle[row] + min(down, strip.down[row] + PAD / 2) - top

    def ways(self) -> Iterator[Drawn]:
        """Every way of the strip, those that lead out of it with the mark at their end."""
        inside = {id(run.exit): run for run in self.channels.runs}
        for node, exits in self.strip.exits.items():
            for found in exits:
                yield self._way(node, found, inside.get(id(found)))

    def _way(self, node: str, found: Exit, run: Run | None) -> Drawn:
        left, top, wide, high = self.card_at(node)
        column = self.strip.column[node]
        middle = top + high / 2
        y, label_x = middle + found.shift, self.left[column] + self.card_room[column] + SPINE
        corners: list[Point] = [(left + wide, middle)]
        if found.shift:
            reach = high / 2 - 5 if self.strip.cards[node].shape == "box" else 0
            corners = [(left + wide, y)] if abs(found.shift) <= reach else [*corners, (label_x, middle), (label_x, y)]
        if run is None:
            corners.append((label_x + 14, y))
        else:
            corners += self._rest(run, y)
        return Drawn(node, found, tuple(corners), (label_x, y))

    def _rest(self, run: Run, y: float) -> Iterator[Point]:
        """The corners of a way behind its label."""
        left, top, _, high = self.card_at(run.exit.target)
        end = top + high / 2
        if run.between is not None:
            level = self.level_at[run.between] + TRACK * (self.channels.level[run.between][run.exit.target] + 0.4)
            first, last = self._track(run.first, run.exit.target), self._track(run.last, run.exit.target)
            yield from ((first, y), (first, level), (last, level), (last, end))
        elif y != end:
            track = self._track(run.first, run.exit.target)
            yield from ((track, y), (track, end))
        yield left, end

    def _track(self, channel: int, target: str) -> float:
        """Where a target's track runs in a channel between columns."""
        if channel < 0:
            start = POOL + HEAD + PAD
        else:
            start = self.left[channel] + self.card_room[channel] + self.label_room[channel]
        return start + TRACK * (self.channels.upright[channel][target] + 0.6)


def _frames(flow: Flow, strip: Strip) -> list[tuple[int, str, list[int], list[int]]]:
    """The parallel blocks that a strip shows: how deep, which, the columns and the rows of its steps."""
    columns: dict[str, list[int]] = {}
    rows: dict[str, list[int]] = {}
    depth: dict[str, int] = {}
    for node in strip.column:
        for number, block in enumerate(block_chain(flow, node)):
            columns.setdefault(block, []).append(strip.column[node])
            rows.setdefault(block, []).append(strip.row[node])
            depth[block] = number
    return sorted((depth[block], block, sorted(columns[block]), sorted(rows[block])) for block in columns)
