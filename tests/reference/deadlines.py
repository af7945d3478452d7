"""Deadlines that pass, and what follows from it."""

from __future__ import annotations

from crmdsl.model.processes import ApprovalStep, Call, HandoffStep, Process, Task, TimedStep, Wait
from crmdsl.model.values import Late
from tests.reference import approvals, handoffs, owning
from tests.reference.cases import Active, active_steps
from tests.reference.moves import Run, names, process_scope, step_roles

ORDER = ("within", "level", "respond", "deliver", "verify", "timeout")


def advance(run: Run, at: int) -> None:
    """Lets every deadline before `at` pass, the earliest first, each at its own instant."""
    run.timed = True
    while True:
        open_ = [
            (due, place, ORDER.index(kind), kind, active)
            for place, active in enumerate(active_steps(run.data.root))
            for kind, due in active.timers.items()
            if kind not in active.fired and due < at
        ]
        if not open_:
            break
        due, _, _, kind, active = min(open_, key=lambda found: found[:3])
        run.now = max(run.now, due)
        owning.remember(run)
        active.fired.add(kind)
        passed(run, active, kind)
        run.restart_changed()
    run.timed = False
    run.beyond = False
    run.now = run.data.at = max(run.data.at, at)


def passed(run: Run, active: Active, kind: str) -> None:
    step = active.step
    if kind == "within":
        assert isinstance(step, TimedStep)
        late(run, active, kind, step.late, responsible(run, active), active.name)
    elif kind == "level":
        level = approvals.level_of(active)
        late(run, active, kind, level.late, approvals.signing_roles(run, active, level), active.state)
    elif kind == "timeout":
        assert isinstance(step, Wait)
        run.note("timeout")
        run.take(active, "timeout", step.outcomes["timeout"])
    else:
        assert active.handoff is not None
        side = handoffs.customers if kind == "verify" else handoffs.suppliers
        action = active.handoff.late
        if kind != "verify" or (action is not None and action.outcome is None):
            late(run, active, kind, action, side(active.handoff), active.state)
        if kind == "verify":
            handoffs.silent(run, active)


def responsible(run: Run, active: Active) -> tuple[str, ...]:
    """The roles that a step waits for: its own, else the owner of its process."""
    roles = () if run.is_external(active) else step_roles(active.step)
    return roles or owner(active)


def owner(active: Active) -> tuple[str, ...]:
    process: Process = process_scope(active.scope).process
    return names(process.owner)


def late(run: Run, active: Active, kind: str, action: Late | None, roles: tuple[str, ...], state: str) -> None:
    run.note("late", kind, "nothing" if action is None else action.outcome or action.action)
    if action is None:
        return
    if action.outcome is not None:
        outcome_of(run, active, action.outcome.name)
    elif action.action == "remind":
        run.data.effects.append(("remind", roles, state))
    else:
        explicit = names(action.roles) or None
        active.escalated[kind] = explicit
        person = approvals.named(run, active, approvals.level_of(active)) if kind == "level" else None
        above = run.organisation.superiors(person.roles if person is not None else roles)
        run.data.effects.append(("escalate", explicit or above, state))


def outcome_of(run: Run, active: Active, name: str) -> None:
    """The outcome that a deadline takes, without `by`, `when` and `needs`."""
    step = active.step
    if isinstance(step, ApprovalStep):
        approvals.end(run, active, name)
    elif isinstance(step, HandoffStep):
        handoffs.end(run, active, name)
    elif isinstance(step, Task | Wait | Call):
        run.take(active, name, step.outcomes[name])
