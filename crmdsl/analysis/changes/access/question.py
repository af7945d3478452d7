"""What somebody may do with some fields of records, before and now, as conditions in one space.

Besides the fields that conditions mention, its variables are whose the record is (`records`), where its case is
(`case`), and who wrote and signed it (`writers`, `signers`). What they can be is told apart only as far as a side does.
The equations are those of `crmdsl.ir.policy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

from crmdsl.analysis.changes.access.parties import Party, Right, Whose
from crmdsl.analysis.changes.access.situations import NOWHERE, Situation, Situations
from crmdsl.conditions.ast import Expr, Literal, Path, State, Type, walk
from crmdsl.conditions.derived import inlined
from crmdsl.conditions.regions import Somebody, Space
from crmdsl.conditions.regions.comparison import Comparison, Side
from crmdsl.conditions.regions.decisions import ALWAYS
from crmdsl.conditions.regions.formulas import Formulas, Word
from crmdsl.conditions.regions.nodes import ALL, ANY, ATOM, SURE, Node
from crmdsl.conditions.regions.space import Leaf
from crmdsl.conditions.regions.variables import Choice
from crmdsl.ir.casespace import CaseSpace
from crmdsl.ir.joint import Joint
from crmdsl.ir.policy import CHANGING, HISTORY, Separation

NEVER: Node = (SURE, False, ())
HISTORIES = ("others", "actor", "unknown")
"""Who did something with a record: others, (also) the one who asks, or nobody knows."""
LABELS = ("unit", "territory", "department")


class Standing(NamedTuple):
    """Whose a record is to the one who asks, with what his grants make of it on either side."""

    label: str
    whose: Whose
    reached: tuple[tuple[bool, ...], tuple[bool, ...]]
    created: bool


class Opening(NamedTuple):
    """How a side opens some fields: the rights that do (by their places), and where alone it lets them be written.

    `written` is `None` for anywhere, and empty for nowhere.
    """

    rights: tuple[int, ...]
    written: tuple[tuple[str, str], ...] | None = None


class Asking(NamedTuple):
    """Somebody asks to do an action with records of an entity."""

    parties: tuple[Party, Party]
    situations: Situations
    person: str
    entity: str
    action: str
    names: Sequence[str]
    """Those who may have created and own records: one of each that makes a difference."""
    rights: tuple[list[Right], list[Right]]

    def bars(self, side: int) -> tuple[bool, frozenset[str], tuple[tuple[str, str], ...]]:
        """Whether he is barred on a side by his roles; what he must not have done; where the record is locked."""
        party, me = self.parties[side], (self.entity, self.action)
        rules = [rule for rule in party.policy.separations if me in rule.actions]
        resource = party.policy.resources.get(self.entity)
        locks = resource.locked if resource is not None and self.action in CHANGING else ()
        locked = tuple(place for place in locks if place in self.situations.shared)
        others = frozenset(
            other for rule in rules if not rule.per_person for entity, other in rule.actions
            if entity == self.entity and other != self.action and other in HISTORY
        )  # fmt: skip
        return any(self._has_both(party, rule) for rule in rules if rule.per_person), others, locked

    def _has_both(self, party: Party, rule: Separation) -> bool:
        """Whether his roles have the action and another of a rule."""
        having = {one for one in rule.actions if party.has(self.person, rule.may[one])}
        return (self.entity, self.action) in having and len(having) > 1

    def standings(self) -> list[Standing]:
        """Whose records can be, one for each that makes a difference or is called otherwise."""
        asked = any("create" in self.bars(side)[1] for side in (0, 1))
        found: dict[Any, Standing] = {}
        for owner, creator in product((None, *self.names), (*self.names, None)):
            whose = Whose(self.person if creator is None and self.action == "create" else creator, owner)
            reached = tuple(
                tuple(one.reaches is None or one.reaches(whose) for one in rights) for rights in self.rights
            )  # fmt: skip
            created = asked and whose.creator == self.person
            label = self._label(whose)
            if (reached, created, label) not in found:
                found[reached, created, label] = Standing(label, whose, reached, created)  # type: ignore[arg-type]
        return list(found.values())

    def _label(self, whose: Whose) -> str:
        """What people call a record that stands so to the one who asks, by the newer side if that reaches it."""
        if self.person in whose:
            return "own"
        for side in (1, 0):
            reaching = [one for one in self.rights[side] if one.reaches is not None and one.reaches(whose)]
            if any(one.permission.scope == "own" for one in reaching):
                return "below" if self.parties[side].holder(self.entity, whose) is not None else "unowned"
            for label in LABELS:
                if any(one.permission.scope == label for one in reaching):
                    return label
        return "others"


class Asker(CaseSpace):
    """What a side says about values, with its people as they are listed for the comparison."""

    def __init__(self, party: Party) -> None:
        super().__init__(party.program.resolved)
        self.party = party

    def people(self, root: str) -> Sequence[Somebody]:
        """Everybody, whatever is asked of him."""
        return list(self.party.people.values())

    def every(self, entity: str) -> frozenset[str]:
        """The fields of an entity."""
        declared = self.spec.entities.get(entity)
        return frozenset(declared.fields if declared else ())


class Both(Joint):
    """The world of both sides. Everybody is there once, by his name; each side knows what he is."""

    def people(self, root: str) -> Sequence[Somebody]:
        """Everybody of either side, as he is now."""
        found = {one.name: one for side in (self.before, self.now) for one in side.people(root)}
        return list(found.values())


class Records(Space):
    """A space of records that may have no case, so that there is no requester."""

    def _person(self, path: Path) -> Leaf:
        people = self.world.people(path.root)
        index = self.add(path.root, lambda: Choice(path.root, "person", people, optional=True))
        self.asked.setdefault(index, set()).add(path.parts)
        return Leaf(index, (), path.parts)

    def choice(self, name: str, values: Callable[[], Sequence[Any]]) -> Choice:
        """A variable that is no field, by its name."""
        found = self.variables[self.add(name, lambda: Choice(name, name, values()))]
        assert isinstance(found, Choice)  # noqa: S101 - no other kind has such a name
        return found

    def where(self, name: str, values: Callable[[], Sequence[Any]], test: Callable[[Any], bool]) -> Node:
        """That such a variable has a value for which a test holds."""
        variable = self.choice(name, values)
        return (ATOM, variable.index, *variable.where(test), ())


class Reading(Formulas):
    """Reads the conditions of one side for the one who asks."""

    space: Records

    def __init__(self, question: Question, place: int) -> None:
        world = question.sides[place].world
        super().__init__(question.space, world)
        self.question = question
        before, now = (party.people for party in question.asking.parties)
        self.people: Mapping[str, Somebody] = (before, now)[place]
        self.side: tuple[str, ...] = (("before", "now")[place],) if before != now else ()

    def part(self, value: Any, part: tuple[str, ...]) -> Any:
        """A part of a person, as this side knows him."""
        if not isinstance(value, Somebody):
            return super().part(value, part)
        own = self.people.get(value.name)
        return value.name if not part else None if own is None else super().part(own, part)

    def word(self, expr: Expr, prefix: tuple[str, ...]) -> Word:
        """A value that is no figure; who asks is a constant."""
        if isinstance(expr, Path) and expr.root == "actor":
            return Word(self._mine(expr))
        return super().word(expr, prefix)

    def _mine(self, path: Path) -> Any:
        return self.part(Somebody(self.question.asking.person, frozenset()), path.parts)

    def words(self, op: str, whole: Expr, left: Expr, right: Expr, prefix: tuple[str, ...]) -> Node:
        """A comparison of values that are no figures; with what the one who asks does not have it is unknown."""
        for one in (left, right):
            if isinstance(one, Path) and one.root == "actor" and self._mine(one) is None:
                index = self.space.choice("case", self.question.situations).index
                return ATOM, index, 0, 0, ()
        return super().words(op, whole, left, right, prefix)

    def related(self, whole: Expr, op: str, kind: Type, one: Word, other: Word, prefix: tuple[str, ...]) -> Node:
        """A comparison of two variables, which may say something else of the same people on either side."""
        return super().related(whole, op, kind, one, other, (*self.side, *prefix))

    def presence(self, path: Expr, prefix: tuple[str, ...]) -> Node:
        """Whether a path is known."""
        if isinstance(path, Path) and path.root == "actor":
            return SURE, self._mine(path) is not None, ()
        return super().presence(path, prefix)

    def state(self, op: str, whole: Expr, left: Expr, right: Expr, prefix: tuple[str, ...]) -> Node:
        """`state = x`: where the case is; a record without a case is in no state."""
        if isinstance(left, Literal):
            left, right = right, left
        if not isinstance(left, State) or not isinstance(right, Literal):
            return self.opaque(whole, prefix)
        name = right.value
        return self.space.where("case", self.question.situations, lambda one: one.covered(name) == (op == "="))


class Question(Comparison):
    """Whether somebody may do an action with some fields, before and now. Raises `TooManyCases`, `Incomparable`."""

    space: Records

    def __init__(self, asking: Asking, openings: tuple[Opening, Opening], standings: Sequence[Standing]) -> None:
        self.asking = asking
        self.openings = openings
        self.standings = standings
        before, now = (Asker(party) for party in asking.parties)
        entity = asking.entity
        first, second = (Side(world, (None,), loose=world.every(entity)) for world in (before, now))
        self.parts: tuple[list[tuple[int, Node]], list[tuple[int, Node]]] = ([], [])
        """For each side the rights that open the fields, with where they do."""
        super().__init__(Both(before, now), entity, first, second)

    def _spaced(self, joint: Any, entity: str, before: Side, now: Side) -> Space:
        return Records(joint, entity, before.needed & now.needed, before.loose | now.loose, deep=True)

    def _nodes(self, side: Side) -> Iterator[Node]:
        place = self.sides.index(side)
        yield self._permitted(place)

    def may_miss(self, path: tuple[str, ...]) -> bool:
        """Whether a field may be missing on either side."""
        known = [facts for side in self.sides if (facts := self._facts(side, path)) is not None]
        return any(facts.optional for facts in known)

    def situations(self) -> list[Situation]:
        """Where the case can be, as far as either side looks at it. What is being created has no case."""
        return self._situations

    @cached_property
    def _situations(self) -> list[Situation]:
        asking = self.asking
        if asking.action == "create":
            return [NOWHERE]
        sides = [
            (opening.written or (), asking.bars(place)[2]) for place, opening in enumerate(self.openings)
        ]  # fmt: skip
        states = {
            part.value
            for place, opening in enumerate(self.openings) for number in opening.rights
            if (tree := asking.rights[place][number].permission.tree) is not None
            for part in walk(tree) if isinstance(part, Literal) and part.type.base == "state"
        }  # fmt: skip
        return asking.situations.told_apart(lambda one: (
            tuple((one.among(written), one.among(locked)) for written, locked in sides),
            tuple(one.covered(state) for state in sorted(states)),
        ))  # fmt: skip

    def _permitted(self, place: int) -> Node:
        """`decide` of the policy on a side."""
        asking, opening = self.asking, self.openings[place]
        barred, others, locked = asking.bars(place)
        if barred or not opening.rights or opening.written == ():
            return NEVER
        reading = Reading(self, place)
        for number in opening.rights:
            self.parts[place].append((number, (ALL, list(self._opened(reading, place, number)))))
        parts: list[Node] = [(ANY, [node for _, node in self.parts[place]])]
        if opening.written is not None:
            written = opening.written
            parts.append(self._where("case", lambda one: one.among(written)))
        if locked:
            parts.append(self._where("case", lambda one: not one.among(locked)))
        if "create" in others:
            parts.append(self._where("records", lambda one: not one.created))
        for action, name in (("update", "writers"), ("approve", "signers")):
            if action in others:
                parts.append(self._where(name, lambda one: one == "others"))
        return ALL, parts

    def _opened(self, reading: Reading, place: int, number: int) -> Iterator[Node]:
        """Where a right opens the fields."""
        right = self.asking.rights[place][number]
        if right.reaches is not None:
            yield self._where("records", lambda one: one.reached[place][number])
        tree = right.permission.tree
        yield ALWAYS if tree is None else reading.read(inlined(tree, self.sides[place].world.field))

    def _where(self, name: str, test: Callable[[Any], bool]) -> Node:
        values: dict[str, Callable[[], Sequence[Any]]] = {"case": self.situations, "records": lambda: self.standings}
        return self.space.where(name, values.get(name, lambda: HISTORIES), test)
