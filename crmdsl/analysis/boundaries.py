"""The cases at the limits of an approval chain, and the levels that decide each.

All cases fall into regions that are decided alike (`Decisions.partition`). Of each region the table has the values at
its ends: the last one before a limit, the first one behind it, every value of an enumeration, what is missing. The
values of several fields are taken together, not multiplied (each-choice coverage: Grindal, Offutt, Andler,
*Combination testing strategies*, 2005), so that a region has as many rows as its field with the most ends.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

from crmdsl.conditions.regions import Box, Decisions, TooManyCases
from crmdsl.conditions.regions.cases import cell_of, related, value_in
from crmdsl.conditions.regions.points import pick, runs
from crmdsl.conditions.regions.relations import MISSING, System, Unproven
from crmdsl.conditions.regions.space import LAST_DAY
from crmdsl.conditions.regions.variables import Choice, Relation, Scale, Sum, Variable
from crmdsl.ir.casespace import CaseSpace
from crmdsl.model.chains import Approval

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

MOST_ROWS = 60
"""Rows of a table; what is left out is told."""
MOST_LOOKED_AT = 1_000
"""Rows out of which they are chosen."""
MOST_VALUES = 12
"""Values of a field without an order that a region lists."""
MOST_PLACES = 3
"""Persons, units, territories and the like that a region lists."""
DAYS = frozenset({"date", "instant"})
YEARS = date(2021, 1, 1).toordinal(), date(2039, 12, 31).toordinal()
"""Days that mean something to people, and that a calendar of the package knows."""
STEP = Fraction(1, 100)
"""How far from a limit a number without a smallest unit is looked at."""


class Special(Enum):
    """What stands in a table instead of a value."""

    ANY = "any"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Column:
    """What conditions ask about: a field by its path from the record, `requester` or `today`."""

    name: str
    base: str

    @property
    def path(self) -> tuple[str, ...]:
        """The parts of the name."""
        return tuple(self.name.split("."))


@dataclass(frozen=True, slots=True)
class Row:
    """A case: a value for each column, one that fills in for `Special.ANY`, and the levels that sign, in order.

    No level: what the chain says under `otherwise`.
    """

    values: tuple[Any, ...]
    filled: tuple[Any, ...]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The cases of a chain. `left_out`: not all regions are listed; `unproven`: some could not be decided."""

    chain: Approval
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    left_out: bool = False
    unproven: bool = False


def analyze(program: Program) -> Iterator[Table]:
    """The table of each chain whose conditions are sound, in the order of the spec."""
    resolved, spec = program.resolved, program.spec
    for chain in spec.approvals.values():
        levels = chain.levels.values()
        trees = [resolved.typed(level.when) for level in levels]
        sound = all(tree is not None or not level.has("when") for tree, level in zip(trees, levels, strict=True))
        if chain.entity is None or chain.entity.name not in spec.entities or not trees or not sound:
            continue
        world = CaseSpace(resolved, frozenset(ref.name for ref in chain.requester))
        try:
            decisions = Decisions(world, chain.entity.name, trees)
        except TooManyCases:
            yield Table(chain, (), (), left_out=True)
            continue
        yield _Cases(chain, decisions).table()


class _Cases:
    """The rows of one chain being gathered."""

    def __init__(self, chain: Approval, decisions: Decisions) -> None:
        self.chain = chain
        self.decisions = decisions
        self.variables = decisions.variables
        self.shown = [one for one in self.variables if not isinstance(one, Sum | Relation)]
        self.left_out = False
        self.unproven = False
        for one in self.variables:
            _of_our_time(one)

    def table(self) -> Table:
        """The whole."""
        columns = tuple(Column(one.name, one.base) for one in self.shown)
        found: dict[tuple[Any, ...], Row] = {}
        looked_at = max(MOST_LOOKED_AT // (1 + len(self.chain.levels) // 100), 2 * MOST_ROWS)  # each asks all levels
        for row in islice(self.rows(), looked_at):
            found.setdefault(row.filled, row)
        self.left_out |= len(found) > MOST_ROWS
        rows = tuple(sorted(telling(found.values()), key=self.order))
        return Table(self.chain, columns, rows, self.left_out, self.unproven)

    def order(self, row: Row) -> tuple[Any, ...]:
        """Values as people count them: anything first, what is missing last."""
        return tuple(self.rank(one, value) for one, value in zip(self.shown, row.values, strict=True))

    def rank(self, variable: Variable, value: Any) -> tuple[int, Any]:
        """Where a value of a variable stands among the others."""
        if value is Special.ANY:
            return 0, 0
        if value is Special.MISSING:
            return 2, 0
        if isinstance(variable, Choice):
            return 1, variable.values.index(value) if value in variable.values else -1
        return 1, value

    def rows(self) -> Iterator[Row]:
        """Those of each region; where there are too many, one of each alternative that a level names."""
        try:
            regions = [region.box for region in self.decisions.partition()]
        except TooManyCases:
            self.left_out = True
            regions = [box | self.rest(box) for boxes in self.decisions.owned for box in boxes[:MOST_ROWS]]
        for box in regions:
            for values in self.points(box):
                held = self.holding(values)
                if held is None:
                    self.unproven = True
                else:
                    yield self.row(box, values, held)

    def rest(self, box: Box) -> Box:
        """One cell for each variable that a box leaves open."""
        return {one.index: cell_of(one, value_in(one, one.full)) for one in self.shown if one.index not in box}

    def row(self, box: Box, values: Mapping[int, Any], held: list[int]) -> Row:
        """A case as it stands in the table: without what does not matter, and what lies behind something missing."""
        gone = tuple(f"{one.name}." for one in self.shown if values[one.index] is MISSING and one.base == "reference")
        asked = set(box) | related(self.decisions.space, box)
        names = list(self.chain.levels)
        shown, filled = [], []
        for one in self.shown:
            value = Special.MISSING if values[one.index] is MISSING else values[one.index]
            behind = bool(gone) and one.name.startswith(gone)
            filled.append(Special.MISSING if behind else value)
            shown.append(Special.ANY if behind or one.index not in asked else value)
        chosen = held if self.chain.mode == "ladder" else held[:1]
        return Row(tuple(shown), tuple(filled), tuple(names[place] for place in chosen))

    def holding(self, values: Mapping[int, Any]) -> list[int] | None:
        """The conditions that hold in a case, by their places; `None` where that hangs on what nobody can tell."""
        point = {one.index: cell_of(one, values[one.index]) for one in self.shown}
        for one in self.variables:
            if isinstance(one, Sum):
                known = all(values[index] is not MISSING for index in one.variables)
                point[one.index] = 1 << one.cell(one.total(values)) if known else 0
            elif isinstance(one, Relation):
                cell = _relation(one, values)
                if cell is None:
                    return None
                point[one.index] = cell
        return [
            place
            for place, boxes in enumerate(self.decisions.owned)
            if any(all(point[index] & mask for index, mask in box.items()) for box in boxes)
        ]

    # values

    def points(self, box: Box) -> Iterator[dict[int, Any]]:
        """The cases of a region that are looked at; none where its relations leave no case."""
        together = related(self.decisions.space, box)
        relations = [index for index in box if isinstance(self.variables[index], Sum | Relation)]
        free = {one.index: ends(one, box[one.index]) for one in self.shown if one.index in box}
        base = {one.index: value_in(one, box.get(one.index, one.full)) for one in self.shown}
        solved: list[dict[int, Any]] = [{}]
        if relations:
            try:
                one = self.solved({index: mask for index, mask in box.items() if index in {*together, *relations}})
            except Unproven:
                self.unproven = True
                return
            if one is None:
                return
            solved = [one, *self.nudged(box, one), *self.cornered(box, one)]
            free = {index: values for index, values in free.items() if index not in together}
        count = max([len(solved), *(len(values) for values in free.values())])
        for turn in range(count):
            chosen = {index: values[turn % len(values)] for index, values in free.items()}
            yield base | chosen | solved[turn % len(solved)]

    def solved(self, box: Box) -> dict[int, Any] | None:
        """Values that relate as a region says. Raises `Unproven`."""
        system = System(self.decisions.space)
        system.add(box)
        found = system.solve()
        if found is None:
            return None
        return {index: value for index, value in found.items() if isinstance(index, int)}

    def nudged(self, box: Box, values: dict[int, Any]) -> Iterator[dict[int, Any]]:
        """The same case with a sum right at each end of where it lies, by moving one of its fields."""
        for index, mask in box.items():
            total = self.variables[index]
            if not isinstance(total, Sum) or not total.linear or not _known(total, values):
                continue
            for end in ends(total, mask):
                moved = self.moved(box, total, end - total.total(values), values)
                if moved is not None:
                    yield moved

    def moved(self, box: Box, total: Sum, by: Any, values: dict[int, Any]) -> dict[int, Any] | None:
        """A case whose sum is so much more, one field moved, if it stays in the region."""
        for (index,), factor in total.terms.items():
            if by == 0 or index not in values or by % factor:
                continue
            one, value = self.variables[index], values[index] + by // factor
            if not isinstance(one, Scale) or not _within(one, value, box.get(index, one.full)):
                continue
            moved = values | {index: value}
            if all(
                mask >> other.cell(other.total(moved)) & 1
                for place, mask in box.items()
                if isinstance(other := self.variables[place], Sum) and _known(other, moved)
            ):
                return moved
        return None

    def cornered(self, box: Box, values: dict[int, Any]) -> Iterator[dict[int, Any]]:
        """The same case with each field that relates at an end of where it lies; another one moves if it must."""
        corners = {
            one.index: ends(one, box.get(one.index, one.full)) for one in self.shown
            if isinstance(one, Scale) and values.get(one.index, MISSING) is not MISSING
        }  # fmt: skip
        for index, own in corners.items():
            for end in own:
                moves = ({other: value} for other, some in corners.items() if other != index for value in some)
                tried = (values | {index: end} | move for move in ({}, *moves))
                yield from islice((one for one in tried if self.inside(box, one)), 1)

    def inside(self, box: Box, values: Mapping[int, Any]) -> bool:
        """Whether the fields that relate lie in a region."""
        return all(_fits(self.variables[place], mask, values) for place, mask in box.items())


def _fits(one: Variable, mask: int, values: Mapping[int, Any]) -> bool:
    """Whether a variable of a region has the value that it may, as far as values are given."""
    if isinstance(one, Relation):
        cell = _relation(one, values) if all(index in values for index in one.variables) else mask
        return cell is not None and bool(cell & mask)
    if isinstance(one, Sum):
        return not _known(one, values) or bool(mask >> one.cell(one.total(values)) & 1)
    value = values.get(one.index, MISSING)
    return not isinstance(one, Scale) or value is MISSING or _within(one, value, mask)


def telling(rows: Iterable[Row]) -> list[Row]:
    """So many rows as a table has: first those that show who decides, then a value that no other does, then both."""
    left, chosen = list(rows), list[Row]()
    seen: set[Hashable] = set()
    for what in (_deciding, _values, _decided):
        for row in left if len(left) > MOST_ROWS else ():
            new = what(row) - seen
            if new and len(chosen) < MOST_ROWS and row not in chosen:
                chosen.append(row)
                seen |= _deciding(row) | _values(row) | _decided(row)
    return [*chosen, *(row for row in left if row not in chosen)][:MOST_ROWS]


def _deciding(row: Row) -> set[Hashable]:
    return {row.levels}


def _values(row: Row) -> set[Hashable]:
    return {(place, repr(value)) for place, value in enumerate(row.values) if value is not Special.ANY}


def _decided(row: Row) -> set[Hashable]:
    return {(row.levels, one) for one in _values(row)}


def _known(total: Sum, values: Mapping[int, Any]) -> bool:
    """Whether nothing that a sum adds up is missing."""
    return not any(values.get(index) is MISSING for index in total.variables)


def _of_our_time(one: Variable) -> None:
    """Look for days without a bound of their own in these years, if no condition speaks of others."""
    low, high = YEARS
    if isinstance(one, Scale) and one.base == "date" and all(low < cut <= high for cut in one.order):
        one.low = low if one.low == 1 else one.low
        one.high = high if one.high == LAST_DAY else one.high


def _relation(one: Relation, values: Mapping[int, Any]) -> int | None:
    """The cell of a comparison of values that are no figures, `None` where nobody knows."""
    if one.test is None:
        return None
    given = [values[index] for index in one.variables]
    if any(value is MISSING for value in given):
        return one.equal(None)
    return one.equal(one.test(*given))


def _within(one: Scale, value: Any, mask: int) -> bool:
    low, high = one.low, one.high
    inside = (low is None or value >= low) and (high is None or value <= high)
    return inside and bool(mask >> one.cell(value) & 1)


def ends(variable: Variable, mask: int) -> list[Any]:
    """The values of a variable that stand for some of its cells: those at the ends, and what is missing."""
    found: list[Any] = []
    if isinstance(variable, Scale):
        for start, end in runs(mask & variable.known):
            found += _of_run(variable, *variable.ends(start, end))
    elif isinstance(variable, Choice):
        most = MOST_VALUES if variable.base in ("enum", "flag", "text") else MOST_PLACES
        places = [place for place in range(len(variable.values)) if mask & variable.known & (1 << place)]
        found = [value_in(variable, 1 << place) for place in places[:most]]
    if mask & variable.missing:
        found.append(MISSING)
    return found


def _of_run(scale: Scale, low: Any, high: Any) -> list[Any]:
    """The values at the ends of an interval, or one of it where it has none that anybody means."""
    if scale.dense:
        first = None if low is None else low[0] if low[1] == 0 else low[0] + STEP
        last = None if high is None else high[0] if high[1] == 1 else high[0] - STEP
    else:
        first, last = low, None if high is None else high - 1
    bounds = (scale.low, scale.high) if scale.base in DAYS else ()
    found = [end for end in (first, last) if end is not None and end not in bounds]
    if first is not None and last is not None and first > last:
        found = []
    found = list(dict.fromkeys(found))
    return found or [value for value in [pick(scale, low, high)] if value is not None]
