"""Internal handoffs: request, promise, delivery, verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmdsl.model.chains import Handoff
from crmdsl.model.processes import HandoffStep
from tests.reference.cases import Active, Refused
from tests.reference.evaluation import holds, read

if TYPE_CHECKING:
    from tests.reference.moves import Run


def suppliers(handoff: Handoff) -> tuple[str, ...]:
    return tuple(role.name for role in handoff.supplier)


def customers(handoff: Handoff) -> tuple[str, ...]:
    return tuple(role.name for role in handoff.customer)


def start(run: Run, active: Active, handoff: Handoff) -> None:
    """Requests: the customer is who acted last in one of its roles."""
    world = run.world(active.path)
    missing = [field.name for field in handoff.gives if read(world, world.record, (field.name,)) is None]
    if missing and not run.timed:
        raise Refused("gives-missing", ", ".join(missing))
    held = [name for name in run.data.actors if run.organisation.people[name].holds(customers(handoff))]
    active.handoff = handoff
    active.person = held[-1] if held else None
    enter_phase(run, active, "requested")


def enter_phase(run: Run, active: Active, phase: str, date: int | None = None) -> None:
    handoff = active.handoff
    assert handoff is not None
    active.phase = phase
    for kind in ("respond", "deliver", "verify"):
        active.timers.pop(kind, None)
    if phase == "requested":
        run.timer(active, "respond", handoff.respond, suppliers(handoff))
    elif phase == "promised" and date is not None:
        run.timer(active, "deliver", None, ())
        active.timers["deliver"] = date
    elif phase == "promised":
        run.timer(active, "deliver", handoff.deliver, suppliers(handoff))
    else:
        run.timer(active, "verify", handoff.verify, customers(handoff))


def end(run: Run, active: Active, result: str) -> None:
    assert isinstance(active.step, HandoffStep)
    run.take(active, result, active.step.outcomes[result])


def promise(run: Run, active: Active, date: int | None) -> None:
    fulfil(run, active)
    enter_phase(run, active, "promised", date)
    run.note("promise", "agreed" if active.agreed else "", "dated" if date is not None else "")


def fulfil(run: Run, active: Active) -> None:
    assert active.handoff is not None
    if active.handoff.fulfilled_by is not None:
        run.data.effects.append(("open", active.handoff.fulfilled_by.name, {}))


def deliver(run: Run, active: Active) -> None:
    if active.phase == "requested":
        fulfil(run, active)
    enter_phase(run, active, "delivered")


def reject(run: Run, active: Active) -> None:
    assert active.handoff is not None
    if active.handoff.rework_limit is not None and active.rejects >= active.handoff.rework_limit:
        run.note("rework limit")
        end(run, active, "declined")
    else:
        active.rejects += 1
        enter_phase(run, active, "promised")


def accept(run: Run, active: Active, score: int | None) -> None:
    handoff = active.handoff
    assert handoff is not None
    feedback = handoff.feedback
    if score is not None and feedback is not None and feedback.opens is not None and feedback.below is not None:  # noqa: SIM102
        if score < feedback.below:
            run.note("feedback")
            process = run.spec.processes[feedback.opens.name]
            assert process.entity is not None
            fields = run.spec.entities[process.entity.name].fields
            run.data.effects.append(("open", process.name, {"score": score} if "score" in fields else {}))
    end(run, active, "accepted")


def acceptable(run: Run, active: Active) -> bool:
    assert active.handoff is not None
    world = run.world(active.path, active.scope, active.person)
    return holds(run.resolved.typed(active.handoff.accept_when), world)


def silent(run: Run, active: Active) -> None:
    """Nobody verified in time."""
    run.note("silent", "accept" if acceptable(run, active) else "reject")
    if acceptable(run, active):
        end(run, active, "accepted")
    else:
        reject(run, active)
