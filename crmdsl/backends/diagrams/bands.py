"""The cases of a chain of bands as a chart: an axis for each of its one or two figures, a region for each signer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crmdsl.backends.diagrams import icons
from crmdsl.backends.diagrams.chains import signer
from crmdsl.backends.diagrams.metrics import shorten, width, wrap
from crmdsl.backends.diagrams.phrases import amount, resolved
from crmdsl.backends.diagrams.scene import (
    FAILURE,
    GREY,
    INK,
    LINE,
    PAPER,
    SUCCESS,
    Group,
    Item,
    Text,
    circle,
    path,
    rect,
    tint,
)  # fmt: skip
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import called, human
from crmdsl.conditions.regions import Decisions, TooManyCases
from crmdsl.conditions.regions.variables import Scale
from crmdsl.diagnostics import Message
from crmdsl.ir.casespace import CaseSpace
from crmdsl.model.chains import Approval

CELL, LOW, LEFT, MOST_LEFT = 232.0, 92.0, 150.0, 260.0
MOST = 7
"""Cells of an axis that a chart shows; of more, the cards alone tell."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its upper left corner at (0, 0)."""

    width: float
    height: float
    items: tuple[Item, ...]


def chart(view: View, chain: Approval) -> Chart | None:
    """The chart of a chain; `None` where its conditions ask for anything but one or two figures with limits."""
    known = resolved(view.spec)
    trees = [known.typed(level.when) for level in chain.levels.values()]
    bare = [level.when is not None and tree is None for level, tree in zip(chain.levels.values(), trees, strict=True)]
    entity = chain.entity.name if chain.entity else ""
    if any(bare) or entity not in view.spec.entities:
        return None
    try:
        decisions = Decisions(CaseSpace(known), entity, trees)
    except TooManyCases:
        return None
    axes = [one for one in decisions.variables if isinstance(one, Scale)]
    if len(axes) != len(decisions.variables) or not 1 <= len(axes) <= 2 or any(_unfit(one) for one in axes):
        return None
    axes.sort(key=lambda one: -one.count())
    return _Chart(view, chain, decisions, axes).drawn()


def _unfit(axis: Scale) -> bool:
    return axis.optional or axis.base == "sum" or not 2 <= axis.count() <= MOST


class _Chart:
    """A chart while it is drawn: the first axis across, the second, if there is one, upward."""

    def __init__(self, view: View, chain: Approval, decisions: Decisions, axes: list[Scale]) -> None:
        self.view, self.chain, self.decisions = view, chain, decisions
        self.across, self.up = axes[0], axes[1] if len(axes) > 1 else None
        self.columns, self.rows = axes[0].count(), self.up.count() if self.up else 1
        self.high = LOW if self.up else 110.0
        name = width(f"↑ {self._name(self.up)}", 14, bold=True) + 20 if self.up else 0.0
        self.left = min(max(LEFT, name), MOST_LEFT) if self.up else 0.0
        self.levels = list(chain.levels.values())

    def owner(self, column: int, row: int) -> int:
        """The level that decides a cell, -1 for none."""
        for place, boxes in enumerate(self.decisions.owned):
            for box in boxes:
                fits = box.get(self.across.index, self.across.full) >> column & 1
                if fits and (self.up is None or box.get(self.up.index, self.up.full) >> row & 1):
                    return place
        return -1

    def drawn(self) -> Chart:
        """All of it."""
        owners = {(c, r): self.owner(c, r) for c in range(self.columns) for r in range(self.rows)}
        items: list[Item] = []
        waiting = dict.fromkeys(owners)
        while waiting:
            column, row = next(iter(waiting))
            last, top = self._grown(owners, waiting, column, row)
            for c in range(column, last + 1):
                for r in range(row, top + 1):
                    del waiting[c, r]
            items.append(self._region(owners[column, row], column, row, last, top))
        wide, high = self.left + self.columns * CELL, self.rows * self.high
        items += self._ticks(high)
        items.append(rect(self.left, 0, wide - self.left, high, stroke=LINE, thick=1.6))
        return Chart(wide + 60, high + 62, tuple(items))

    @staticmethod
    def _grown(owners: dict[tuple[int, int], int], free: dict[tuple[int, int], None], column: int, row: int,
               ) -> tuple[int, int]:  # fmt: skip
        """The largest rectangle of one owner that begins in a cell: across first, then upward."""
        own, last, top = owners[column, row], column, row
        while (last + 1, row) in free and owners[last + 1, row] == own:
            last += 1
        while all((c, top + 1) in free and owners[c, top + 1] == own for c in range(column, last + 1)):
            top += 1
        return last, top

    def _region(self, owner: int, column: int, row: int, last: int, top: int) -> Group:
        """A rectangle of cells with who decides there."""
        x, y = self.left + column * CELL, (self.rows - 1 - top) * self.high
        wide, high = (last - column + 1) * CELL, (top - row + 1) * self.high
        middle, centre = wide / 2, high / 2
        title, *_ = self._decider(owner, 0, 0)
        size = 13.0 if width(title, 13, bold=True) < wide - 16 else 11.5
        texts = wrap(title, size, wide - 16, 3 if high > 90 else 2 if high > 80 else 1, bold=True)
        centre -= 8.0 * (len(texts) - 1)
        _, colour, mark = self._decider(owner, middle, centre - 17)
        fill = tint(colour, 0.2 if owner >= 0 else 0.07)
        lines = [Text(middle, centre + 15 + 14 * n, text, size, True, INK, "middle") for n, text in enumerate(texts)]
        if owner >= 0:
            name = shorten(called(self.levels[owner], self.view.language), 11, wide - 16)
            if name != title:
                lines.append(Text(middle, centre + 18 + 14 * len(texts), name, 11, False, GREY, "middle"))
        frame = rect(0, 0, wide, high, fill=fill, stroke=PAPER, thick=2)
        return Group((frame, *mark, *lines), x, y, tooltip=title, kind="box", width=wide, height=high)

    def _decider(self, owner: int, x: float, y: float) -> tuple[str, str, list[Item]]:
        """Who decides, his colour, and his mark around a point."""
        if owner < 0:
            if self.chain.otherwise == "approve":
                return (
                    self.view.say(Message("passes without a signature")),
                    SUCCESS,
                    [*icons.tick(x - 9, y - 9, SUCCESS, 18)],
                )
            return self.view.say(Message("rejected")), FAILURE, [*icons.cross(x - 9, y - 9, FAILURE, 18)]
        level = self.levels[owner]
        whos = self.view.people(level.approver)
        colour = self.view.colour(whos[0].role) if whos else GREY
        title = human(signer(self.view.spec, self.chain, level, self.view.language))
        dark = circle(x, y, 12, fill=PAPER, stroke=colour, thick=2.4)
        return title, colour, [dark, Text(x, y + 4.6, str(owner + 1), 13, True, INK, "middle")]

    def _ticks(self, high: float) -> list[Item]:
        """The limits on both axes, and what they are limits of."""
        items: list[Item] = []
        for number, cut in enumerate(self.across.order, 1):
            x = self.left + number * CELL
            items.append(path(f"M {x:.1f} {high:.1f} v 7", stroke=LINE, thick=1.6))
            items.append(Text(x, high + 22, self._limit(self.across, cut), 12, True, INK, "middle"))
        wide = self.left + self.columns * CELL
        low, anchor = self._end(self.across, self.across.low), "middle" if self.left else "start"
        items.append(Text(self.left, high + 22, low, 11.5, False, GREY, anchor))
        items.append(Text(wide, high + 22, self._end(self.across, self.across.high), 11.5, False, GREY, "middle"))
        name = shorten(self._name(self.across), 14, self.columns * CELL, bold=True)
        items.append(Text((self.left + wide) / 2, high + 50, f"{name} →", 14, True, GREY, "middle"))
        if self.up is not None:
            for number, cut in enumerate(self.up.order, 1):
                y = high - number * self.high
                items.append(path(f"M {self.left - 7:.1f} {y:.1f} h 7", stroke=LINE, thick=1.6))
                items.append(Text(self.left - 12, y + 4.4, self._limit(self.up, cut), 12, True, INK, "end"))
            items.append(Text(self.left - 12, 12, self._end(self.up, self.up.high), 11.5, False, GREY, "end"))
            items.append(Text(self.left - 12, high, self._end(self.up, self.up.low), 11.5, False, GREY, "end"))
            title = shorten(self._name(self.up), 14, self.left - 36, bold=True)
            items.append(Text(0, high - 22, f"↑ {title}", 14, True, GREY))
        return items

    def _limit(self, axis: Scale, cut: Any) -> str:
        """`≤ 5%`: what still lies in front of a cut."""
        value, behind = cut if axis.dense else (cut - 1, True) if cut - 1 in axis.marks else (cut, False)
        return f"{'≤' if behind else '<'} {self._figure(axis, value)}"

    def _end(self, axis: Scale, value: Any) -> str:
        return "" if value is None else self._figure(axis, value)

    def _figure(self, axis: Scale, value: Any) -> str:
        """A value as people write it in the language."""
        text = amount(axis.base, value, self.decisions.space.world.currency, self.view.language)
        return shorten(text, 12, CELL - 20, bold=True)

    def _name(self, axis: Scale) -> str:
        """What people call the field of an axis."""
        entity = self.view.spec.entities.get(self.chain.entity.name) if self.chain.entity else None
        field = entity.fields.get(axis.name) if entity else None
        return called(field, self.view.language) if field else human(axis.name.replace(".", ": "))
