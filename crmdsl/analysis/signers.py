"""Who may sign what: the levels of the chains of an entity, with those who stand in and those whom lateness adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdsl.ir.policy import managers, reported_to

if TYPE_CHECKING:
    from crmdsl.ir.program import Program
    from crmdsl.model.chains import Approval, Level
    from crmdsl.model.spec import Spec
    from crmdsl.model.values import Ref

APPROVER, MANAGER, NAMED, SUBSTITUTE, ESCALATED = "approver", "manager", "named", "substitute", "escalated"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who comes to sign a level, and as what; `place` is that of the level.

    `who` is a role, of `named` the field that names him, of a substitute who is named the person. `as_` is `approver`,
    `manager` (of who requested), `named`, `substitute` (while all who sign are away) or `escalated` (once it is late).
    """

    who: str
    as_: str
    chain: str
    level: str
    quorum: str
    when: str
    place: str


def signers(program: Program, entity: str) -> Iterator[Signer]:
    """Everybody who may approve an entity, by chain and level in the order of the spec."""
    for name, chain in program.spec.approvals.items():
        if chain.entity is not None and chain.entity.name == entity:
            for level in chain.levels.values():
                when = " ".join(level.when.text.split()) if level.when is not None else ""
                place = f"{level.name_span.file}:{level.name_span.line}"
                for who, as_ in dict.fromkeys(_of(program.spec, chain, level)):
                    yield Signer(who, as_, name, level.name, str(level.quorum), when, place)


def _of(spec: Spec, chain: Approval, level: Level) -> Iterator[tuple[str, str]]:
    """Who comes to sign a level, and as what."""
    own: tuple[str, ...] = tuple(_names(level.approver))
    if level.named_in is not None:
        yield level.named_in.name, NAMED
    elif level.manager_of:
        own = managers(spec, tuple(_names(chain.requester)))
    for role in own:
        yield role, MANAGER if level.manager_of else APPROVER
    if chain.substitutes == "superior":
        yield from ((role, SUBSTITUTE) for role in reported_to(spec, own))
    elif chain.substitutes == "named":
        yield from ((person, SUBSTITUTE) for person in _standing_in(spec, own))
    if level.within is not None and level.late is not None and level.late.action == "escalate":
        yield from ((role, ESCALATED) for role in _names(level.late.roles) or reported_to(spec, own))


def _names(refs: Iterable[Ref]) -> list[str]:
    return [ref.name for ref in refs]


def _standing_in(spec: Spec, roles: Iterable[str]) -> Iterator[str]:
    """The persons who are named as substitutes of those who hold some roles."""
    wanted = set(roles)
    for person in spec.people.values():
        if person.substitute is not None and wanted.intersection(_names(person.roles)):
            yield person.substitute.name
