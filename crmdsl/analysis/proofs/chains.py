"""Approval chains: cases that no level decides, or two; levels that never sign; cases that pass too easily."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmdsl.analysis.proofs.answers import Doubt, Edit, doubts, never, not_both, to_cover
from crmdsl.analysis.proofs.likeness import Likeness
from crmdsl.conditions.ast import FLAG, And, Expr, Known, Path
from crmdsl.conditions.regions import Decisions, FieldFacts, TooManyCases, hole
from crmdsl.conditions.types import FIGURES
from crmdsl.ir.casespace import CaseSpace, nowhere
from crmdsl.ir.places import Places
from crmdsl.ir.unwritten import ask_for_missing, unwritten
from crmdsl.model.chains import Approval, Level
from crmdsl.model.spec import Spec
from crmdsl.resolve.resolved import Resolved

if TYPE_CHECKING:
    from crmdsl.diagnostics import Message
    from crmdsl.ir.program import Program

MAX_LEVELS = 10_000
"""A longer chain is not proven: its conditions alone take as long as all else of the largest spec."""

KEYS = ("levels", "when", "otherwise", "mode", "entity", "requester", "use")


@dataclass(slots=True)
class Twice:
    """Two levels that decide one case, by their places; `edit` is the change of the later that would part them."""

    earlier: int
    later: int
    case: str
    edit: Edit | None


@dataclass(slots=True)
class Passing:
    """A case that passes unsigned, and a smaller one that the level `place` must sign."""

    case: str
    smaller: str
    place: int


@dataclass(slots=True)
class ChainProof:
    """What was found of a chain. Cases are texts, empty where every case is one; `levels` are in order.

    `gap` is `None` where every case is decided. `dead` tells for levels that never sign why, `doubts` what was not
    proven of which conditions.
    """

    gap: str | None = None
    edit: Edit | None = None
    twice: list[Twice] = field(default_factory=list)
    dead: dict[int, Message] = field(default_factory=dict)
    passing: Passing | None = None
    doubts: dict[int, Doubt] = field(default_factory=dict)


def chains(program: Program) -> Iterator[tuple[Approval, ChainProof]]:
    """Every chain that can be judged, with what was found; worked out once, and once for chains that are alike."""
    memo = program.resolved.memo
    found = memo.get("chain proofs")
    if found is None:
        found = memo["chain proofs"] = _all(program)
    yield from found


def _all(program: Program) -> list[tuple[Approval, ChainProof]]:
    resolved, spec = program.resolved, program.spec
    likeness = Likeness(resolved)
    known: dict[object, ChainProof] = {}
    places: Places | None = None
    missing = _Missing(resolved)
    found = []
    for name, chain in spec.approvals.items():
        if chain.entity is None or not _read(spec, chain):
            continue
        levels = list(chain.levels.values())
        trees = [resolved.typed(level.when) for level in levels]
        if any(tree is None and level.has("when") for tree, level in zip(trees, levels, strict=True)):
            continue
        stateful = any(level.when and "state" in level.when.text for level in levels)
        if stateful and places is None:
            places = Places(spec)
        inside = places.of_chain(name) if stateful and places else nowhere
        requesters = frozenset(ref.name for ref in chain.requester)
        signers = [level.named_in.name if level.named_in else "" for level in levels]
        alike, roots = likeness.of(chain.entity.name, [level.when for level in levels], trees, [*filter(None, signers)])
        loose = missing.of(chain, likeness.behind(chain.entity.name, roots))
        key = (alike, chain.mode, chain.otherwise, tuple(signers), "requester" in roots and requesters,
               name if stateful else "", loose)  # fmt: skip
        if key not in known:
            world = CaseSpace(resolved, requesters, inside)
            wide = CaseSpace(resolved, requesters, inside, anybody=True)
            known[key] = _Proof(world, wide, chain, levels, trees, loose).prove()
        found.append((chain, known[key]))
    return found


def _read(spec: Spec, chain: Approval) -> bool:
    """Whether all of a chain that matters could be read."""
    if not chain.levels or (spec.unread and any(f"approvals.{chain.name}.{key}" in spec.unread for key in KEYS)):
        return False
    return f"approvals.{chain.name}" not in spec.incomplete and "approvals" not in spec.incomplete


class _Missing:
    """Tells what a case can be without when it comes to a chain, though it is not optional."""

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved
        self.spec = resolved.spec
        self.places: Places | None = None

    def of(self, chain: Approval, asked: frozenset[str]) -> frozenset[str]:
        """Fields among those asked that no step in front of the chain has written, if the levels ask for that."""
        if not ask_for_missing(level.when for level in chain.levels.values()):
            return frozenset()
        self.places = self.places or Places(self.spec)
        found: set[str] = set()
        for step in self.places.steps.get(chain.name, ()):
            process = self.spec.processes[step.process]
            if process.entity is not None and chain.entity is not None and process.entity.name == chain.entity.name:
                found |= unwritten(process, self.resolved).get(step.path, frozenset())
        return asked & found


class _Proof:
    """One chain being judged."""

    def __init__(
        self, world: CaseSpace, wide: CaseSpace, chain: Approval, levels: list[Level], trees: list[Expr | None],
        loose: frozenset[str],
    ) -> None:  # fmt: skip
        self.world = world
        self.wide = wide
        self.chain = chain
        self.levels = levels
        self.trees = trees
        self.loose = loose
        self.found = ChainProof()

    def prove(self) -> ChainProof:
        """All that is to be said of the chain; nothing if that would follow from a fault elsewhere."""
        if all(tree is None for tree in self.trees) and (len(self.trees) == 1 or self.chain.mode == "ladder"):
            return self.found
        if len(self.levels) > MAX_LEVELS:
            self.found.doubts[self.first()] = Doubt(too_many=True)
            return self.found
        entity = self.chain.entity.name if self.chain.entity else ""
        try:
            decisions = Decisions(self.world, entity, self.trees)
        except TooManyCases as many:
            self.found.doubts[many.place] = Doubt(too_many=True)
            return self.found
        if self.world.doubted:
            return ChainProof()
        personal = any(one.base == "person" for one in decisions.variables)
        wider = personal or self.loose
        self.dead(Decisions(self.wide, entity, self.trees, loose=self.loose) if wider else decisions, entity)
        if self.chain.mode == "bands":
            self.twice(decisions)
        if self.chain.otherwise is None:
            self.gap(decisions)
        elif self.chain.otherwise == "approve":
            self.hole(decisions, entity)
        return self.found

    def first(self) -> int:
        """The first level with a condition."""
        return next(place for place, tree in enumerate(self.trees) if tree is not None)

    def gap(self, decisions: Decisions) -> None:
        """A case that no level decides."""
        decisions.unproven = set()
        try:
            case = decisions.gap(frozenset(["actor"]))
        except TooManyCases:
            self.found.doubts.setdefault(self.first(), Doubt(too_many=True))
            return
        if case is not None:
            self.found.gap = case.text(decisions.space)
            self.found.edit = to_cover(decisions, case, self.trees)
        else:
            doubts(decisions, self.found.doubts)

    def twice(self, decisions: Decisions) -> None:
        """Cases that two levels decide."""
        decisions.unproven = set()
        try:
            overlaps = decisions.overlaps()
        except TooManyCases:
            self.found.doubts.setdefault(self.first(), Doubt(too_many=True))
            return
        for one in overlaps:
            edit = not_both(decisions, one.case, self.trees[one.later])
            self.found.twice.append(Twice(one.earlier, one.later, one.case.text(decisions.space), edit))
        doubts(decisions, self.found.doubts)

    def dead(self, decisions: Decisions, entity: str) -> None:
        """Levels that no case reaches, or in which the person who should sign is always missing."""
        for place, (level, tree) in enumerate(zip(self.levels, self.trees, strict=True)):
            if tree is None:
                continue
            reason = never(decisions, place, tree, self.found.doubts)
            if reason is not None:
                self.found.dead[place] = reason
            elif level.named_in is not None and self._nobody(entity, place, level.named_in.name, tree):
                from crmdsl.diagnostics import Message

                self.found.dead[place] = Message("`{field}` is missing there", field=level.named_in.name)

    def _nobody(self, entity: str, place: int, name: str, tree: Expr) -> bool:
        """Whether a field that names the signer is missing wherever the condition of a level holds."""
        facts = self.world.field(entity, name)
        if facts is None or not facts.optional:
            return False
        named = Known(0, 0, FLAG, Path(0, 0, facts.type, "record", (name,), entity, True), True)
        try:
            decisions = Decisions(self.wide, entity, [And(0, 0, FLAG, (tree, named))], loose=self.loose)
            if decisions.reached(0):
                return False
        except TooManyCases:
            self.found.doubts.setdefault(place, Doubt(too_many=True))
            return False
        if not decisions.unproven:
            return True
        hanging: dict[int, Doubt] = {}
        doubts(decisions, hanging)
        for doubt in hanging.values():
            self.found.doubts.setdefault(place, doubt)
        return False

    def hole(self, decisions: Decisions, entity: str) -> None:
        """A case that passes though a smaller one is stopped."""
        decisions.unproven = set()
        try:
            found = hole(decisions)
        except TooManyCases:
            if not self.none_by_name(entity):
                self.found.doubts.setdefault(self.first(), Doubt(too_many=True))
            return
        if found is not None:
            space = decisions.space
            self.found.passing = Passing(found.passing.text(space), found.stopped.text(space), found.place)
        elif decisions.unproven and not self.none_by_name(entity):
            doubts(decisions, self.found.doubts)

    def none_by_name(self, entity: str) -> bool:
        """Whether there is surely no hole where derived figures are compared as such, whatever is behind them."""
        decisions = Decisions(_AsNamed(self.world), entity, self.trees)
        try:
            return hole(decisions) is None and not decisions.unproven
        except TooManyCases:
            return False


class _AsNamed:
    """A world in which derived figures may be anything."""

    def __init__(self, world: CaseSpace) -> None:
        self.currency = world.currency
        self.day = world.day
        self.names = world.names
        self.unit_kind = world.unit_kind
        self.people = world.people
        self.inside = world.inside
        self.known = world.field

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """A field; of a derived figure the type alone."""
        facts = self.known(entity, name)
        if facts is None or facts.derived is None or facts.type.base not in FIGURES:
            return facts
        return facts._replace(derived=None)
