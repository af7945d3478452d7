"""What is said of conditions: why one never holds, what would close a gap, what was not proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from crmdsl.conditions.ast import And, Compare, Expr, Known, Literal, Or, Path, parts_of
from crmdsl.conditions.facts import FLIPPED
from crmdsl.conditions.regions import Case, Decisions, TooManyCases
from crmdsl.conditions.regions.cases import written
from crmdsl.conditions.regions.figures import stored
from crmdsl.conditions.regions.variables import Choice, Scale, Sum, Variable
from crmdsl.conditions.unparse import unparse
from crmdsl.diagnostics import Message

LOOSE = {"<": "<=", ">": ">="}
STRICT = {"<=": "<", ">=": ">"}
MOST_PARTS = 12
"""Parts of a condition among which two are sought that exclude each other."""


class Edit(NamedTuple):
    """A comparison of the condition `place` as it stands and as it should be written."""

    place: int
    before: str
    after: str


class Doubt(NamedTuple):
    """Why something was not proven: fields compared with each other (sums), multiplied, or too many cases."""

    too_many: bool = False
    sums: bool = False
    products: bool = False


def doubts(decisions: Decisions, found: dict[int, Doubt]) -> None:
    """Add, for each condition on which an answer would have hung, why there is none.

    That nobody knows in which state a condition is asked is no doubt about it.
    """
    decisions.unproven = {one for one in decisions.unproven if not decisions.variables[one].name.startswith("state =")}
    sums = {index for index in decisions.unproven if isinstance(decisions.variables[index], Sum)}
    products = {index for index in sums if not decisions.variables[index].linear}  # type: ignore[attr-defined]
    for place in decisions.mentioning(products or decisions.unproven):
        found.setdefault(place, Doubt(sums=bool(sums), products=bool(products)))


def never(decisions: Decisions, place: int, tree: Expr, unsure: dict[int, Doubt]) -> Message | None:
    """Why a condition never holds, `None` if it can or if that is not known."""
    decisions.unproven = set()
    try:
        if decisions.reached(place):
            return None
    except TooManyCases:
        unsure.setdefault(place, Doubt(too_many=True))
        return None
    if decisions.unproven:
        doubts(decisions, unsure)
        return None
    return reason(decisions, tree)


def reason(decisions: Decisions, tree: Expr) -> Message:
    """The smallest part of a condition that never holds, or two that exclude each other."""
    currency = decisions.space.world.currency
    parts = tree.parts if isinstance(tree, And) else (tree,)
    for part in parts:
        if not _holds(decisions, part):
            if isinstance(part, And):
                return reason(decisions, part)
            return _alone(decisions, part, currency)
    few = parts[:MOST_PARTS]
    for place, part in enumerate(few):
        for other in few[:place]:
            if not _holds(decisions, And(tree.start, tree.end, tree.type, (other, part))):
                first, second = unparse(other, currency), unparse(part, currency)
                return Message("`{first}` and `{second}` exclude each other", first=first, second=second)
    return Message("`{condition}` never holds", condition=unparse(tree, currency))


def _holds(decisions: Decisions, tree: Expr) -> bool:
    """Whether a part of a condition can hold, as far as that is known."""
    space = decisions.space
    alone = Decisions(space.world, space.entity, [tree], space.needed, space.loose)
    return alone.reached(0) or bool(alone.unproven)


def _alone(decisions: Decisions, part: Expr, currency: str) -> Message:
    """A part that never holds, with the values that its field can have."""
    shown = unparse(part, currency)
    if isinstance(part, Known) and isinstance(part.path, Path) and not part.known:
        field = unparse(part.path)
        return Message("`{part}` never holds, as `{field}` is always known", part=shown, field=field)
    for path in _compared(part):
        variable = _variable(decisions, path)
        if isinstance(variable, Scale) and (variable.low is not None or variable.high is not None):
            low, high = (None if end is None else written(variable.base, end, currency)
                         for end in (variable.low, variable.high))  # fmt: skip
            if low is None or high is None:
                bound = Message("at least `{low}`", low=low) if high is None else Message("at most `{high}`", high=high)
                return Message("`{part}` never holds, as `{field}` is {bound}", part=shown, field=variable.name,
                               bound=bound)  # fmt: skip
            return Message("`{part}` never holds, as `{field}` is `{low}` to `{high}`", part=shown,
                           field=variable.name, low=low, high=high)  # fmt: skip
    return Message("`{part}` never holds", part=shown)


def _compared(part: Expr) -> Iterator[Path]:
    """The field that a plain comparison asks."""
    inner = parts_of(part)
    if not isinstance(part, And | Or) and inner and isinstance(inner[0], Path):
        yield inner[0]
    elif len(inner) == 2 and isinstance(inner[1], Path):
        yield inner[1]


def _variable(decisions: Decisions, path: Path) -> Variable | None:
    name = ".".join(path.parts if path.root == "record" else (path.root, *path.parts))
    return next((one for one in decisions.variables if one.name == name), None)


# repairs


def to_cover(decisions: Decisions, case: Case, trees: list[Expr | None]) -> Edit | None:
    """The comparison that leaves out just its own limit, where the case lies: `<` for `<=`."""
    for index, value in case.values.items():
        variable = decisions.variables[index]
        if not isinstance(variable, Scale) or not _single(variable, _free(decisions, case, index)):
            continue
        for place, boxes in enumerate(decisions.owned):
            tree = trees[place]
            near = [box for box in boxes if tree is not None and _beside(variable, index, case, box)]
            for compare, op in _limits(decisions, tree, variable, value) if tree is not None and near else ():
                if op in LOOSE and any(_edge(box[index], variable.cell(value), op) for box in near):
                    return _edit(decisions, place, compare, LOOSE)
    return None


def _free(decisions: Decisions, case: Case, index: int) -> int:
    """The cells around that of a case in which one variable could be as well, all else equal."""
    rest = {other: mask for other, mask in case.region.items() if other != index}
    free = decisions.grown(case.region, decisions.boxes, rest)
    return free.get(index, decisions.variables[index].full)


def _beside(variable: Variable, index: int, case: Case, box: dict[int, int]) -> bool:
    """Whether a box would hold the case, but for one variable."""
    return index in box and all(
        (point := case.region.get(other)) is not None and not point & ~mask
        for other, mask in box.items()
        if other != index
    )


def _edge(mask: int, cell: int, op: str) -> bool:
    """Whether values right below (for `<`) or right above a cell are among some."""
    beside = cell - 1 if op == "<" else cell + 1
    return beside >= 0 and bool(mask >> beside & 1)


def not_both(decisions: Decisions, case: Case, tree: Expr | None) -> Edit | None:
    """The comparison that takes in its own limit, which another does too: `>=` for `>`."""
    for index, value in case.values.items():
        variable = decisions.variables[index]
        if not isinstance(variable, Scale) or variable.base == "sum" or tree is None:
            continue
        cell = case.region.get(index)
        if cell is None or not _single(variable, cell):
            continue
        for compare, op in _limits(decisions, tree, variable, value):
            if op in STRICT:
                return _edit(decisions, -1, compare, STRICT)
    return None


def _single(variable: Scale, cell: int) -> bool:
    """Whether some cells are one with one value."""
    if not cell & variable.known or cell & (cell - 1):
        return False
    place = cell.bit_length()
    low, high = variable.ends(place - 1, place)
    if variable.dense:
        return low is not None and high is not None and bool(low[0] == high[0])
    return low is not None and high is not None and bool(high - low == 1)


def _limits(decisions: Decisions, tree: Expr, variable: Variable, value: Any) -> Iterator[tuple[Compare, str]]:
    """The comparisons of a variable with a constant of some value, with their signs as if the field stood left."""
    if isinstance(tree, Compare):
        left, op, right = tree.left, tree.op, tree.right
        if isinstance(left, Literal):
            left, op, right = right, FLIPPED[op], left
        if isinstance(left, Path) and isinstance(right, Literal) and left.type.base == right.type.base:
            named = _variable(decisions, left)
            if named is not variable or isinstance(named, Choice):
                return
            if stored(right, decisions.space.world.day) == value:
                yield tree, op
    for part in tree.parts if isinstance(tree, And | Or) else ():
        yield from _limits(decisions, part, variable, value)


def _edit(decisions: Decisions, place: int, compare: Compare, signs: dict[str, str]) -> Edit:
    currency = decisions.space.world.currency
    after = replace(compare, op=signs[compare.op])
    return Edit(place, unparse(compare, currency), unparse(after, currency))
