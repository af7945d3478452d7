"""Typed conditions read into a space: what they ask of its variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from crmdsl.conditions.ast import (
    And,
    Between,
    Compare,
    Expr,
    In,
    Known,
    Literal,
    Not,
    Or,
    Path,
    State,
    Type,
)
from crmdsl.conditions.facts import FLIPPED
from crmdsl.conditions.python import paths
from crmdsl.conditions.regions.figures import Figures
from crmdsl.conditions.regions.nodes import ALL, ANY, ATOM, BELOW, KNOWN, NOT, SURE, TOLD, Node
from crmdsl.conditions.regions.space import Derived, Space, Unsupported
from crmdsl.conditions.regions.variables import Choice
from crmdsl.conditions.regions.world import World
from crmdsl.conditions.types import FIGURES as WITH_UNITS
from crmdsl.conditions.unparse import unparse

MOST_PARTS = 1_000
"""Parts of a comparison of conditions; a larger one is a question of its own."""
SCALES = WITH_UNITS | {"date", "instant"}


class Word(NamedTuple):
    """A value that is no figure: a constant, or (a part of) the value of a variable."""

    value: Any = None
    at: int = -1
    part: tuple[str, ...] = ()
    presence: tuple[int, ...] = ()


class Formulas:
    """Reads conditions into a space. Nothing is refused: what cannot be treated becomes a question of its own."""

    def __init__(self, space: Space, world: World | None = None) -> None:
        """`world` says where the case is, and of which kind units are; by default that of the space."""
        self.space = space
        self.world = world or space.world
        self.figures = Figures(space, self.world.day)
        self._weights: dict[int, tuple[int, Node]] = {}

    def part(self, value: Any, part: tuple[str, ...]) -> Any:
        """A part of a person or unit."""
        return self.space.part(value, part, self.world)

    def read(self, expr: Expr, prefix: tuple[str, ...] = ()) -> Node:
        """A condition on the record at `prefix`."""
        found = self.figures.limit(expr) if expr.__class__ is Compare and not prefix else None
        return self.any(expr, prefix) if found is None else found

    def any(self, expr: Expr, prefix: tuple[str, ...]) -> Node:
        """A condition of any kind."""
        try:
            return READERS[expr.__class__](self, expr, prefix)
        except Unsupported:
            return self.opaque(expr, prefix)

    def opaque(self, expr: Expr, prefix: tuple[str, ...], test: Callable[..., bool | None] | None = None) -> Node:
        """A part of which nothing is known but that it is what it is."""
        name = ".".join((*prefix, unparse(expr, self.space.world.currency)))
        return ATOM, self.space.relation(name, (), test), 1, 2, ()

    # conditions

    def negation(self, expr: Not, prefix: tuple[str, ...]) -> Node:
        """`not`."""
        return NOT, self.read(expr.value, prefix)

    def conjunction(self, expr: And, prefix: tuple[str, ...]) -> Node:
        """`and`."""
        if prefix:
            return ALL, [self.any(part, prefix) for part in expr.parts]
        limit, other = self.figures.limit, self.any
        return ALL, [(part.__class__ is Compare and limit(part)) or other(part, prefix) for part in expr.parts]

    def disjunction(self, expr: Or, prefix: tuple[str, ...]) -> Node:
        """`or`."""
        return ANY, [self.read(part, prefix) for part in expr.parts]

    def constant(self, expr: Literal, _: tuple[str, ...]) -> Node:
        """`true` or `false`."""
        return SURE, bool(expr.value), ()

    def flag(self, expr: Path, prefix: tuple[str, ...]) -> Node:
        """A flag, or a condition that one is derived from."""
        leaf = self.space.read(expr, prefix)
        if isinstance(leaf, Derived):
            return self.read(leaf.expr, leaf.prefix)
        return ATOM, leaf.at, 1, 2, leaf.presence

    def member(self, expr: In, prefix: tuple[str, ...]) -> Node:
        """`in A | B`."""
        return ANY, [self.compared("=", expr, expr.value, choice, prefix) for choice in expr.choices]

    def between(self, expr: Between, prefix: tuple[str, ...]) -> Node:
        """`between low and high`."""
        low = self.compared(">=", expr, expr.value, expr.low, prefix)
        return ALL, [low, self.compared("<=", expr, expr.value, expr.high, prefix)]

    def comparison(self, expr: Compare, prefix: tuple[str, ...]) -> Node:
        """A comparison."""
        if expr.left.type.base in SCALES:
            return self.figures.compared(expr.op, expr.left, expr.right, prefix)
        return self.compared(expr.op, expr, expr.left, expr.right, prefix)

    def compared(self, op: str, whole: Expr, left: Expr, right: Expr, prefix: tuple[str, ...]) -> Node:
        """`left op right`, by the type of the two; `whole` is where it stands."""
        base = left.type.base
        if base in SCALES:
            return self.figures.compared(op, left, right, prefix)
        if base == "flag":
            one, other = self.read(left, prefix), self.read(right, prefix)
            same: Node = ANY, [(ALL, [one, other]), (ALL, [(NOT, one), (NOT, other)])]
            self.weigh(same)
            return same if op == "=" else (NOT, same)
        if base == "state":
            return self.state(op, whole, left, right, prefix)
        return self.words(op, whole, left, right, prefix)

    def weigh(self, node: Node) -> int:
        """How much a condition is, written out; comparisons of conditions, derived one from another, double it.

        Raises `Unsupported` where that is too much.
        """
        kind = node[0]
        if kind in (ATOM, BELOW, SURE, KNOWN):
            return 1
        if id(node) not in self._weights:
            found = 1 + sum(self.weigh(part) for part in (node[1] if kind in (ALL, ANY) else node[1:]))
            if found > MOST_PARTS:
                raise Unsupported
            self._weights[id(node)] = found, node
        return self._weights[id(node)][0]

    def state(self, op: str, whole: Expr, left: Expr, right: Expr, prefix: tuple[str, ...]) -> Node:
        """`state = x`."""
        if isinstance(left, Literal):
            left, right = right, left
        if not isinstance(left, State) or not isinstance(right, Literal):
            return self.opaque(whole, prefix)
        held = self.world.inside(right.value)
        index = -1 if held is not None else self.space.relation(f"state = {right.value}", (), None)
        node: Node = (SURE, held, ()) if held is not None else (ATOM, index, 1, 2, ())
        return node if op == "=" else (NOT, node)

    # is known

    def known(self, expr: Known, prefix: tuple[str, ...]) -> Node:
        """`is known` and `is missing`."""
        found = self.presence(expr.path, prefix)
        return found if expr.known else (NOT, found)

    def presence(self, path: Expr, prefix: tuple[str, ...]) -> Node:
        """Whether a path is known: all that it goes through is, and all that it is derived from."""
        if not isinstance(path, Path):
            if path.type.base == "flag":
                return TOLD, self.read(path, prefix)
            return ALL, [self.presence(inner, prefix) for inner in paths(path)]
        leaf = self.space.read(path, prefix)
        if isinstance(leaf, Derived) and leaf.expr.type.base == "flag":
            return TOLD, self.read(leaf.expr, leaf.prefix)
        if isinstance(leaf, Derived):
            return ALL, [self.presence(inner, leaf.prefix) for inner in paths(leaf.expr)]
        variable = self.space.variables[leaf.at]
        needed: Node = KNOWN, (*leaf.presence, *((leaf.at,) if variable.optional else ()))
        if not leaf.part or not isinstance(variable, Choice):
            return needed
        yes, no = variable.where(lambda value: self.part(value, leaf.part) is not None)
        return ALL, [needed, (ATOM, leaf.at, yes, no, leaf.presence)]

    # words

    def words(self, op: str, whole: Expr, left: Expr, right: Expr, prefix: tuple[str, ...]) -> Node:
        """A comparison of values that are no figures."""
        kind = left.type
        one, other = self.word(left, prefix), self.word(right, prefix)
        if one.at < 0:
            one, other, op = other, one, FLIPPED[op]
        if one.at < 0:
            return SURE, bool(_test(op, kind)(one.value, other.value)), ()
        test = _test(op, kind)
        presence = (*one.presence, *other.presence)
        variable = self.space.variables[one.at]
        if not isinstance(variable, Choice):
            raise Unsupported
        if other.at < 0:
            return (ATOM, one.at, *self.where(variable, one, op, test, other.value), one.presence)
        if (one.at, one.part) == (other.at, other.part) and op in ("=", "!="):
            return SURE, op == "=", (*presence, one.at)
        return self.related(whole, op, kind, one, other, prefix)

    def where(self, variable: Choice, one: Word, op: str, test: Any, value: Any) -> tuple[int, int]:
        """The masks of the values that compare so with a constant, and of those that do not."""
        if variable.open_ or (variable.base == "enum" and op in ("=", "!=")):
            mask = variable.equal(value)
            return (mask, ~mask) if op == "=" else (~mask, mask)
        return variable.where(
            lambda own: None if (part := self.part(own, one.part)) is None else test(part, value)
        )  # fmt: skip

    def related(self, whole: Expr, op: str, kind: Type, one: Word, other: Word, prefix: tuple[str, ...]) -> Node:
        """A comparison of two variables."""
        shown = ".".join((*prefix, unparse(whole, self.space.world.currency)))
        name = "\0".join((shown, op, str(one), str(other), *(kind.values if kind.ordered else ())))
        presence = {*one.presence, *other.presence, one.at, other.at}
        known = tuple(sorted(index for index in presence if self.space.variables[index].optional))
        if kind.base == "reference":
            return self.records(op, one.at, other.at, known)
        compare, part = _test(op, kind), self.part

        def test(*values: Any) -> bool | None:
            left, right = part(values[0], one.part), part(values[-1], other.part)
            return None if left is None or right is None else compare(left, right)

        between = (one.at,) if one.at == other.at else (one.at, other.at)
        return ATOM, self.space.relation(name, between, test), 1, 2, known

    def records(self, op: str, one: int, other: int, known: tuple[int, ...]) -> Node:
        """Whether two references lead to one record."""
        both = min(one, other), max(one, other)
        name = " = ".join(self.space.variables[index].name for index in both)
        node: Node = ATOM, self.space.relation(name, both, None), 1, 2, known
        return node if op == "=" else (NOT, node)

    def word(self, expr: Expr, prefix: tuple[str, ...]) -> Word:
        """A value that is no figure."""
        if isinstance(expr, Literal):
            return Word(expr.value)
        if not isinstance(expr, Path):
            raise Unsupported
        leaf = self.space.read(expr, prefix)
        if isinstance(leaf, Derived):
            return self.word(leaf.expr, leaf.prefix)
        return Word(None, leaf.at, leaf.part, leaf.presence)


def _test(op: str, kind: Type) -> Callable[[Any, Any], bool]:
    """How two values of a type compare; who holds several roles has each of them."""
    if op in ("=", "!="):
        return _equal if op == "=" else lambda left, right: not _equal(left, right)
    place = {value: rank for rank, value in enumerate(kind.values)}
    order = ORDER[op]
    return lambda left, right: order(place.get(left, -1), place.get(right, -1))


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, frozenset) != isinstance(right, frozenset):
        return right in left if isinstance(left, frozenset) else left in right
    return bool(left == right)


ORDER: dict[str, Callable[[int, int], bool]] = {
    "<": lambda left, right: left < right, "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right, ">=": lambda left, right: left >= right,
}  # fmt: skip
READERS: dict[type[Expr], Callable[[Formulas, Any, tuple[str, ...]], Node]] = {
    And: Formulas.conjunction, Or: Formulas.disjunction, Not: Formulas.negation, Compare: Formulas.comparison,
    In: Formulas.member, Between: Formulas.between, Known: Formulas.known, Literal: Formulas.constant,
    Path: Formulas.flag,
}  # fmt: skip
