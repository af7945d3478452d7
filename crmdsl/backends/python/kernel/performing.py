"""One act from the first check to the last move: an event fired, time that passes, a case that starts."""

from __future__ import annotations

from . import approvals, handoffs, moves
from . import openings as kinds
from .acts import Act
from .calendar import OutOfYears
from .checks import added_around, argued, guarded, lacking, meant, separated, unknown_person, written
from .openings import BY_PROCESS_OWNER, BY_SUPPLIER, SIGNING
from .signers import signs_for
from .timing import advance
from .tokens import Errand, Token
from .verdicts import Refusal, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .case import Case
    from .checks import Given
    from .machine import Machine
    from .openings import Opening
    from .people import Organisation, Person
    from .records import Record


def attempt(case: Case, event: str, by: Person | None, at: int, given: Given) -> Act | Refusal:
    """What becomes of a case when somebody fires an event, or why not. Time limits before `at` pass first."""
    act = Act.on(case)
    try:
        advance(act, at)
        # what missed time limits have changed, they have restarted themselves
        record, unlocked = act.record, approvals.unlocked(act)
        found = admitted(act, event, by, given)
        if isinstance(found, Refusal):
            return _refused(act, event, by, given, found)
        opening, token = found
        _perform(act, opening, token, given)
        if act.record is not record:
            approvals.restart_changed(act, record, unlocked)
    except Refused as refused:
        return refused.refusal
    except OutOfYears:
        return out_of_years(act.machine)
    if act.beyond is not None:
        return act.beyond
    act.note(opening.event, given.reason, given.score)
    return act


def _refused(act: Act, event: str, by: Person | None, given: Given, refusal: Refusal) -> Act | Refusal:
    """The refusal of an event, unless it is not open because it is an act of the owner of the process."""
    if event not in BY_PROCESS_OWNER or refusal.rule != "not-in-state":
        return refusal
    from . import owning

    return owning.by_name(act, event, by, given, refusal)


def out_of_years(machine: Machine) -> Refusal:
    """The refusal of an instant that no calendar knows."""
    return Refusal("out-of-years", machine.place, "this instant lies beyond the years of the calendar")


def passing(case: Case, at: int) -> Act | Refusal:
    """What becomes of a case when time passes."""
    act = Act.on(case)
    try:
        advance(act, at)
    except OutOfYears:
        return out_of_years(act.machine)
    return act


def admitted(act: Act, event: str, by: Person | None, given: Given) -> tuple[Opening, Token] | Refusal:
    """What an event means, or the first rule that refuses it. Values given are put into the record."""
    act.by = act.organisation.member(by)
    found = meant(act, event, act.by)
    if isinstance(found, Refusal):
        return found
    opening, token = found
    if by is not None and act.by is None:
        return unknown_person(opening)
    refusal = None if act.by is None else separated(act, opening, token, act.by, writes=bool(given.values))
    if refusal is not None:
        return refusal
    for rule in (written, argued, lacking, guarded):  # each is looked at only if all before it had nothing
        refusal = rule(act, opening, token, given)
        if refusal is not None:
            return refusal
    return found


def offered(case: Case, event: str, by: Person) -> bool:
    """Whether somebody may fire an event, whatever has still to be given with it."""
    act = Act.on(case)
    act.by = act.organisation.member(by)
    if act.by is None:
        return False
    found = meant(act, event, act.by)
    if isinstance(found, Refusal):
        return False
    opening, token = found
    if separated(act, opening, token, act.by, writes=False) is not None:
        return False
    return guarded(act, opening, token) is None


def _perform(act: Act, opening: Opening, token: Token, given: Given) -> None:
    """Do what an admitted event does."""
    if act.by is not None:
        own = opening.kind in BY_SUPPLIER or opening.kind in SIGNING
        moves.note_actor(act, act.by, token if own else None)
        act.claim(act.by, token.node.path if opening.outcome is None else opening.body.path)
    outcome = opening.outcome
    if outcome is not None:
        while token.node.body is not opening.body and token.parent is not None:
            token = token.parent
        moves.consequences(act, opening.body, outcome)
        moves.enter(act, token, outcome.target)
    elif isinstance(token.data, Errand):
        _converse(act, opening, token, given)
    elif opening.kind == kinds.APPROVE and act.by is not None:
        roles = signs_for(act, token, act.by, added_around(act, token))
        approvals.sign(act, token, act.by, roles)
    elif opening.kind == kinds.REJECT:
        approvals.reject(act, token)
    else:
        approvals.leave(act, token, "rejected")


def _converse(act: Act, opening: Opening, token: Token, given: Given) -> None:
    kind = opening.kind
    if kind == kinds.PROMISE:
        refusal = _not_agreed(act, token, given.date)
        if refusal is not None:
            raise Refused(refusal)
        handoffs.promise(act, token, given.date)
    elif kind == kinds.DELIVER:
        handoffs.deliver(act, token)
    elif kind == kinds.AGREE:
        handoffs.agree(token)
    elif kind == kinds.ACCEPT:
        handoffs.accept(act, token, given.score)
    elif kind == kinds.RETURN:
        handoffs.give_back(act, token)
    else:
        handoffs.leave(act, token, "declined" if kind == kinds.DECLINE else "cancelled")


def _not_agreed(act: Act, token: Token, date: int | None) -> Refusal | None:
    """The refusal of a date later than the handoff allows, which its customer has not agreed to."""
    errand, step = handoffs.errand_at(token)
    timer = step.agreement.deliver
    if date is None or errand.agreed or timer is None:
        return None
    try:
        latest = timer.due(act.at)
    except (OutOfYears, OverflowError, ValueError):
        return None
    if date <= latest:
        return None
    message = "a later date than the time to deliver allows needs the customer's `agree`"
    return Refusal("not-agreed", step.agreement.place, message, {"field": "date"})


def beginning(machine: Machine, record: object, organisation: object) -> None:
    """Raises `TypeError` for what no case of a machine can be about, or who nobody can act in."""
    kind = machine.record()
    if not isinstance(record, kind):
        message = f"{machine.name} is about a record of {kind.entity}, `{kind.__name__}(…)`, and not about {record!r}"
        raise TypeError(message)
    for name, value in (("owner", record.owner), ("creator", record.creator)):
        if value is not None and not isinstance(value, str):
            raise TypeError(f"the {name} of a record is a person's name, not {value!r}")
    if not hasattr(organisation, "member"):
        raise TypeError(f"an `Organisation` holds who acts, and not {organisation!r}")


def started(
    machine: Machine, by: Person | None, at: int, record: Record, organisation: Organisation, owner: str | None
) -> Act | Refusal:
    """A case that begins: somebody with `create` starts it, or (without `by`) whatever called for it."""
    member = organisation.member(by)
    if by is not None and member is None:
        return Refusal("unknown-person", machine.place, f"{by.name} is not of the organisation")
    record = record.defaulted()
    start = machine.body.nodes[machine.body.start]
    act = Act(machine, organisation, record, Token(start, at), at, None)
    act.by = member
    # a chain or a handoff alone is about a record that is there already
    if member is not None and start.local and not _may_create(act, member, owner):
        message = f"{member.name} may not create a record of {record.entity}"
        return Refusal("no-grant", machine.access[record.entity].place, message, {"by": member.name})
    act.by = act.starting = member or (organisation.person(record.creator) if record.creator is not None else None)
    act.own(owner, act.by)
    try:
        moves.enter(act, act.root, start)
        if machine.promise is not None:
            moves.timely(act, (machine.promise,), at)
    except Refused as refused:
        return refused.refusal
    except OutOfYears:
        return out_of_years(machine)
    if act.beyond is not None:
        return act.beyond
    act.note("start")
    return act


def _may_create(act: Act, member: Person, owner: str | None) -> bool:
    facts = act.facts(requester=member)
    facts.states = ()
    record = act.record.owned(owner or act.record.owner, act.record.creator or member.name)
    return any(act.machine.access[record.entity].open_to("create", member, record, facts))
