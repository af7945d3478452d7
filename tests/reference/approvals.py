"""Approval chains: which levels sign, who may, what a signature does."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import TYPE_CHECKING

from crmdsl.conditions import ast
from crmdsl.model.chains import Approval, Level
from crmdsl.model.processes import ApprovalStep
from tests.reference.cases import Active, Refused, record_at
from tests.reference.evaluation import holds, read
from tests.reference.organisation import Person

if TYPE_CHECKING:
    from tests.reference.moves import Run

Sign = frozenset[str]
"""The listed roles that somebody can sign for; `{""}` where the level lists none."""


def start(run: Run, active: Active, chain: Approval) -> None:
    """Evaluates the levels and goes to the first that signs."""
    requesters = [role.name for role in chain.requester]
    held = [name for name in run.data.actors if run.organisation.people[name].holds(requesters)]
    active.chain = chain
    active.person = held[-1] if held else None
    active.signatures = {}
    active.position = 0
    active.levels = []
    active.levels = levels_that_sign(run, active, chain)
    active.seen = mentioned_values(run, active)
    if active.levels:
        enter_level(run, active, 0)
    else:
        run.note("otherwise", chain.otherwise)
        end(run, active, "approved" if chain.otherwise == "approve" else "rejected")


def levels_that_sign(run: Run, active: Active, chain: Approval) -> list[str]:
    world = run.world(active.path, active.scope, active.person)
    found = [name for name, level in chain.levels.items() if holds(run.resolved.typed(level.when), world)]
    return found if chain.mode == "ladder" else found[:1]


def enter_level(run: Run, active: Active, position: int) -> None:
    active.position = position
    level = level_of(active)
    run.note("level", active.chain.name if active.chain else "", active.level)
    run.timer(active, "level", level.within, tuple(role.name for role in level.approver))


def level_of(active: Active, name: str | None = None) -> Level:
    assert active.chain is not None
    return active.chain.levels[name or active.level]


def end(run: Run, active: Active, result: str) -> None:
    assert isinstance(active.step, ApprovalStep)
    run.take(active, result, active.step.outcomes[result])


# what the levels mention


def mentioned(expr: object) -> Iterable[tuple[str, ...]]:
    """The paths from the record in a condition."""
    if isinstance(expr, ast.Path):
        if expr.root == "record":
            yield expr.parts
    elif isinstance(expr, ast.Expr):
        for name in (name for kind in type(expr).__mro__ for name in getattr(kind, "__slots__", ())):
            inner = getattr(expr, name)
            for part in inner if isinstance(inner, tuple) else (inner,):
                yield from mentioned(part)


def mentioned_values(run: Run, active: Active) -> list[object]:
    assert active.chain is not None
    world = run.world(active.path)
    found: list[object] = []
    for level in active.chain.levels.values():
        tree = run.resolved.typed(level.when)
        found += [read(world, world.record, path) for path in (mentioned(tree) if tree is not None else ())]
        found += [read(world, world.record, (level.named_in.name,))] if level.named_in else []
    return found


def has_changed(run: Run, active: Active) -> bool:
    return mentioned_values(run, active) != active.seen


# who signs


def signing_roles(run: Run, active: Active, level: Level) -> tuple[str, ...]:
    """The roles whose holders sign; none where a person is named."""
    assert active.chain is not None
    if level.manager_of:
        return run.organisation.manager(active.person, tuple(role.name for role in active.chain.requester))
    return tuple(role.name for role in level.approver)


def named(run: Run, active: Active, level: Level) -> Person | None:
    record = record_at(run.data, active.path)
    name = record.get(level.named_in.name) if record is not None and level.named_in is not None else None
    return run.organisation.people.get(name) if name is not None else None


def regular_signers(run: Run, active: Active, level: Level) -> dict[str, Sign]:
    """Who signs a level in the ordinary way, and for which of its roles."""
    if level.named_in is not None:
        person = named(run, active, level)
        return {person.name: frozenset([""])} if person is not None else {}
    roles = signing_roles(run, active, level)
    return {
        person.name: frozenset(role for role in roles if role in person.roles)
        for person in run.organisation.holders(roles)
    }


def superior_roles(run: Run, active: Active, level: Level) -> tuple[str, ...]:
    person = named(run, active, level)
    if level.named_in is not None:
        return run.organisation.superiors(person.roles) if person is not None else ()
    return run.organisation.superiors(signing_roles(run, active, level))


def substitutes(run: Run, active: Active, level: Level) -> dict[str, Sign]:
    """Who stands in while everybody who signs is absent."""
    assert active.chain is not None
    regular = regular_signers(run, active, level)
    people = run.organisation.people
    if active.chain.substitutes == "none" or not all(people[name].is_absent(run.today) for name in regular):
        return {}
    found: dict[str, Sign] = {}
    if active.chain.substitutes == "superior":
        return above(run, active, level)
    for name, signs in regular.items():
        other = people[name].substitute
        if other is not None and other in people:
            found[other] = found.get(other, frozenset()) | signs
    return found


def above(run: Run, active: Active, level: Level) -> dict[str, Sign]:
    """The superiors of a level, each for the roles below him."""
    if level.named_in is not None:
        return {p.name: frozenset([""]) for p in run.organisation.holders(superior_roles(run, active, level))}
    found: dict[str, Sign] = {}
    for role in signing_roles(run, active, level):
        for person in run.organisation.holders(run.organisation.superiors([role])):
            found[person.name] = found.get(person.name, frozenset()) | {role}
    return found


def escalated(run: Run, active: Active, level: Level) -> dict[str, Sign]:
    """Who may sign because a deadline of the level passed."""
    if "level" not in active.escalated:
        return {}
    roles = active.escalated["level"]
    if roles is None:
        return above(run, active, level)
    return {person.name: any_role(run, active, level) for person in run.organisation.holders(roles)}


def any_role(run: Run, active: Active, level: Level) -> Sign:
    return frozenset(signing_roles(run, active, level) or ("",))


def signers(run: Run, active: Active, added: tuple[str, ...]) -> dict[str, Sign]:
    """Who may sign the level at hand, and for which of its listed roles."""
    level = level_of(active)
    ways = [way(run, active, level) for way in (regular_signers, substitutes, escalated)]
    ways.append({person.name: any_role(run, active, level) for person in run.organisation.holders(added)})
    return {name: frozenset().union(*(way.get(name, ()) for way in ways)) for way in ways for name in way}


def may_sign(run: Run, active: Active, person: Person, added: tuple[str, ...]) -> Sign:
    """The listed roles that a person can sign for on the level at hand; empty if he may not sign."""
    return signers(run, active, added).get(person.name, frozenset())


# what a signature does


def matched(signers: list[Sign], roles: tuple[str, ...]) -> int:
    """With how many different roles the signers can be matched, one each."""
    best = 0
    slots: list[str | None] = [*roles, *[None] * len(signers)]
    for chosen in set(permutations(slots, len(signers))):
        fits = all(role is None or role in signs for role, signs in zip(chosen, signers, strict=True))
        best = max(best, sum(role is not None for role in chosen)) if fits else best
    return best


def needs_of(run: Run, active: Active, name: str) -> int:
    level = level_of(active, name)
    if level.quorum == "all":
        return max(1, len(level.approver))
    return 1 if level.quorum == "any" else int(level.quorum)


def given(run: Run, active: Active, name: str, signatures: list[tuple[str, Sign]]) -> int:
    """How much of a level's quorum some signatures make up."""
    level = level_of(active, name)
    if level.quorum == "all" and level.approver:
        return matched([signs for _, signs in signatures], tuple(role.name for role in level.approver))
    return len(signatures)


def check_unsigned(active: Active, person: Person) -> None:
    """Refuses somebody who has signed the level at hand."""
    if any(name == person.name for name, _ in active.signatures.get(active.level, [])):
        raise Refused("signed-already")


def check_signature(run: Run, active: Active, person: Person, signs: Sign) -> None:
    """Refuses a signature that is no new one, or that would leave a later level without a signer."""
    before = active.signatures.get(active.level, [])
    check_unsigned(active, person)
    after = [*before, (person.name, signs)]
    if given(run, active, active.level, after) <= given(run, active, active.level, before):
        raise Refused("signed-already", "his role has signed")
    assert active.chain is not None
    if "levels" in active.chain.separation:
        with_him = can_complete(run, active, before, excluded=None)
        if with_him and not can_complete(run, active, after, excluded=person.name):
            raise Refused("later-signer")


def can_complete(run: Run, active: Active, current: list[tuple[str, Sign]], excluded: str | None) -> bool:
    """Whether distinct persons can give the signatures still needed on this level and those after it."""
    gone = {name for signed in active.signatures.values() for name, _ in signed}
    gone |= {name for name, _ in current} | {excluded or ""}
    assert active.chain is not None
    if "requester" in active.chain.separation and active.person is not None:
        gone.add(active.person)
    gone |= {name for name in run.organisation.people if barred(run, active, name)}
    wanted = []
    for number, name in enumerate(active.levels[active.position :]):
        start_with = current if number == 0 else []
        wanted.append((name, start_with, regular_signers(run, active, level_of(active, name))))
    return fill(run, active, wanted, gone)


Wanted = list[tuple[str, list[tuple[str, Sign]], dict[str, Sign]]]


def fill(run: Run, active: Active, wanted: Wanted, gone: set[str]) -> bool:
    """Tries, level by level, every person that is left."""
    if not wanted:
        return True
    (name, signed, signers), *rest = wanted
    have = given(run, active, name, signed)
    if have >= needs_of(run, active, name):
        return fill(run, active, rest, gone)
    for person, signs in signers.items():
        more = [*signed, (person, signs)]
        if person not in gone and given(run, active, name, more) > have:  # noqa: SIM102
            if fill(run, active, [(name, more, signers), *rest], gone | {person}):
                return True
    return False


def barred(run: Run, active: Active, person: str, action: str = "approve") -> bool:
    """Whether a rule of separation on the record forbids somebody an action on it."""
    record = record_at(run.data, active.path)
    return record is not None and separated(run, active.path, record[""], person, action)


def separated(run: Run, path: tuple[str, ...], entity: str, person: str, action: str) -> bool:
    done = {f"{entity}.{act.action}" for act in run.data.acts if (act.person, act.path) == (person, path)}
    for rule in run.spec.access.separation.values():
        both = {ref.name for ref in rule.never_both}
        if rule.per == "record" and f"{entity}.{action}" in both and (done & both) - {f"{entity}.{action}"}:
            return True
    return False


def approve(run: Run, active: Active, person: Person, signs: Sign) -> None:
    note_way(run, active, person)
    signed = active.signatures.setdefault(active.level, [])
    signed.append((person.name, signs))
    if given(run, active, active.level, signed) < needs_of(run, active, active.level):
        return
    if active.position + 1 < len(active.levels):
        enter_level(run, active, active.position + 1)
    else:
        end(run, active, "approved")


def note_way(run: Run, active: Active, person: Person) -> None:
    level = level_of(active)
    if person.name in regular_signers(run, active, level):
        run.note("signed as", "approver" if level.approver else "manager" if level.manager_of else "named")
    elif person.name in substitutes(run, active, level):
        assert active.chain is not None
        run.note("signed as substitute", active.chain.substitutes)
    else:
        run.note("signed by escalation")


def reject(run: Run, active: Active) -> None:
    assert active.chain is not None
    if active.chain.on_reject == "previous_level" and active.position > 0:
        active.signatures.pop(active.level, None)
        run.note("previous_level")
        enter_level(run, active, active.position - 1)
        active.signatures.pop(active.level, None)
    else:
        end(run, active, "rejected")
