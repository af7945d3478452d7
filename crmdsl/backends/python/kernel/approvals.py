"""Approval chains: which levels sign, what a signature does, how a chain ends."""

from __future__ import annotations

from . import moves
from .conditions import holds
from .records import follow
from .signers import is_complete, pending_at
from .tokens import PENDING, Pending, Signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .acts import Act
    from .people import Person
    from .records import Record
    from .shapes import ApprovalStep
    from .tokens import Token


def begin(act: Act, token: Token, step: ApprovalStep) -> None:
    """Enter a chain, or restart it: fix who requested it and which levels sign. A restart leaves the time limit
    of the whole step as it was."""
    chain = step.chain
    requester = act.last_actor(chain.requester.mask)
    record, facts = act.record_at(step.path), act.facts(step.body, requester)
    levels: list[int] = []
    for level in step.levels:
        if holds(level.when, record, facts):
            levels.append(level.index)
            if not chain.ladder:
                break
    if not levels:
        moves.take(act, token, step.outcomes["approved" if chain.otherwise == "approve" else "rejected"])
        return
    again = token.data if isinstance(token.data, Pending) else None
    token.data = Pending(requester, tuple(levels), act.at)
    if again is not None:
        token.data.since, token.data.late = again.since, again.late
    enter_level(act, token, step, levels[0])


def enter_level(act: Act, token: Token, step: ApprovalStep, index: int) -> None:
    """Stand in a level from now on."""
    token.node, token.since, token.late = step.levels[index], act.at, PENDING
    moves.timely(act, token.node.timers, act.at)


def sign(act: Act, token: Token, by: Person, roles: int) -> None:
    """Add a signature, and go on where the level has all that it takes."""
    pending, level = pending_at(token)
    pending.signatures = (*pending.signatures, Signature(level.index, by, roles))
    act.signed = level.path if act.machine.rules else None
    if not is_complete(level, pending):
        return
    position = pending.levels.index(level.index) + 1
    if position < len(pending.levels):
        enter_level(act, token, level.step, pending.levels[position])
    else:
        leave(act, token, "approved")


def reject(act: Act, token: Token) -> None:
    """One reject rejects the level: back to the one before where the chain says so, else the end of it."""
    pending, level = pending_at(token)
    act.signed = level.path if act.machine.rules else None
    position = pending.levels.index(level.index)
    if not level.step.chain.previous_level or position == 0:
        leave(act, token, "rejected")
        return
    back = pending.levels[position - 1]
    pending.signatures = tuple(one for one in pending.signatures if one.level not in (back, level.index))
    enter_level(act, token, level.step, back)


def leave(act: Act, token: Token, outcome: str) -> None:
    """End the chain by one of the step's outcomes."""
    _, level = pending_at(token)
    moves.take(act, token, level.step.outcomes[outcome])


def restart_changed(act: Act, before: Record, pending: list[Token]) -> None:
    """Restart the unlocked chains among these that a change of the record concerns."""
    for token in pending:
        if not isinstance(token.data, Pending) or not _runs(act, token):
            continue
        _, level = pending_at(token)
        facts, paths = act.facts(), [level.path + path for path in level.step.chain.mentions]
        if any(follow(before, path, facts) != follow(act.record, path, facts) for path in paths):
            begin(act, token, level.step)


def unlocked(act: Act) -> list[Token]:
    """The tokens of chains that do not lock their record."""
    if not act.root.children and act.root.data is None:
        return []
    found = [token for token in act.root.walk() if isinstance(token.data, Pending)]
    return [token for token in found if not pending_at(token)[1].step.chain.locks]


def _runs(act: Act, token: Token) -> bool:
    return any(one is token for one in act.root.walk())
