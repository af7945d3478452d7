"""No assignment of the people or the headcount meets the separation of duties and the quorums.

Why:
    Who asks signs nothing, nobody signs twice, two directors sign together: with too few people in the roles such a
    rule stops every case that it concerns, whoever is chosen. Which levels sign together, and who can have asked, is
    taken from the conditions of the chain. A role without `headcount` and one outside of the company have as many
    persons as it takes; escalation and substitutes are not counted on. A rule `per: person` is broken by a person, or
    a role, that may do both.

Place:
    the rule or quorum; without one the chain's `separation`, or the level

Wrong:
    roles:
      partner: {department: sales, headcount: 1}
    approvals:
      contract:
        entity: order
        requester: agent
        levels: {board: {approver: partner, quorum: 2}}

Right:
    roles:
      partner: {department: sales, headcount: 2}
    approvals:
      contract:
        entity: order
        requester: agent
        levels: {board: {approver: partner, quorum: 2}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity, Span
from crmdsl.diagnostics.message import quoted
from crmdsl.rules._signers import lacking, lacks, shown, who_asks

if TYPE_CHECKING:
    from crmdsl.analysis.separation.chains import Lack
    from crmdsl.analysis.separation.never_both import Broken
    from crmdsl.ir.program import Program

CODE = "separation-unsatisfiable"
SEVERITY = Severity.ERROR
ENTIRE = True
SILENCEABLE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every quorum, separation of a chain and rule of `access` that nobody can satisfy."""
    said = set()
    for lack in lacks(program):
        if lack.certain and lack.above:
            span = _place(lack)
            if span not in said:
                said.add(span)
                yield Diagnostic(CODE, SEVERITY, span, _message(lack), _help(lack), tuple(_related(lack)))
    if program.spec.access.separation:
        from crmdsl.analysis.separation.never_both import broken

        for one in broken(program):
            if one.rule.name_span not in said:
                said.add(one.rule.name_span)
                yield _broken(one)


def _place(lack: Lack) -> Span:
    """The rule of access; else the last quorum that is more than one; else the separation, or the level."""
    if lack.rule is not None:
        return lack.rule.name_span
    quorums = [level for level in lack.levels if level.quorum != "any" and level.has("quorum")]
    if quorums:
        return quorums[-1].value_span("quorum")
    return lack.chain.value_span("separation") if lack.separated else lack.levels[-1].name_span


def _message(lack: Lack) -> Message:
    return lacking(lack) if lack.rule is None else Message(
        "`{rule}` leaves too few signers in `{chain}`: {lacking}", rule=lack.rule.name, chain=lack.chain.name,
        lacking=lacking(lack),
    )  # fmt: skip


def _help(lack: Lack) -> Message:
    if lack.separated or lack.rule is not None:
        return Message("list other roles as approvers, or staff these with more people")
    return Message("lower the quorum, list other roles as approvers, or staff these with more people")


def _related(lack: Lack) -> Iterator[Related]:
    """The levels that want the same people, and whoever asks and is one of them."""
    if lack.blocked and lack.asker is not None:
        yield Related(lack.chain.value_span("requester"), Message("`{who}` asks, and does not sign",
                                                                  who=who_asks(lack)))  # fmt: skip
    for level in lack.levels if len(lack.levels) > 1 else ():
        yield Related(level.name_span, Message("`{level}` takes signatures of the same people", level=level.name))


def _broken(one: Broken) -> Diagnostic:
    actions, roles = quoted(one.actions), quoted(one.roles)
    if one.rule.per == "record":
        message = Message("{actions} take a person each, and there are too few: {who}", actions=actions,
                          who=shown(one.who or one.roles))  # fmt: skip
        return Diagnostic(CODE, SEVERITY, one.rule.name_span, message,
                          Message("let somebody else do one of them, or staff the roles with more people"))  # fmt: skip
    if one.who:
        message = Message("{who} may do {actions}, as {roles}", who=shown(one.who), actions=actions, roles=roles)
    else:
        message = Message("whoever holds {roles} may do {actions}", roles=roles, actions=actions)
    return Diagnostic(CODE, SEVERITY, one.rule.name_span, message,
                      Message("take a role from whoever holds both, or a right from the role"))  # fmt: skip
