"""Ways out of steps: cases in which none is open, and ways that can never be taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmdsl.analysis.proofs.answers import Doubt, Edit, doubts, never, to_cover
from crmdsl.analysis.proofs.likeness import Likeness
from crmdsl.conditions.ast import FLAG, And, Expr, Known, Path
from crmdsl.conditions.regions import Decisions, TooManyCases
from crmdsl.conditions.types import type_of
from crmdsl.ir.casespace import CaseSpace, nowhere
from crmdsl.ir.places import inside_step, starters
from crmdsl.ir.unwritten import ask_for_missing, unwritten
from crmdsl.model.declaration import keys_of
from crmdsl.model.entities import Entity
from crmdsl.model.processes import Decide, Outcome, Process, Step, Task
from crmdsl.resolve.flow import outcomes_of
from crmdsl.resolve.resolved import Resolved
from crmdsl.syntax.nodes import Mapping

if TYPE_CHECKING:
    from crmdsl.diagnostics import Message
    from crmdsl.ir.program import Program

ALSO = frozenset({"allow", "use"})
ANYBODY = frozenset({"actor"})


@dataclass(slots=True)
class StepProof:
    """What was found of the ways out of a step, by their places.

    `gap` is a case without a way (its text), `None` if there is none. `dead` tells why a way can never be taken; one
    whose cases all go elsewhere before is in `taken`, with the ways that take them.
    """

    gap: str | None = None
    edit: Edit | None = None
    dead: dict[int, Message] = field(default_factory=dict)
    taken: dict[int, list[int]] = field(default_factory=dict)
    doubts: dict[int, Doubt] = field(default_factory=dict)


Ways = list[Outcome]
MAX_WAYS = 20_000
"""Ways out of a step, or of `anytime`, that are judged; more of them ask about more cells than are looked at."""


def steps(program: Program) -> Iterator[tuple[Step | None, Ways, StepProof]]:
    """Every step with a condition on a way out, and (without a step) the ways of `anytime`; worked out once."""
    memo = program.resolved.memo
    found = memo.get("step proofs")
    if found is None:
        found = memo["step proofs"] = list(_Steps(program.resolved).all())
    yield from found


class _Steps:
    """Goes from step to step; steps that ask the same are judged once."""

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved
        self.spec = resolved.spec
        self.likeness = Likeness(resolved)
        self.known: dict[object, StepProof] = {}
        self._starters: dict[str, frozenset[str]] | None = None

    def all(self) -> Iterator[tuple[Step | None, Ways, StepProof]]:
        for process in self.spec.processes.values():
            unread = bool(self.spec.unread) and any(
                place.startswith(f"processes.{process.name}.") for place in self.spec.unread
            )
            unread = unread or f"processes.{process.name}" in self.spec.incomplete
            for step in process.all_steps.values():
                outcomes = outcomes_of(step)
                for way in outcomes.values():
                    if way.when is not None:
                        if not unread or whole(step, outcomes):
                            yield from self.judged(process, step, list(outcomes.values()))
                        break
            if any(way.when is not None for way in process.anytime.values()):
                yield from self.judged(process, None, list(process.anytime.values()))

    def judged(self, process: Process, step: Step | None, ways: Ways) -> Iterator[tuple[Step | None, Ways, StepProof]]:
        """A step with what was found, unless a condition of it, or what it needs, has a fault."""
        trees = [self.resolved.typed(way.when) for way in ways]
        if process.entity is None or any(t is None and way.has("when") for t, way in zip(trees, ways, strict=True)):
            return
        if len(ways) > MAX_WAYS:
            first = next(place for place, way in enumerate(ways) if way.when is not None)
            yield step, ways, StepProof(doubts={first: Doubt(too_many=True)})
            return
        needed = frozenset(ref.name for ref in step.needs) if isinstance(step, Task) else frozenset()
        declared = self.spec.entities.get(process.entity.name)
        if declared is not None and not needed <= declared.fields.keys():
            return
        whens = [way.when for way in ways]
        alike, roots = self.likeness.of(process.entity.name, whens, trees)
        derived, behind = self.derived(declared, needed, roots)
        needed, missing = needed & behind, frozenset[str]()
        if isinstance(step, Decide) or behind != roots or ask_for_missing(whens):
            missing = (self.unwritten(process, step) & behind) - needed
        stateful = any(way.when and "state" in way.when.text for way in ways)
        kind = type(step) if isinstance(step, Task | Decide) else None
        beginners = self.starters.get(process.entity.name, frozenset()) if "requester" in roots else frozenset()
        key = (alike, kind, needed, missing, beginners, id(step) if stateful else None,
               derived and (process.entity.name, *derived))  # fmt: skip
        if key not in self.known:
            inside = inside_step(step) if stateful and step is not None else nowhere
            world = CaseSpace(self.resolved, beginners, inside)
            wide = CaseSpace(self.resolved, beginners, inside, anybody=True)
            proof = _Proof(world, wide, process.entity.name, kind, trees, needed, missing)
            self.known[key] = proof.prove(known_paths(declared, derived))
        yield step, ways, self.known[key]

    def unwritten(self, process: Process, step: Step | None) -> frozenset[str]:
        """The fields that may be missing in a step though they are not optional: nobody has written them yet."""
        found = unwritten(process, self.resolved)
        return found.get(step.path, frozenset()) if step is not None else frozenset().union(*found.values())

    def derived(
        self, entity: Entity | None, needed: frozenset[str], roots: frozenset[str]
    ) -> tuple[tuple[str, ...], frozenset[str]]:
        """The derived fields among those that a step needs on which conditions hang, and all fields behind these."""
        if entity is None:
            return (), roots
        behind = self.likeness.behind(entity.name, roots)
        found = {
            name: inner
            for name in sorted(needed)
            if entity.fields[name].derived is not None
            and not behind.isdisjoint(inner := self.likeness.behind(entity.name, frozenset([name])))
        }
        return tuple(found), behind.union(*found.values())

    @property
    def starters(self) -> dict[str, frozenset[str]]:
        """The roles that may create the records of an entity, who start its cases."""
        if self._starters is None:
            self._starters = starters(self.spec)
        return self._starters


def whole(step: Step, outcomes: dict[str, Outcome]) -> bool:
    """Whether all of the ways out of a step could be read."""
    written = step.node.get("decide" if isinstance(step, Decide) else "outcomes") if isinstance(
        step.node, Mapping) else None  # fmt: skip
    if not isinstance(written, Mapping) or set(written.entries) != set(outcomes):
        return False
    allowed = {*keys_of(Outcome), *ALSO}
    if isinstance(step.node, Mapping) and not set(step.node.entries) <= {*keys_of(type(step)), *ALSO}:
        return False
    return all(not isinstance(way.node, Mapping) or set(way.node.entries) <= allowed for way in outcomes.values())


def known_paths(entity: Entity | None, names: Sequence[str]) -> list[Path]:
    """Paths of some fields of an entity, to say in conditions that they are known."""
    if entity is None:
        return []
    fields = [(name, entity.fields[name].type) for name in names]
    return [Path(0, 0, type_of(kind), "record", (name,), entity.name, kind.optional) for name, kind in fields if kind]


class _Proof:
    """The ways out of one step being judged."""

    def __init__(
        self, world: CaseSpace, wide: CaseSpace, entity: str, kind: type[Step] | None,
        trees: list[Expr | None], needed: frozenset[str], loose: frozenset[str],
    ) -> None:  # fmt: skip
        self.world = world
        self.wide = wide
        self.entity = entity
        self.kind = kind
        self.trees = trees
        self.needed = needed
        self.loose = loose
        self.found = StepProof()

    def prove(self, known: list[Path]) -> StepProof:
        """All that is to be said where derived fields are known too; nothing if that would follow from a fault."""
        sure = [Known(0, 0, FLAG, path, True) for path in known]
        within = [And(0, 0, FLAG, (*((tree,) if tree else ()), *sure)) for tree in self.trees] if sure else self.trees
        beside = [Known(0, 0, FLAG, path, False) for path in known]
        try:
            self.reached(Decisions(self.wide, self.entity, within, self.needed, self.loose))
            if self.kind is not None and None not in self.trees:
                self.gap(Decisions(self.world, self.entity, [*self.trees, *beside], self.needed))
        except TooManyCases as many:
            place = many.place if many.place < len(self.trees) and self.trees[many.place] is not None else self._first()
            self.found.doubts.setdefault(place, Doubt(too_many=True))
        return StepProof() if self.world.doubted or self.wide.doubted else self.found

    def _first(self) -> int:
        return next(place for place, tree in enumerate(self.trees) if tree is not None)

    def gap(self, decisions: Decisions) -> None:
        """A case without a way out; what is told of it is what the ways ask."""
        count = len(self.trees)
        case = decisions.gap(ANYBODY)
        if case is None:
            found: dict[int, Doubt] = {}
            doubts(decisions, found)
            self.found.doubts.update({min(place, count - 1): doubt for place, doubt in found.items()})
            return
        beside = [None] * (len(decisions.nodes) - count)
        asked = decisions.asked(range(count))
        shown = {index: value for index, value in case.values.items() if index in asked} if beside else case.values
        self.found.gap = case._replace(values=shown).text(decisions.space)
        self.found.edit = to_cover(decisions, case, [*self.trees, *beside])

    def reached(self, decisions: Decisions) -> None:
        """Ways that no case takes."""
        for place, tree in enumerate(self.trees):
            before = range(place) if self.kind is Decide else ()
            if decisions.reached(place, before):
                continue
            why = None if tree is None else never(decisions, place, tree, self.found.doubts)
            if why is not None:
                self.found.dead[place] = why
            elif self.kind is Decide and place not in self.found.doubts:
                self.taken(decisions, place)

    def taken(self, decisions: Decisions, place: int) -> None:
        """A way of a `decide` whose cases all go another way before it."""
        decisions.unproven = set()
        before = [one for one in range(place) if one not in self.found.dead]
        if not before or decisions.reached(place, before):
            return
        if decisions.unproven:
            doubts(decisions, self.found.doubts)
            return
        needed = [one for one in before if decisions.reached(place, [b for b in before if b != one])]
        self.found.taken[place] = needed or before
