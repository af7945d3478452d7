"""Random traces: what happens to a case, most of it sensible, a part of it refused.

A trace is plain JSON: how the case starts, and acts. It is made while the reference runs it, so that what is
tried is worth trying.
"""

from __future__ import annotations

from random import Random
from typing import Any

from crmdsl.model.entities import Field
from crmdsl.model.processes import Wait
from tests.generators.values import Values
from tests.reference import access, approvals
from tests.reference.cases import Refusal, record_at
from tests.reference.checks import editable, needs_reason, target_path
from tests.reference.interpreter import RefCase, Reference
from tests.reference.moves import Run
from tests.reference.openings import Opening, for_whom, openings
from tests.reference.organisation import Person

Trace = dict[str, Any]
Act = dict[str, Any]
FIRST = 1767250800
"""1 January 2026, 7:00 UTC."""
RARE = {"anytime": 0.1, "recall": 0.3, "decline": 0.25, "cancel": 0.3, "reject": 0.6}
"""Kinds of events that end much: how often one is thought of."""
LAST = 1861920000
"""The end of 2028, the last year of the calendars."""
ODD = ["amount", "blocked", "score", "remark"]
"""Fields that somebody tries to write where he may not."""
REASONS = ("because", "too high", " ", None)


def begin(random: Random, reference: Reference) -> dict[str, Any]:
    """How a case starts: mostly the big process, also the small one, a chain or a handoff alone."""
    spec = reference.spec
    kind = random.choice(["process"] * 11 + ["approval"] * 3 + ["handoff"] * 2)
    if kind == "process":
        # the last is the biggest of a generated spec
        name = random.choice([*spec.processes, *[list(spec.processes)[-1]] * 3 * ("sale" in spec.processes)])
        entity = spec.processes[name].entity
    else:
        name = random.choice(list(spec.approvals if kind == "approval" else spec.handoffs))
        entity = (spec.approvals if kind == "approval" else spec.handoffs)[name].entity
    assert entity is not None
    people = list(people_of(reference))
    values = Values(random, reference)
    by: str | None = random.choice(people)
    if random.random() < 0.9:
        by = random.choice(creators(reference, entity.name) or people)
    if random.random() < 0.1:
        by = None
    late = random.random() < 0.075
    at = random.randint(LAST - 250_000, LAST + 20_000) if late else FIRST + random.randint(0, 365 * 86_400)
    if random.random() < 0.15:  # about the changes of the clocks
        at = random.choice((1774745000, 1792890000, 1772950000, 1793510000)) + random.randint(-90_000, 90_000)
    return {"kind": kind, "name": name, "by": by, "at": at, "record": values.record(entity.name)}


def creators(reference: Reference, entity: str) -> list[str]:
    """Whoever may start a case by some grant."""
    roles = {
        role.name for grant in reference.spec.access.grants for role in grant.role
        if "create" in grant.can and any(on.name == entity for on in grant.on)
    }  # fmt: skip
    return [name for name, person in people_of(reference).items() if person.holds(roles)]


def people_of(reference: Reference) -> dict[str, Any]:
    return dict(reference.organisation.people)


def start(reference: Reference, begun: dict[str, Any]) -> RefCase | Refusal:
    method = {
        "process": reference.start, "approval": reference.start_approval, "handoff": reference.start_handoff
    }[begun["kind"]]  # fmt: skip
    return method(begun["name"], begun["by"], begun["at"], begun["record"])


def perform(case: RefCase, act: Act) -> RefCase | Refusal:
    """Does an act of a trace with the reference."""
    if act["do"] == "advance":
        return case.advance(act["at"])
    if act["do"] == "receive":
        return case.receive(act["event"], act["at"], act["values"])
    return case.fire(
        act["event"], act["by"], act["at"], act["values"], act["reason"], act["score"], act["date"], act.get("to")
    )  # fmt: skip


def next_act(random: Random, case: RefCase) -> Act:
    """What happens next."""
    at = moment(random, case)
    if random.random() < (0.03 if case.ended is None else 0.7):
        return of_owner(random, case, at)
    chance = random.random()
    if chance < 0.12:
        return {"do": "advance", "at": max(at, case.data.at + 1)}
    run = Run(case.reference.resolved, case.organisation, case.data)
    found = openings(run)
    if chance < 0.17 or not found:
        return wild(random, case, at)
    external = [opening for opening in found if opening.external or from_nobody(run, opening)]
    if external and random.random() < 0.5:
        return {"do": "receive", "event": external[0].event, "at": at, "values": sent(random, case, external[0])}
    pairs = [
        (opening, list(filter(for_whom(run, opening), case.organisation.people.values())))
        for opening in found
        if random.random() < likely(opening)
    ]
    pairs = [pair for pair in pairs if pair[1]]
    if not pairs:
        return {"do": "advance", "at": max(at, case.data.at + 86_400)}
    opening, persons = random.choice(pairs)
    person = random.choice(standing_in(run, opening, persons) if random.random() < 0.6 else persons)
    given = arguments(random, case, opening, person, at)
    act = {"do": "fire", "event": opening.event, "by": person.name, "at": at, **given}
    if random.random() < 0.03:
        act["by"] = random.choice(list(case.organisation.people))
    return act


def from_nobody(run: Run, opening: Opening) -> bool:
    """Whether it is an event that a role sends which nobody listed holds: a customer, a doctor."""
    if opening.active is None or not isinstance(opening.active.step, Wait):
        return False
    return not any(map(for_whom(run, opening), run.organisation.people.values()))


def of_owner(random: Random, case: RefCase, at: int) -> Act:
    """What the owner of the process does with the case as such, or somebody else tries."""
    spec, people = case.reference.spec, case.organisation.people
    owners = [role.name for role in case.data.root.process.owner]
    heirs = [role.name for role in spec.entities[case.record[""]].owner]
    event = "reassign" if (case.ended is None) == (random.random() < 0.9) else "reopen"
    by: str | None = random.choice([person.name for person in case.organisation.holders(owners)] or list(people))
    if random.random() < 0.1:
        by = random.choice([*people, None, "nobody_here"])
    to: str | None = random.choice([person.name for person in case.organisation.holders(heirs)] or list(people))
    if random.random() < 0.3:
        to = random.choice([*people, None, "nobody_here"])
    values = some_values(random, case, case.record[""], ODD) if random.random() < 0.03 else {}
    given = {"reason": random.choice(REASONS), "score": None, "date": None}
    return {"do": "fire", "event": event, "by": by, "at": at, "values": values, **given, "to": to}


def likely(opening: Opening) -> float:
    """How often an event is thought of."""
    active = opening.active
    if opening.kind == "reject" and active is not None and active.chain is not None and active.position > 0:
        return 1.0
    return RARE.get(opening.kind, 1.0)


def standing_in(run: Run, opening: Opening, persons: list[Person]) -> list[Person]:
    """Those who do not sign in the ordinary way, if there are any."""
    active = opening.active
    if active is None or active.chain is None or opening.kind != "approve":
        return persons
    regular = approvals.regular_signers(run, active, approvals.level_of(active))
    return [person for person in persons if person.name not in regular] or persons


def moment(random: Random, case: RefCase) -> int:
    """Mostly soon, sometimes just before, at or just after a deadline."""
    now = case.data.at
    dues = [due for due, kind, _ in case.deadlines() if due >= now and kind != "promise"]
    if dues and random.random() < 0.4:
        return max(now, random.choice(dues) + random.choice((-1, 0, 1, 1, 60, 3600)))
    return now + random.choice((0, 60, 600, 3600, 3600, 20_000, 86_400, 86_400 * random.randint(1, 4)))


def wild(random: Random, case: RefCase, at: int) -> Act:
    """Anybody tries anything."""
    events = ["approve", "reject", "recall", "promise", "deliver", "accept", "submit", "go", "done", "nonsense"]
    run = Run(case.reference.resolved, case.organisation, case.data)
    events += [opening.event for opening in openings(run)] * 4
    people = list(case.organisation.people)
    if random.random() < 0.15:
        return {"do": "receive", "event": random.choice([*events, "shipped", "paid"]), "at": at, "values": {}}
    return {
        "do": "fire", "event": random.choice(events), "at": at,
        "by": random.choice([*people, *people, *people, None, "nobody_here"]),
        "values": some_values(random, case, case.record[""], ODD) if random.random() < 0.3 else {},
        "reason": random.choice(REASONS), "score": None, "date": None,
    }  # fmt: skip


def some_values(random: Random, case: RefCase, entity: str, names: list[str]) -> dict[str, Any]:
    """Values for most of some fields of an entity; for a name that is none of its fields any value."""
    fields = case.reference.spec.entities[entity].fields
    values = Values(random, case.reference)
    return {
        name: values.value(fields[name]) if name in fields and plain(fields[name]) else 1
        for name in names
        if random.random() < 0.7
    }


def plain(field: Field) -> bool:
    return field.type is not None and field.type.base != "reference"


def entity_at(case: RefCase, opening: Opening) -> str:
    record = record_at(case.data, target_path(opening))
    return str(record[""] if record is not None else case.record[""])


def sent(random: Random, case: RefCase, opening: Opening) -> dict[str, Any]:
    """Values that come in with an event."""
    fields = editable(Run(case.reference.resolved, case.organisation, case.data), opening)
    if random.random() < 0.05:
        fields = [*fields, "amount"]
    return some_values(random, case, entity_at(case, opening), fields) if random.random() < 0.5 else {}


def writes(case: RefCase, opening: Opening, person: Person, name: str) -> bool:
    """Whether a grant lets somebody write a field here."""
    run = Run(case.reference.resolved, case.organisation, case.data)
    return access.may_write(run.world(target_path(opening), case.data.root), person, name)


def arguments(random: Random, case: RefCase, opening: Opening, person: Person, at: int) -> dict[str, Any]:
    """What is given with an event: mostly what it needs."""
    fields = editable(Run(case.reference.resolved, case.organisation, case.data), opening)
    entity = entity_at(case, opening)
    values = some_values(random, case, entity, [*fields, *fields])
    if random.random() < 0.9:
        values = {name: value for name, value in values.items() if writes(case, opening, person, name)}
    found: dict[str, Any] = {"values": values, "reason": None, "score": None, "date": None}
    if random.random() < 0.03:
        found["values"] |= some_values(random, case, entity, ["amount", "remark", "title"])
    if needs_reason(opening) and random.random() < 0.85:
        found["reason"] = "because"
    handoff = opening.active.handoff if opening.active is not None else None
    if handoff is not None and opening.kind == "promise" and random.random() < 0.6:
        found["date"] = at + random.choice((-60, 3600, 86_400, 86_400 * 3, 86_400 * 9, 86_400 * 20))
    if handoff is not None and handoff.feedback is not None and opening.kind == "accept" and random.random() < 0.7:
        found["score"] = random.randint(0, 6) if random.random() < 0.2 else random.randint(1, 5)
    return found


def trace(random: Random, reference: Reference, length: int = 20) -> tuple[Trace, list[RefCase | Refusal]]:
    """A trace, and what the reference makes of it: an answer for the start, then one an act."""
    begun = begin(random, reference)
    answer = start(reference, begun)
    for _ in range(3):
        if isinstance(answer, RefCase) or random.random() < 0.2:
            break
        begun = begin(random, reference)
        answer = start(reference, begun)
    answers = [answer]
    acts: list[Act] = []
    if not isinstance(answer, RefCase):
        return {"start": begun, "acts": acts}, answers
    case = answer
    for _ in range(length):
        act = next_act(random, case)
        if acts and acts[-1]["do"] == "fire" and random.random() < (0.15 if acts[-1]["event"] == "approve" else 0.04):
            act = {**acts[-1], "at": case.data.at}
        answer = perform(case, act)
        acts.append(act)
        answers.append(answer)
        case = answer if isinstance(answer, RefCase) else case
        if case.ended is not None and random.random() < (0.6 if case.data.root.process.owner else 0.92):
            break
    return {"start": begun, "acts": acts}, answers
