"""What the owner of a process does with a case as such: give its record to somebody else, bring it back from its end.

Neither is an act in a role: in the history whoever did it stands apart from those who acted, so that nobody becomes
a requester or a customer by it.
"""

from __future__ import annotations

from . import moves
from .acts import Act
from .calendar import OutOfYears
from .openings import REASSIGN, REOPEN
from .people import Person
from .performing import out_of_years
from .shapes import End, Level, Phase
from .timing import advance
from .verdicts import Refusal, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .case import Case, Entry
    from .checks import Given
    from .shapes import Node


def attempt(case: Case, event: str, by: Person | None, at: int, given: Given) -> Act | Refusal:
    """What becomes of a case when somebody reassigns or reopens it, or why not. Time limits before `at` pass first."""
    act = Act.on(case)
    try:
        advance(act, at)
        return performed(act, event, by, given)
    except Refused as refused:
        return refused.refusal
    except OutOfYears:
        return out_of_years(act.machine)


def by_name(act: Act, event: str, by: Person | None, given: Given, refusal: Refusal) -> Act | Refusal:
    """What an event that is not open comes to: the act of the owner, unless the process has an event of that name."""
    machine = act.machine
    if any(opening.event == event for node in machine.nodes.values() for opening in node.openings):
        return refusal
    return refusal if machine.body.owner is None else performed(act, event, by, given)


def performed(act: Act, event: str, by: Person | None, given: Given) -> Act | Refusal:
    """Do it, or say why not."""
    back = _last_step(act.entry) if event == REOPEN else None
    owner = _owner(act, event, by, back)
    if isinstance(owner, Refusal):
        return owner
    if given.values:
        name, place = next(iter(given.values)), act.machine.owner_places[0]
        return Refusal("not-editable", place, f"{name} cannot be written with `{event}`", {"field": name})
    # who does it is no `actor`: nothing that follows counts as his
    act.by = None
    new_owner = None
    if back is None:
        found = _new_owner(act, given.to)
        if isinstance(found, Refusal):
            return found
        new_owner = found.name
        act.record = act.record.owned(new_owner, act.record.creator)
    else:
        moves.enter(act, act.root, back)
    if act.beyond is not None:
        return act.beyond
    act.note(event)
    if act.entry is not None:
        act.entry = (*act.entry[:5], (given.reason, None, (), None, owner, new_owner))
    return act


def _owner(act: Act, event: str, by: Person | None, back: Node | None) -> Person | Refusal:
    """Whoever acts as the owner of the process, or the first rule that refuses it."""
    ended, place = isinstance(act.root.node, End), act.machine.owner_places[0]
    if ended != (event == REOPEN) or (ended and back is None):
        return _not_now(act, event, ended=ended)
    member = act.organisation.member(by)
    if member is None:
        return Refusal("unknown-person", place, f"`{event}` is fired by a person of the organisation")
    roles = act.machine.body.owner
    if roles is None or not member.mask & roles.mask:
        names = roles.names if roles is not None else ()
        message = f"only {' or '.join(names)}, who owns {act.machine.name}, may fire `{event}`"
        return Refusal("wrong-role", place, message, {"event": event, "roles": list(names)})
    return member


def _not_now(act: Act, event: str, *, ended: bool) -> Refusal:
    """The refusal of an act for which the case runs, or has ended, or has never been anywhere but at its end."""
    place, state = act.machine.owner_places[0], "+".join(act.states())
    why = {
        (REASSIGN, True): f"the case has ended in {state}; `reassign` is for one that runs",
        (REOPEN, False): f"the case runs, in {state}; `reopen` is for one that has ended",
        (REOPEN, True): f"the case came to {state} without having been in a step, so there is none to reopen",
    }
    return Refusal("not-in-state", place, why[event, ended], {"event": event, "state": state})


def _new_owner(act: Act, to: Person | str | None) -> Person | Refusal:
    """Who gets the record: somebody of the organisation, of the entity's owner role if there is one."""
    name = to.name if isinstance(to, Person) else to
    found = act.organisation.person(name) if name is not None else None
    if found is None:
        message = "the record is given to a person of the organisation" + (f", not to {name}" if name else "")
        return Refusal("unknown-person", act.machine.owner_places[0], message, {"to": name})
    roles = act.machine.owners.get(act.record.entity)
    if roles is None or found.mask & roles.mask:
        return found
    message = f"{found.name} cannot own a record of {act.record.entity}: only {' or '.join(roles.names)} may"
    return Refusal("wrong-owner", act.machine.owner_places[1], message, {"to": found.name, "roles": list(roles.names)})


def _last_step(entry: Entry | None) -> Node | None:
    """The step of the process itself in which a case has last been, `None` where it went straight to its end."""
    while entry is not None:
        nodes = entry[3] if isinstance(entry[3], tuple) else (entry[3],)
        step = _outermost(nodes[0]) if nodes else None
        if step is not None and not isinstance(step, End):
            return step
        entry = entry[4]
    return None


def _outermost(node: Node) -> Node:
    """The step of the process itself that a state belongs to."""
    while node.body.around is not None:
        node = node.body.around
    return node.step if isinstance(node, Level | Phase) else node
