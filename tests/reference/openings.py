"""The events that are open in a case, and who may fire each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crmdsl.model.processes import ApprovalStep, Call, HandoffStep, Outcome, Task, Wait
from tests.reference import approvals, handoffs
from tests.reference.cases import Active, Scope, active_steps, ancestors
from tests.reference.deadlines import owner
from tests.reference.moves import Run, names, process_scope, step_roles
from tests.reference.naming import own_events
from tests.reference.organisation import Person

SUPPLIER = ("promise", "decline", "deliver")


@dataclass(frozen=True)
class Opening:
    """An event that is open: `event` as it is fired, `kind` what it is in its step."""

    event: str
    kind: str
    scope: Scope
    active: Active | None = None
    outcome: Outcome | None = None
    external: bool = False


def openings(run: Run) -> list[Opening]:
    """The events open in a case: those of its states in order, then `anytime` of the inner and of the outer process."""
    root = run.data.root
    if root.ended is not None:
        return []
    fired = run.data.events
    found: list[Opening] = []
    for active in active_steps(root):
        for kind in own_events(run.spec, active.step):
            if is_open(active, kind):
                outcome = active.step.outcomes.get(kind) if isinstance(active.step, Task | Wait) else None
                external = run.is_external(active) and not (outcome is not None and outcome.by)
                event = fired[active.name, kind]
                found.append(Opening(event, kind, active.scope, active, outcome, external))
    for scope in sorted(process_scopes(root), key=depth, reverse=True):
        for event, outcome in scope.process.anytime.items():
            found.append(Opening(fired[scope.prefix, event], "anytime", scope, None, outcome))
    return found


def process_scopes(root: Scope) -> Iterator[Scope]:
    """The processes that run, outer before inner."""
    yield root
    for active in active_steps(root):
        if isinstance(active.step, Call):
            yield from active.scopes


def depth(scope: Scope) -> int:
    """How many steps are around a process."""
    return 0 if scope.parent is None else 1 + depth(scope.parent.scope)


def is_open(active: Active, kind: str) -> bool:
    if isinstance(active.step, HandoffStep):
        return (
            kind
            in {
                "requested": ("promise", "decline", "deliver", "agree", "cancel"),
                "promised": ("deliver", "cancel"),
                "delivered": ("accept", "reject"),
            }[active.phase]
        )
    return True


def around(run: Run, active: Active) -> tuple[str, ...]:
    """The roles that an escalation of the steps around, or of the step itself where it has no role, has added."""
    composite = [active] if isinstance(active.step, ApprovalStep | HandoffStep) else []
    found: list[str] = []
    for step in (*composite, *ancestors(active)):
        if "within" in step.escalated:
            found += step.escalated["within"] or run.organisation.superiors(owner(step))
    return tuple(found)


def with_escalated(run: Run, active: Active, kind: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    if kind not in active.escalated:
        return roles
    explicit = active.escalated[kind]
    return (*roles, *(run.organisation.superiors(roles) if explicit is None else explicit))


def may_fire(run: Run, opening: Opening, person: Person) -> bool:
    """Whether a person is one of those for whom an event is."""
    return for_whom(run, opening)(person)


def for_whom(run: Run, opening: Opening) -> Callable[[Person], bool]:
    """For whom an event is: tells it of each person."""
    active, outcome = opening.active, opening.outcome
    if opening.external:
        return lambda person: False
    if active is None:
        assert outcome is not None
        return holding(names(outcome.by) or names(process_scope(opening.scope).process.owner))
    if isinstance(active.step, ApprovalStep):
        return for_whom_in_chain(run, opening.kind, active)
    if isinstance(active.step, HandoffStep):
        return for_whom_in_handoff(run, opening.kind, active)
    own = names(outcome.by) if outcome is not None and outcome.by else step_roles(active.step)
    return holding(with_escalated(run, active, "within", own) + around(run, active))


def holding(roles: tuple[str, ...]) -> Callable[[Person], bool]:
    """Whoever holds one of some roles."""
    return lambda person: person.holds(roles)


def for_whom_in_chain(run: Run, kind: str, active: Active) -> Callable[[Person], bool]:
    assert active.chain is not None
    if kind == "recall":
        if active.person is not None:
            return lambda person: active.person == person.name
        return holding(names(active.chain.requester))
    signers = approvals.signers(run, active, around(run, active))
    return lambda person: bool(signers.get(person.name))


def for_whom_in_handoff(run: Run, kind: str, active: Active) -> Callable[[Person], bool]:
    handoff = active.handoff
    assert handoff is not None
    added = around(run, active) if active.phase == "delivered" or kind in SUPPLIER else ()
    if kind in SUPPLIER:
        timer = "respond" if active.phase == "requested" else "deliver"
        return holding(added + with_escalated(run, active, timer, handoffs.suppliers(handoff)))
    if active.person is not None:
        return lambda person: person.holds(added) or active.person == person.name
    return holding(added + handoffs.customers(handoff))
