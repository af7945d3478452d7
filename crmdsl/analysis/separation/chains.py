"""Chains that cannot get their signatures: whoever asks, or for somebody who may ask.

Who asks, who has created the record and who has written on it are chosen as suits best; so are the signers. What is
left is an assignment of distinct persons to signatures (`assignment`), which is decided exactly. Which levels sign
together is asked only where there are too few persons for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.analysis.separation.crew import Crew
from crmdsl.analysis.separation.duties import Duties
from crmdsl.analysis.separation.signing import Short, Signing
from crmdsl.analysis.separation.together import askers, together
from crmdsl.ir.policy import managers, reported_to
from crmdsl.ir.staff import perhaps
from crmdsl.model.access import SeparationRule
from crmdsl.model.chains import Approval, Level

if TYPE_CHECKING:
    from crmdsl.conditions.regions.world import Somebody
    from crmdsl.ir.program import Program

KEYS = ("requester", "levels", "approver", "manager_of", "named_in", "quorum", "when", "mode", "separation",
        "substitutes", "entity", "use")  # fmt: skip
ALIKE = 3
"""Of persons who are alike as many are looked at as can be kept apart: who asks, who creates, who writes."""


class Lack(NamedTuple):
    """Levels of a chain that need more different signers (`need`) than `have`, who are `who`.

    `certain` if it is so whoever asks; `asker` is one who asks in vain, if it matters who. `rule` is a rule of `access`
    without which it would do; `separated` tells the same of the separation of the chain. `above` is false where
    nobody is above the asker, `blocked` tells that he could sign if he had not asked.
    """

    chain: Approval
    levels: tuple[Level, ...]
    need: int
    have: int
    who: tuple[str, ...]
    asker: Somebody | None
    rule: SeparationRule | None = None
    separated: bool = False
    above: bool = True
    certain: bool = False
    blocked: bool = False


def lacks(program: Program) -> list[Lack]:
    """What was found of all chains; worked out once."""
    memo = program.resolved.memo
    found: list[Lack] | None = memo.get("signers lacking")
    if found is None:
        found = memo["signers lacking"] = []
        if known(program):
            crew, duties = Crew(program.spec), Duties(program)
            for chain in program.spec.approvals.values():
                if _read(program, chain):
                    found += _Chain(program, crew, duties, chain).judged()
    return found


def unproven(program: Program) -> list[Approval]:
    """The chains of which it was too much work to find out which levels sign together, so that none is said to lack."""
    lacks(program)
    found: list[Approval] = program.resolved.memo.get("signers unproven", [])
    return found


def known(program: Program) -> bool:
    """Whether what is said of people, roles and units could be read."""
    spec = program.spec
    sections = ("people", "roles", "sales_network")
    keys = {"headcount", "roles", "reports_to", "manager", "unit", "external", "role"}
    return not any(place.partition(".")[0] in sections for place in spec.incomplete) and not any(
        place.partition(".")[0] in sections and place.rpartition(".")[2] in keys for place in spec.unread
    )


def _read(program: Program, chain: Approval) -> bool:
    """Whether all of a chain that matters could be read, and every role in it is one that nobody else may hold."""
    spec = program.spec
    if not chain.levels or not spec.incomplete.isdisjoint({"approvals", f"approvals.{chain.name}"}):
        return False
    if spec.unread and any(f"approvals.{chain.name}.{key}" in spec.unread for key in KEYS):
        return False
    roles = [*chain.requester, *(role for level in chain.levels.values() for role in level.approver)]
    signs = all(level.approver or level.manager_of or level.named_in for level in chain.levels.values())
    if not signs or not chain.requester or any(role.name not in spec.roles for role in roles):
        return False
    signing = {role.name for level in chain.levels.values() for role in level.approver}
    if any(level.manager_of for level in chain.levels.values()):
        asking = tuple(role.name for role in chain.requester)
        signing.update(managers(spec, asking), reported_to(spec, asking))
    return signing <= spec.roles.keys() and signing.isdisjoint(perhaps(spec))


Person = tuple[int, int]
"""A kind of persons, and one of them by his number; who asks is number 0."""
Rules = Sequence[tuple[SeparationRule, tuple[str, ...]]]


class _Chain:
    """One chain being judged."""

    def __init__(self, program: Program, crew: Crew, duties: Duties, chain: Approval) -> None:
        self.program = program
        self.crew = crew
        self.duties = duties
        self.chain = chain
        self.signing = Signing(program.spec, crew, chain)
        self.levels = self.signing.levels
        self.apart = "levels" in chain.separation
        self.entity = chain.entity.name if chain.entity else ""
        self.rules = [one for one in duties.on_records(self.entity) if f"{self.entity}.approve" in one[1]]

    def judged(self) -> Iterator[Lack]:
        """What is to be said: of levels that lack signers whoever asks, else of who asks in vain."""
        places = range(len(self.levels))
        whole = [tuple(places)] if self.chain.mode == "ladder" else [(place,) for place in places]
        asking = askers(self.program, self.chain)
        alike = {asker and (asker.roles, asker.unit): asker for asker in asking}.values()
        if not any(self.lack(levels, asker) or self.own(levels, asker) for levels in whole for asker in alike):
            return
        said: set[object] = set()
        found = together(self.program, self.chain, asking)
        if found is None:
            self.program.resolved.memo.setdefault("signers unproven", []).append(self.chain)
            return
        for levels, here in found.items():
            for lack in self.lacking(levels, here):
                key = (lack.levels, lack.rule, lack.asker, lack.certain)
                if key not in said:
                    said.add(key)
                    yield lack

    def lacking(self, levels: tuple[int, ...], here: Sequence[Somebody | None]) -> list[Lack]:
        """What levels that sign together lack, whoever of some asks; else for whom they do."""
        found = [self.lack(levels, asker) for asker in here]
        if None not in found and found[0] is not None:
            matters = found[0].blocked or not found[0].above
            return [found[0]._replace(certain=True, asker=found[0].asker if matters else None)]
        each = [lack or self.own(levels, asker) for lack, asker in zip(found, here, strict=True)]
        return [one for one in each if one is not None]

    def lack(self, levels: tuple[int, ...], asker: Somebody | None) -> Lack | None:
        """What is lacking when somebody asks: signers at all, for the separation of the chain, for rules of access."""
        himself = self.himself(asker)
        gone = {himself} if himself is not None and "requester" in self.chain.separation else set()
        short = self.short(levels, asker, gone)
        if short is not None:
            anyhow = self.signing.short(levels, asker, {}, apart=False)
            return self.told(anyhow, asker, ()) if anyhow else self.told(short, asker, gone, separated=True)
        for last in range(len(self.rules)) if asker is not None else ():
            found = self.by_rules(levels, asker, gone, self.rules[: last + 1])
            if found is not None:
                return self.told(*found, rule=self.rules[last][0])
        return None

    def own(self, levels: tuple[int, ...], asker: Somebody | None) -> Lack | None:
        """What is lacking when somebody asks for what he has created himself, which a rule of access keeps apart."""
        himself = self.himself(asker) if self.rules else None
        create = f"{self.entity}.create"
        if himself is None or himself[0] not in self.crew.holding(self.duties.roles(create)):
            return None
        for rule, actions in self.rules:
            short = self.short(levels, asker, {himself}) if create in actions else None
            if short is not None:
                return self.told(short, asker, {himself}, rule=rule)
        return None

    def himself(self, asker: Somebody | None) -> Person | None:
        """The person who asks."""
        kind = None if asker is None else self.crew.place(asker.roles)
        return None if kind is None else (kind, 0)

    def short(self, levels: Sequence[int], asker: Somebody | None, gone: Collection[Person]) -> Short | None:
        """Levels that have too few signers if some persons do not sign."""
        return self.signing.short(levels, asker, Counter(kind for kind, _ in gone), apart=self.apart)

    def by_rules(
        self, levels: Sequence[int], asker: Somebody | None, gone: Collection[Person], rules: Rules
    ) -> tuple[Short, Somebody | None, Collection[Person]] | None:
        """Levels with too few signers, and who does not sign, whoever has created the record and has written on it."""
        found: tuple[Short, Somebody | None, Collection[Person]] | None = None
        for others in self.doers(asker, rules):
            without = {*gone, *others}
            short = self.short(levels, asker, without)
            if short is None:
                return None
            found = found or (short, asker, without)
        return found

    def doers(self, asker: Somebody | None, rules: Rules) -> Iterator[tuple[Person, ...]]:
        """Who can have done what the rules keep apart from signing, in all ways that matter."""
        wanted = {action for _, actions in rules for action in actions}
        create, update = f"{self.entity}.create", f"{self.entity}.update"
        kinds = []
        for action in (create, update):
            able = self.crew.holding(self.duties.roles(action)) if action in wanted else frozenset()
            if able and (action == create or self.duties.written(self.entity)):
                kinds.append(able)
        apart = any({create, update} <= set(actions) for _, actions in rules)
        himself = self.himself(asker)
        for chosen in product(*(self.persons(able, himself) for able in kinds)):
            if len(set(chosen)) == len(chosen) or not apart:
                yield chosen

    def persons(self, kinds: Iterable[int], first: Person | None) -> list[Person]:
        """Persons of some kinds, as many as make a difference, the one who asks before others."""
        found = [(kind, number) for kind in sorted(kinds) for number in range(min(ALIKE, self.crew.free[kind]))]
        return sorted(found, key=lambda one: one != first)

    def told(
        self, short: Short, asker: Somebody | None, gone: Collection[Person], *,
        rule: SeparationRule | None = None, separated: bool = False,
    ) -> Lack:  # fmt: skip
        """What is lacking, with who could sign."""
        able = sorted(short.able)
        levels = tuple(self.levels[place] for place in short.levels)
        have = sum(self.crew.free[kind] for kind in able) - sum(kind in short.able for kind, _ in gone)
        himself = self.himself(asker)
        blocked = himself is not None and himself in gone and himself[0] in short.able
        if self.program.spec.people:
            who = [name for kind in able for name in self.crew.kinds[kind].names
                   if not (blocked and asker is not None and name == asker.name)]  # fmt: skip
        else:
            who = [name for kind in able for name in self.crew.kinds[kind].roles if self.crew.free[kind]]
        above = not any(level.manager_of and not self.signing.roles(level, asker) for level in levels)
        return Lack(self.chain, levels, short.need, have, tuple(who), asker, rule, separated, above,
                    blocked=blocked)  # fmt: skip
