"""Whoever stands in for a signer, or signs when he is late, may not decide that.

Why:
    A substitute and an escalation give the right to sign to somebody else. If he is one who may ask, and no
    separation keeps him from it, he signs for himself as soon as the other is away. If he stands far below whom he
    replaces, or outside of the company, he decides what was taken from him on purpose.

Place:
    the `substitutes` of the chain, the `late`, or the person's `substitute`

Wrong:
    roles:
      trainee: {department: sales, reports_to: agent}
    approvals:
      discount:
        entity: order
        requester: agent
        levels: {first: {approver: director, within: 2d, late: {escalate: lead}}}

Right:
    roles:
      trainee: {department: sales, reports_to: agent}
    approvals:
      discount:
        entity: order
        requester: agent
        levels: {first: {approver: lead, within: 2d, late: {escalate: director}}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity, Span
from crmdsl.diagnostics.message import quoted
from crmdsl.model.chains import Approval, Level
from crmdsl.model.organisation import Person
from crmdsl.model.spec import Spec
from crmdsl.rules._roles import Signers, names, superiors

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "unfit-stand-in"
SEVERITY = Severity.WARNING
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every substitute and escalation that lets somebody sign for himself, or somebody far below sign."""
    spec = program.spec
    signers = Signers(spec)
    kept = {
        action.name.rpartition(".")[0]
        for rule in spec.access.separation.values()
        for action in rule.never_both
        if action.name.endswith(".approve")
    }
    told: set[Span] = set()
    for chain in spec.approvals.values():
        guarded = "requester" in chain.separation or (chain.entity is not None and chain.entity.name in kept)
        everybody = {role.name for level in chain.levels.values() for role in level.approver}
        for level in chain.levels.values():
            signing = signers.of(chain, level) or set()
            if signing and signing <= spec.roles.keys():
                found = [
                    *_escalated(spec, level, signing),
                    *_low(spec, chain, level, signing, everybody),
                    *(() if guarded else _own(spec, chain, level, signing)),
                ]
                yield from (one for one in found if one.span not in told)
                told.update(one.span for one in found)


def _own(spec: Spec, chain: Approval, level: Level, signing: set[str]) -> Iterator[Diagnostic]:
    """Whoever may ask, and signs for somebody else."""
    asking = names(chain.requester) - signing
    help_ = Message("keep them apart: `separation: requester` in `{name}`", name=chain.name)
    if chain.substitutes == "superior" and superiors(spec, signing) & asking:
        roles = quoted(sorted(superiors(spec, signing) & asking))
        message = Message("whoever holds {roles} may ask, and signs `{level}` for himself while the others are absent",
                          roles=roles, level=level.name)  # fmt: skip
        yield Diagnostic(CODE, SEVERITY, chain.value_span("substitutes"), message, help_)
    for person, other in _named(spec, signing) if chain.substitutes == "named" else ():
        if names(other.roles) & asking and not names(other.roles) & signing:
            message = Message("`{other}` may ask, and signs `{level}` for himself while `{person}` is absent",
                              other=other.name, level=level.name, person=person.name)  # fmt: skip
            yield Diagnostic(CODE, SEVERITY, chain.value_span("substitutes"), message, help_)
    if level.late and level.late.action == "escalate":
        told = (names(level.late.roles) or superiors(spec, signing)) & asking
        if told:
            message = Message("whoever holds {roles} may ask, and signs `{level}` for himself once it is late",
                              roles=quoted(sorted(told)), level=level.name)  # fmt: skip
            yield Diagnostic(CODE, SEVERITY, level.late.node.span, message, help_)


def _escalated(spec: Spec, level: Level, signing: set[str]) -> Iterator[Diagnostic]:
    """Whoever stands below those who sign, or outside of the company, and signs once it is late."""
    late = level.late
    within = not any(spec.roles[role].external for role in signing)
    for role in late.roles if late and late.action == "escalate" else ():
        message = None
        if role.name in spec.roles and role.name not in signing:
            if within and spec.roles[role.name].external:
                message = Message("`{role}` is outside of the company, and signs `{level}` once it is late",
                                  role=role.name, level=level.name)  # fmt: skip
            elif any(other in _above(spec, role.name) for other in signing):
                message = Message("`{role}` is below {signers}, and signs `{level}` once it is late", role=role.name,
                                  signers=quoted(sorted(signing)), level=level.name)  # fmt: skip
        if message is not None:
            yield Diagnostic(CODE, SEVERITY, role.span, message, Message("escalate to somebody above"))


def _low(spec: Spec, chain: Approval, level: Level, signing: set[str], everybody: set[str]) -> Iterator[Diagnostic]:
    """Whoever stands too far below whom he signs for; `everybody` are the approvers of all levels."""
    for person, other in _named(spec, signing) if chain.substitutes == "named" and level.approver else ():
        for_roles, held = names(person.roles) & signing, names(other.roles)
        if held & (signing | everybody) or any(_near(spec, mine, his) for mine in for_roles for his in held):
            continue
        assert person.substitute is not None  # noqa: S101 - `_named` gives no others
        message = Message("`{other}` stands in for `{person}`, and would sign `{level}` of `{chain}` as {roles}",
                          other=other.name, person=person.name, level=level.name, chain=chain.name,
                          roles=quoted(sorted(held)))  # fmt: skip
        related = Related(level.name_span, Message("`{level}` takes his signature", level=level.name))
        help_ = Message("name somebody who signs too, or stands beside or right below")
        yield Diagnostic(CODE, SEVERITY, person.substitute.span, message, help_, (related,))


def _named(spec: Spec, signing: Iterable[str]) -> Iterator[tuple[Person, Person]]:
    """Who signs for some roles, with the person who stands in for him, where it is known what that one is."""
    wanted = set(signing)
    for person in spec.people.values():
        other = spec.people.get(person.substitute.name) if person.substitute else None
        if other is None or other is person or not other.roles or not names(other.roles) <= spec.roles.keys():
            continue
        if names(person.roles) & wanted:
            yield person, other


def _near(spec: Spec, role: str, other: str) -> bool:
    """Whether another role is above a role, beside it, or right below."""
    if spec.roles[other].external:
        return spec.roles[role].external
    mine, his = superiors(spec, [role]), superiors(spec, [other])
    return other in _above(spec, role) or role in his or mine == his


def _above(spec: Spec, role: str) -> set[str]:
    """All the superiors of a role."""
    found: set[str] = set()
    above = superiors(spec, [role])
    while above and not above <= found:
        found |= above
        above = superiors(spec, above)
    return found
