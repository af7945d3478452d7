"""The variables of some conditions, found as their paths are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from crmdsl.conditions.ast import Expr, Path
from crmdsl.conditions.regions.linear import Budget
from crmdsl.conditions.regions.polynomials import Polynomial, whole
from crmdsl.conditions.regions.spans import span_of_sum
from crmdsl.conditions.regions.variables import RELATING, Choice, Relation, Scale, Sum, Variable
from crmdsl.conditions.regions.world import FieldFacts, Somebody, World

FACTOR: dict[str, Fraction | int] = {"percent": Fraction(1, 10_000), "date": 1_440, "instant": Fraction(1, 60)}
"""What a unit of a variable is worth in a figure."""
FIGURES = frozenset({"money", "percent", "number", "integer", "duration", "date", "instant"})
LAST_DAY = date.max.toordinal()
LAST_SECOND = LAST_DAY * 86_400 - 1
ENDS = {"date": LAST_DAY, "instant": LAST_SECOND}
"""Where time ends."""


class Unsupported(Exception):
    """A condition says something of which nothing can be proven; `str` tells what."""


class Leaf(NamedTuple):
    """A path read: its variable (`at`), what else must be known for it to be, and the part of a person it asks."""

    at: int
    presence: tuple[int, ...]
    part: tuple[str, ...] = ()


class Derived(NamedTuple):
    """A path to a derived field: the expression, and the path of the record that it speaks of."""

    expr: Expr
    prefix: tuple[str, ...]


class Space:
    """The variables of some conditions on records of one entity.

    Optional fields in `needed` are known; fields in `loose` may be missing though they are not optional. With `deep`
    what lies behind a reference that is missing is missing too, and not just of no account.
    """

    def __init__(
        self, world: World, entity: str, needed: frozenset[str] = frozenset(), loose: frozenset[str] = frozenset(),
        *, deep: bool = False,
    ) -> None:  # fmt: skip
        self.deep = deep
        self.world = world
        self.entity = entity
        self.needed = needed
        self.loose = loose
        self.budget = Budget()
        self.variables: list[Variable] = []
        self.asked: dict[int, set[tuple[str, ...]]] = {}
        """The parts of persons and units that are asked, by variable."""
        self.hidden: set[int] = set()
        """Figures that only stand behind a derived field which does not simply grow with one of them."""
        self.relating: list[int] = []
        """The variables that tell how others relate."""
        self._leaves: dict[tuple[str, ...], Leaf | Derived] = {}
        self._named: dict[Any, int] = {}

    @property
    def cells(self) -> int:
        """How often conditions cut the values of all variables."""
        return sum([len(one.cuts) for one in self.variables if isinstance(one, Scale)])

    def freeze(self) -> None:
        """Fix the cells of all variables."""
        for variable in self.variables:
            variable.freeze()

    def add(self, key: Any, make: Callable[[], Variable]) -> int:
        """The index of the variable with a key, which is made if there is none."""
        found = self._named.get(key)
        return self._added(key, make()) if found is None else found

    def _added(self, key: Any, variable: Variable) -> int:
        found = self._named[key] = variable.index = len(self.variables)
        self.variables.append(variable)
        if variable.__class__ in RELATING:
            self.relating.append(found)
        return found

    @property
    def fields(self) -> Iterator[tuple[Variable, tuple[str, ...]]]:
        """The variables that are fields, with their paths."""
        for key, index in self._named.items():
            if isinstance(key, tuple) and self.variables[index].base not in ("sum", "relation"):
                yield self.variables[index], key

    # paths

    def read(self, path: Path, prefix: tuple[str, ...] = ()) -> Leaf | Derived:
        """What a path of a condition on the record at `prefix` leads to. Raises `Unsupported`."""
        if path.root != "record":
            return self._person(path)
        parts = prefix + path.parts if prefix else path.parts
        found = self._leaves.get(parts)
        if found is None:
            found = self._leaves[parts] = self._record(parts)
        return found

    def _person(self, path: Path) -> Leaf:
        index = self.add(path.root, lambda: Choice(path.root, "person", self.world.people(path.root)))
        self.asked.setdefault(index, set()).add(path.parts)
        return Leaf(index, (), path.parts)

    def _record(self, parts: tuple[str, ...]) -> Leaf | Derived:
        entity = self.entity
        if len(parts) == 1:  # most paths, and most fields of them, are as simple as that
            facts = self.world.field(entity, parts[0])
            if facts is not None and facts.derived is None and facts.type.base != "reference":
                return Leaf(self._leaf(parts, facts), ())
        presence: list[int] = []
        for place, part in enumerate(parts):
            facts = self.world.field(entity, part)
            if facts is None:
                raise Unsupported(".".join(parts))
            last = place == len(parts) - 1
            prefix = parts[:place]
            if facts.derived is not None:
                return self._derived(facts.derived, prefix, parts[place + 1 :])
            reference = facts.type.base == "reference"
            if last or not reference:
                index = self._leaf(parts[: place + 1], facts, behind=bool(presence))
                self.asked.setdefault(index, set()).add(parts[place + 1 :])
                return Leaf(index, tuple(presence), parts[place + 1 :])
            if self._optional(parts[: place + 1], facts):
                presence.append(self._leaf(parts[: place + 1], facts, behind=bool(presence)))
            entity = facts.type.entity
        raise Unsupported(".".join(parts))

    def _derived(self, expr: Expr, prefix: tuple[str, ...], rest: tuple[str, ...]) -> Leaf | Derived:
        if not rest:
            return Derived(expr, prefix)
        if isinstance(expr, Path) and expr.root == "record":
            return self._record(prefix + expr.parts + rest)
        raise Unsupported(".".join((*prefix, *rest)))

    def _optional(self, parts: tuple[str, ...], facts: FieldFacts) -> bool:
        first = parts[0]
        if len(parts) > 1:
            return facts.optional
        return (facts.optional or first in self.loose) and first not in self.needed

    def _leaf(self, parts: tuple[str, ...], facts: FieldFacts, behind: bool = False) -> int:
        found = self._named.get(parts)
        if found is None:
            optional = self._optional(parts, facts) or (self.deep and behind)
            found = self._added(parts, self._made(".".join(parts), facts, optional))
        return found

    def _made(self, name: str, facts: FieldFacts, optional: bool) -> Variable:
        base = facts.type.base
        if base in FIGURES:
            low, high = facts.low, facts.high
            if base in ENDS:
                low = 1 if low is None else low
                high = ENDS[base] if high is None else high
            return Scale(name, base, low, high, base == "number", optional)
        if base == "text":
            return Choice(name, base, open_=True, optional=optional)
        return Choice(name, base, self._values(facts), optional=optional)

    def _values(self, facts: FieldFacts) -> Sequence[Any]:
        base = facts.type.base
        if base == "enum":
            return facts.type.values
        if base == "flag":
            return (True, False)
        if base == "person":
            return self.world.people("record")
        return ("known",) if base == "reference" else self.world.names(base)

    def today(self) -> int:
        """The variable of the day."""
        return self.add("today", lambda: Scale("today", "date", 1, LAST_DAY))

    # what relates several

    def sum(self, terms: Polynomial) -> tuple[int, Fraction]:
        """The variable of a sum without its constant, and what the sum was multiplied with."""
        factors, by = whole(terms)

        def make() -> Variable:
            variables = self.variables
            inside = {index for product in factors for index in product}
            dense = any(isinstance(v := variables[i], Scale) and v.dense for i in inside)
            low, high = span_of_sum(factors, {i: _ends(variables[i]) for i in inside})
            return Sum(" + ".join(variables[i].name for i in sorted(inside)), factors, low, high, dense=dense)

        return self.add(("sum", tuple(factors.items())), make), by

    def relation(self, name: str, variables: tuple[int, ...], test: Callable[..., bool | None] | None) -> int:
        """The variable of a comparison of values that are no figures; `name` is the condition as written."""
        return self.add(("relation", name), lambda: Relation(name, variables, test))

    def part(self, value: Any, part: tuple[str, ...], world: World | None = None) -> Any:
        """A part of a person or unit: his roles, his unit, its kind. `None` where he has none."""
        if isinstance(value, Somebody):
            if not part:
                return value.name
            if part[0] == "role":
                return value.roles
            if part[0] == "territory":
                return value.territory
            value, part = value.unit, part[1:]
        if part and value is not None:
            return (world or self.world).unit_kind(value)
        return value


def _ends(variable: Variable) -> tuple[Any, Any]:
    return (variable.low, variable.high) if isinstance(variable, Scale) else (None, None)


def seconds(instant: datetime) -> int:
    """An instant as its variable counts."""
    return instant.toordinal() * 86_400 - 86_400 + instant.hour * 3_600 + instant.minute * 60 + instant.second


def instant(count: int) -> datetime:
    """The instant that was counted so."""
    day, rest = divmod(count, 86_400)
    hour, rest = divmod(rest, 3_600)
    found = date.fromordinal(day + 1)
    return datetime(found.year, found.month, found.day, hour, rest // 60, rest % 60)  # noqa: DTZ001 - of the company
