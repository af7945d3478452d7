"""Deadlines: when they pass, and what they set off."""

from __future__ import annotations

from . import approvals, handoffs, moves
from .calendar import OutOfYears
from .effects import Escalate, Remind
from .shapes import OUTCOME, REMIND, Level, Phase, Task, Timer, Wait
from .signers import acting_roles, signing_roles
from .tokens import PASSED, PENDING, SUPERIORS, Errand, Pending

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from .acts import Act
    from .people import Group
    from .shapes import Late, Node, Outcome
    from .tokens import Token

ORDER = ("within", "level", "respond", "deliver", "verify", "timeout")


class Due:
    """A time limit that runs in a token, and when it passes. `whole` tells that of the approval or handoff
    around from that of the level or phase itself."""

    __slots__ = ("at", "place", "timer", "token", "whole")

    def __init__(self, at: int, place: int, timer: Timer, token: Token, *, whole: bool) -> None:
        self.at = at
        self.place = place
        self.timer = timer
        self.token = token
        self.whole = whole

    @property
    def state(self) -> str:
        """The full name of the state or step that is late."""
        return self.node.name

    @property
    def node(self) -> Node:
        """The state or step that is late."""
        node = self.token.node
        return node.step if self.whole and isinstance(node, Level | Phase) else node

    @property
    def passed(self) -> bool:
        """Whether it has done what it does already."""
        if self.timer.kind in ("verify", "timeout"):
            return False
        token = self.token
        return (token.data.late if self.whole and token.data is not None else token.late) != PENDING

    def rank(self) -> tuple[int, int, int]:
        """What decides which of several comes first: outer before inner, in the order of the spec."""
        return (self.at, self.place, ORDER.index(self.timer.kind))


def running(root: Token, before: int | None = None) -> list[Due]:
    """The time limits that run, passed or not; those beyond the years of their calendars are not there.

    With `before` those that cannot have passed by then are left out, unseen: open hours never pass quicker
    than the clock.
    """
    found: list[Due] = []
    for place, token in enumerate(root.walk()):
        for since, timer, whole in _timers(token):
            if before is not None and since + timer.minutes * 60 >= before:
                continue
            try:
                due = timer.due(since)
            except (OutOfYears, OverflowError, ValueError):
                continue
            found.append(Due(due, place, timer, token, whole=whole))
    return found


def _timers(token: Token) -> Iterator[tuple[int, Timer, bool]]:
    """The time limits of a token: since when each runs, and whether it is that of the whole step."""
    node, data = token.node, token.data
    if isinstance(node, Level | Phase) and data is not None:
        for timer in node.step.timers:
            yield data.since, timer, True
    if isinstance(data, Errand) and isinstance(node, Phase) and node.local == "promised" and data.date is not None:
        agreement = node.step.agreement
        yield data.date, Timer("deliver", agreement.place, 0, None, agreement.late), False
        return
    for timer in node.timers:
        yield token.since, timer, False


def advance(act: Act, until: int) -> None:
    """Let every time limit before an instant pass, the earliest first, each at its own instant."""
    calm = act.root.since + act.root.node.calm
    while act.root.children or until > calm:  # else nothing can be late yet
        passing = [due for due in running(act.root, until) if due.at < until and not due.passed]
        if not passing:
            break
        due = min(passing, key=Due.rank)
        act.at = max(act.at, due.at)
        act.timed, act.by = True, None
        record, unlocked = act.record, approvals.unlocked(act)
        event = passed(act, due)
        if act.record is not record:
            approvals.restart_changed(act, record, unlocked)
        act.note(event)
    act.timed = False
    act.at = max(act.at, until)


def passed(act: Act, due: Due) -> str:
    """Do what a missed time limit sets off; the name that it has in the history."""
    token, kind = due.token, due.timer.kind
    if kind == "timeout":
        outcome = _outcome(token.node, "timeout")
        moves.take(act, token, outcome)
        return "timeout"
    late = due.timer.late
    if kind == "verify":
        if late is not None and late.action != OUTCOME:
            _warn(act, due, late)
        handoffs.unverified(act, token)
        return "verify"
    _mark(due, PASSED)
    if late is None:
        return kind
    if late.action != OUTCOME:
        _warn(act, due, late)
        return late.action
    step = token.node.step if isinstance(token.node, Level | Phase) else token.node
    moves.take(act, token, _outcome(step, late.outcome))
    return late.outcome


def _warn(act: Act, due: Due, late: Late) -> None:
    """Remind, or escalate: the roles added may act from now on."""
    if late.action == REMIND:
        act.effects.append(Remind(responsible(act, due), due.state))
        return
    added = late.roles
    _mark(due, SUPERIORS if added is None else added.mask)
    names = _above(act, due) if added is None else added.names
    act.effects.append(Escalate(names, due.state))


def _mark(due: Due, late: int) -> None:
    if due.whole and due.token.data is not None:
        due.token.data.late = late
    else:
        due.token.late = late


def responsible(act: Act, due: Due) -> tuple[str, ...]:
    """The roles that a state waits for: its own, else the owner of its process."""
    node = due.node
    roles: Group | None = None
    if isinstance(node, Level):
        requester = due.token.data.requester if isinstance(due.token.data, Pending) else None
        return signing_roles(act, node, requester)
    if isinstance(node, Phase):
        agreement = node.step.agreement
        roles = agreement.customer if node.local == "delivered" else agreement.supplier
    elif isinstance(node, Task | Wait):
        roles = node.roles
    roles = roles or node.body.process.owner
    return roles.names if roles else ()


def _above(act: Act, due: Due) -> tuple[str, ...]:
    structure, node = act.organisation.structure, due.node
    if isinstance(node, Level) and isinstance(due.token.data, Pending):
        return structure.superior_roles(acting_roles(act, node, due.token.data.requester))
    return structure.superior_roles(responsible(act, due))


def _outcome(step: Node, name: str) -> Outcome:
    """An outcome of a step by its name."""
    found: Any = step
    outcomes: Iterable[Outcome] = found.outcomes.values() if isinstance(found.outcomes, dict) else found.outcomes
    return next(outcome for outcome in outcomes if outcome.name == name)


def promised(promise: Timer, started: int) -> int | None:
    """When the promise of a case passes, `None` beyond the years of its calendar."""
    try:
        return promise.due(started)
    except (OutOfYears, OverflowError, ValueError):
        return None
