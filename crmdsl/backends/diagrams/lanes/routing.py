"""Where the ways of a strip run: straight up and down, in channels that no step stands in.

A way leaves its step to the right and enters the next from the left. It goes up and down in the channel between two
columns, and along the row of its target where that is free, else in the channel between two rows. Ways to the same
step share their tracks, for they mean the same from where they meet; no others do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crmdsl.backends.diagrams.lanes.grid import Exit, Strip

TRACK = 8.0
ARROW = 18.0
"""Room before a step for the heads of arrows."""


@dataclass(slots=True)
class Run:
    """The way of an exit: the channels that it goes up and down in, and how it gets from one to the other.

    `first` and `last` are channels between columns (`n` is to the right of column `n`); `along` is a row where it runs
    along the row of its target, `between` the channel over a row where it runs between rows.
    """

    source: str
    exit: Exit
    first: int
    last: int
    along: int | None = None
    between: int | None = None


@dataclass(slots=True)
class Channels:
    """The tracks of all ways: the number of each target's track in each channel, and how many there are."""

    runs: list[Run]
    upright: dict[int, dict[str, int]] = field(default_factory=dict)
    level: dict[int, dict[str, int]] = field(default_factory=dict)

    def wide(self, channel: int) -> float:
        """The width of a channel between columns."""
        return TRACK * len(self.upright.get(channel, ())) + ARROW

    def high(self, channel: int) -> float:
        """The height of the tracks in a channel between rows."""
        tracks = self.level.get(channel, {})
        return TRACK * (1 + max(tracks.values())) if tracks else 0.0


def channels(strip: Strip) -> Channels:
    """The ways of a strip, each with its tracks."""
    runs = [_run(strip, node, found) for node, exits in strip.exits.items() for found in exits if found.target]
    made = Channels(runs)
    for channel in range(-1, len(strip.columns)):
        made.upright[channel] = _upright(strip, [run for run in runs if channel in (run.first, run.last)], channel)
    for row in range(len(strip.up) + 1):
        made.level[row] = _level([run for run in runs if run.between == row])
    return made


def _run(strip: Strip, node: str, found: Exit) -> Run:
    here, there = strip.column[node], strip.column[found.target]
    run = Run(node, found, here, there - 1)
    row, target = strip.row[node], strip.row[found.target]
    if there == here + 1:
        return run
    if there > here and strip.empty(target, here + 1, there - 1):
        run.along = target
    elif target > row:
        run.between = target
    else:
        run.between = target + 1
    return run


def _upright(strip: Strip, runs: Iterable[Run], channel: int) -> dict[str, int]:
    """A track for each target; one that arrives at the height at which another leaves stands to its left."""
    arriving: dict[int, str] = {}
    leaving: dict[int, str] = {}
    targets: list[str] = []
    for run in runs:
        target = run.exit.target
        row = strip.row[run.source]
        straight = run.exit.shift == 0 and strip.row[target] == row and run.between is None
        if channel == run.first and run.exit.shift == 0:
            arriving[row] = target
        if channel == run.last or (channel == run.first and run.along is not None):
            leaving[strip.row[target]] = target
        if not straight and target not in targets and (channel == run.first or run.between is not None):
            targets.append(target)
    targets.sort(key=lambda target: strip.row[target])
    after: dict[str, set[str]] = {target: set() for target in targets}
    for row, target in arriving.items():
        other = leaving.get(row, target)
        if other != target and target in after and other in after:
            after[other].add(target)
    return _in_order(targets, after)


def _in_order(targets: list[str], after: Mapping[str, set[str]]) -> dict[str, int]:
    """Numbers for targets, each behind those it must stand after; where that is a ring, the first goes first."""
    found: dict[str, int] = {}
    waiting = list(targets)
    while waiting:
        free = next((t for t in waiting if not any(other in waiting for other in after[t])), waiting[0])
        found[free] = len(found)
        waiting.remove(free)
    return found


def _level(runs: Iterable[Run]) -> dict[str, int]:
    """A track for each target; those that stand apart share one."""
    spans: dict[str, tuple[int, int]] = {}
    for run in runs:
        low, high = min(run.first, run.last), max(run.first, run.last)
        known = spans.get(run.exit.target, (low, high))
        spans[run.exit.target] = (min(low, known[0]), max(high, known[1]))
    tracks: list[list[tuple[int, int]]] = []
    found: dict[str, int] = {}
    for target, (low, high) in spans.items():
        free = (n for n, track in enumerate(tracks) if all(high < start or end < low for start, end in track))
        number = next(free, len(tracks))
        if number == len(tracks):
            tracks.append([])
        tracks[number].append((low, high))
        found[target] = number
    return found
