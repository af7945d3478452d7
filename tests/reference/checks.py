"""Whether an act is allowed: the rules in the order in which they are looked at."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812
from datetime import datetime
from fractions import Fraction
from typing import Any

from crmdsl.model.entities import Field
from crmdsl.model.processes import Task, Wait
from tests.reference import access, approvals, handoffs
from tests.reference.cases import Path, Refused, active_steps, record_at
from tests.reference.evaluation import Record, holds, read
from tests.reference.moves import Run
from tests.reference.openings import Opening, around, may_fire, openings
from tests.reference.organisation import Person
from tests.reference.working_time import BeyondYearsError

SIGNING = ("approve", "reject")
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "money": (int,), "percent": (int,), "integer": (int,), "number": (Fraction, int), "text": (str,), "enum": (str,),
    "flag": (bool,), "date": (Date,), "person": (str,), "reference": (dict,), "unit": (str,), "territory": (str,),
    "channel": (str,), "product_line": (str,), "instant": (datetime,), "duration": (int,),
}  # fmt: skip


def opening_for(run: Run, event: str, by: str | None) -> tuple[Opening, Person | None]:
    """What an event means here for this person."""
    return opening_of([opening for opening in openings(run) if opening.event == event], run, by)


def opening_of(found: list[Opening], run: Run, by: str | None) -> tuple[Opening, Person | None]:
    """Which one of the openings of an event is meant for this person."""
    if not found:
        raise Refused("not-in-state")
    if by is None:
        external = [one for one in found if one.external or (one.active and isinstance(one.active.step, Wait))]
        if not external:
            raise Refused("unknown-person")
        return external[0], None
    person = run.organisation.people.get(by)
    if person is None:
        raise Refused("unknown-person")
    for opening in found:
        if may_fire(run, opening, person):
            return opening, person
    raise Refused("wrong-role")


def target_path(opening: Opening) -> Path:
    """Where the record is that an event writes."""
    return opening.active.path if opening.active is not None else opening.scope.path


def is_signing(opening: Opening) -> bool:
    return opening.active is not None and opening.active.chain is not None and opening.kind in SIGNING


def check_person(run: Run, opening: Opening, person: Person, writes: bool) -> None:
    """Separation and quorum."""
    active = opening.active
    record = record_at(run.data, target_path(opening))
    if is_signing(opening):
        assert active is not None
        assert active.chain is not None
        separation = active.chain.separation
        if "requester" in separation and active.person == person.name:
            raise Refused("four-eyes", "requester")
        others = {n for level, signed in active.signatures.items() if level != active.level for n, _ in signed}
        if "levels" in separation and person.name in others:
            raise Refused("four-eyes", "levels")
        if opening.kind == "reject" and "levels" in separation:
            approvals.check_unsigned(active, person)
        if approvals.barred(run, active, person.name):
            raise Refused("four-eyes", "record")
    elif (
        writes
        and record is not None
        and approvals.separated(run, target_path(opening), record[""], person.name, "update")
    ):
        raise Refused("four-eyes", "record")
    if is_signing(opening) and opening.kind == "approve":
        assert active is not None
        approvals.check_signature(run, active, person, approvals.may_sign(run, active, person, around(run, active)))


def is_locked(run: Run, path: Path) -> bool:
    return any(
        active.chain is not None and active.chain.locks and active.path == path
        for active in active_steps(run.data.root)
    )  # fmt: skip


def editable(run: Run, opening: Opening) -> list[str]:
    """The fields that may be given with an event."""
    active = opening.active
    record = record_at(run.data, target_path(opening))
    if active is None or record is None:
        return []
    fields = run.spec.entities[record[""]].fields
    if opening.external:
        return [name for name, field in fields.items() if field.source is not None and sends(run, active.step, field)]
    listed: list[str] = []
    if isinstance(active.step, Task):
        listed = [ref.name for ref in active.step.edits]
    elif active.handoff is not None and opening.kind == "deliver":
        listed = [ref.name for ref in active.handoff.returns]
    return [name for name in listed if fields[name].source is None and fields[name].derived is None]


def sends(run: Run, step: Any, field: Field) -> bool:
    assert isinstance(step, Wait)
    assert step.wait is not None
    assert step.wait.event is not None
    assert field.source is not None
    if step.wait.source is not None:
        return step.wait.source.name == field.source.name
    return any(ref.name == step.wait.event.name for ref in run.spec.integrations[field.source.name].sends)


def is_valid(run: Run, field: Field, value: Any) -> bool:
    """Whether a value is one of its field's type, within its bounds. Only an optional field may be made unknown."""
    type_ = field.type
    assert type_ is not None
    if value is None:
        return type_.optional
    if not isinstance(value, PYTHON_TYPES[type_.base]) or (isinstance(value, bool) != (type_.base == "flag")):
        return False
    names = {
        "enum": type_.values, "person": run.organisation.people, "unit": run.spec.sales_network,
        "territory": run.spec.territories, "channel": run.spec.channels, "product_line": run.spec.product_lines,
    }  # fmt: skip
    if type_.base in names:
        return value in names[type_.base]  # type: ignore[operator]
    low, high = run.resolved.value(field.min), run.resolved.value(field.max)
    if low is None and type_.base in ("money", "percent"):
        low = 0
    if high is None and type_.base == "percent":
        high = 10_000
    return (low is None or value >= low) and (high is None or value <= high)


def check_values(run: Run, opening: Opening, person: Person | None, values: dict[str, Any]) -> None:
    path = target_path(opening)
    record = record_at(run.data, path)
    if values and is_locked(run, path):
        raise Refused("locked")
    allowed = editable(run, opening)
    for name in values:
        if name not in allowed:
            raise Refused("not-editable", name)
    for name in values:
        # a grant speaks of the states of the whole case
        world = run.world(path, run.data.root, run.data.creator)
        if person is not None and not access.may_write(world, person, name):
            raise Refused("no-grant", name)
    for name, value in values.items():
        assert record is not None
        if not is_valid(run, run.spec.entities[record[""]].fields[name], value):
            raise Refused("bad-value", name)


def check_arguments(run: Run, opening: Opening, reason: str | None, score: int | None, date: int | None) -> None:
    active = opening.active
    handoff = active.handoff if active is not None else None
    if handoff is not None and opening.kind == "promise" and date is not None and date <= run.now:
        raise Refused("bad-value", "date")
    if handoff is not None and opening.kind == "accept" and score is not None:
        scale = handoff.feedback.scale if handoff.feedback is not None else None
        if scale is None or not 1 <= score <= scale:
            raise Refused("bad-value", "score")
    if needs_reason(opening) and not (reason or "").strip():
        raise Refused("reason-missing")


def needs_reason(opening: Opening) -> bool:
    active = opening.active
    if active is None:
        return False
    if active.handoff is not None:
        return opening.kind == "decline"
    if active.chain is None or opening.kind not in SIGNING:
        return False
    return active.chain.reason == "always" or (active.chain.reason == "on_reject" and opening.kind == "reject")


def check_needs(run: Run, opening: Opening) -> None:
    step = opening.active.step if opening.active is not None else None
    if not isinstance(step, Task):
        return
    world = run.world(target_path(opening))
    edited = [ref.name for ref in step.edits if must_be_filled_in(run, opening, ref.name)]
    needs = dict.fromkeys([*(ref.name for ref in step.needs), *edited])
    missing = [name for name in needs if read(world, world.record, (name,)) is None]
    if missing:
        raise Refused("missing-field", ", ".join(missing))


def must_be_filled_in(run: Run, opening: Opening, name: str) -> bool:
    """What is not optional may be missing only until the case has left a step that edits it."""
    entity = run.spec.entities[run.data.record[""]]
    for part in target_path(opening):
        kind = entity.fields[part].type
        assert kind is not None
        entity = run.spec.entities[kind.entity]
    field = entity.fields[name]
    optional = field.type is not None and field.type.optional
    return not optional and field.source is None and field.derived is None


def check_guard(run: Run, opening: Opening) -> None:
    active = opening.active
    if opening.outcome is not None:
        tree = run.resolved.typed(opening.outcome.when)
        if not holds(tree, run.world(opening.scope.path, opening.scope, run.data.creator)):
            raise Refused("guard")
    elif (
        active is not None
        and active.handoff is not None
        and opening.kind == "accept"
        and not handoffs.acceptable(run, active)
    ):
        raise Refused("guard")


def check_promise(run: Run, opening: Opening, date: int | None) -> None:
    active = opening.active
    if active is None or active.handoff is None or opening.kind != "promise" or date is None or active.agreed:
        return
    if active.handoff.deliver is None:
        return
    try:
        latest = run.calendar(handoffs.suppliers(active.handoff)).after(run.now, active.handoff.deliver)
    except BeyondYearsError:
        return
    if date > latest:
        raise Refused("not-agreed")


def write(record: Record | None, values: dict[str, Any]) -> None:
    if record is not None:
        record.update(values)
