"""Random traces: what happens to a case, most of it sensible, a part of it refused.

A trace is plain JSON: how the case starts, and acts. It is made while the reference runs it, so that what is
tried is worth trying.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tests.generators.conditions import KINDS, RATINGS
from tests.reference import access
from tests.reference.cases import Refusal
from tests.reference.checks import editable, needs_reason, target_path
from tests.reference.evaluation import Record
from tests.reference.interpreter import RefCase, Reference
from tests.reference.moves import Run
from tests.reference.openings import Opening, may_fire, openings
from tests.reference.organisation import Organisation, Person

Trace = dict[str, Any]
Act = dict[str, Any]
FIRST = 1767250800
"""1 January 2026, 7:00 UTC."""
RARE = {"anytime": 0.1, "recall": 0.3, "decline": 0.25, "cancel": 0.3, "reject": 0.6}
"""Kinds of events that end much: how often one is thought of."""
LAST = 1861920000
"""The end of 2028, the last year of the calendars."""
MONEY = ("amount", "ceiling", "credit", "exposure")
REASONS = ("because", "too high", " ", None)


def value(random: Random, people: list[str], field: str, cent: Fraction = Fraction(1)) -> Any:
    """A value for a field, now and then one out of its bounds."""
    wrong = random.random() < 0.04
    choices: dict[str, Any] = {
        "amount": -1 if wrong else random.choice((0, 1, 5000, 99_950, 100_000, 250_000)),
        "discount": 6001 if wrong else random.choice((0, 500, 501, 750, 1200, 2000, 2500, 3333, 6000)),
        "kind": "unheard" if wrong else random.choice(KINDS),
        "quantity": 51 if wrong else random.randint(0, 50),
        "weight": Fraction(-2) if wrong else Fraction(random.choice(("-3/2", "1/2", "15/4", "4"))),
        "rush": random.random() < 0.5,
        "grade": "E" if wrong else random.choice(RATINGS),
        "ceiling": 0 if wrong else random.choice((100, 50_000, 200_000)),
        "remark": random.choice(("x", "", "y z", "\u202e{{'\"\\\n")),
        "due": date(2026, 1, 1) + timedelta(days=random.randint(0, 400)),
        "lead": random.choice(people),
        "stock": random.randint(0, 9),
        "title": random.choice(("x", "y z", "other")),
        "blocked": random.random() < 0.3,
        "rating": "E" if wrong else random.choice(RATINGS),
        "credit": -1 if wrong else random.choice((0, 5000, 100_000)),
        "exposure": random.choice((0, 5000, 10_000, 90_000)),
        "about": random.choice(("x", "y")), "score": random.randint(0, 5), "cause": "why",
    }  # fmt: skip
    found = choices[field]
    return int(found * cent) if field in MONEY else found


def record(random: Random, reference: Reference, entity: str, people: list[str]) -> Record:
    """A record with most of what it must have and some of what it may have."""
    found: Record = {"": entity}
    for name, field in reference.spec.entities[entity].fields.items():
        assert field.type is not None
        if field.derived is not None:
            continue
        if field.type.base == "reference":
            found[name] = record(random, reference, field.type.entity, people)
        elif random.random() < (0.88 if not field.type.optional or name == "lead" else 0.35):
            found[name] = good(random, people, name, cent_of(reference))
        else:
            found[name] = None
    return found


def good(random: Random, people: list[str], field: str, cent: Fraction) -> Any:
    """A value within bounds."""
    out_of_bounds = {-1, -10, 6001, "unheard", 51, Fraction(-2), "E"}
    while True:
        found = value(random, people, field, cent)
        if found not in out_of_bounds and (field, found) != ("ceiling", 0) and found != -cent:
            return found


def cent_of(reference: Reference) -> Fraction:
    """A hundredth of the currency in its minor units."""
    assert reference.spec.company is not None
    return {"JPY": Fraction(1, 100), "KWD": Fraction(10)}.get(reference.spec.company.currency, Fraction(1))


def begin(random: Random, reference: Reference) -> dict[str, Any]:
    """How a case starts: mostly the big process, also the small one, a chain or a handoff alone."""
    spec = reference.spec
    kind = random.choice(["process"] * 11 + ["approval"] * 3 + ["handoff"] * 2)
    if kind == "process":
        name = random.choice(["sale"] * 8 + ["check"] * 2 + (["improve"] if random.random() < 0.1 else []))
        entity = spec.processes[name].entity
    else:
        name = random.choice(list(spec.approvals if kind == "approval" else spec.handoffs))
        entity = (spec.approvals if kind == "approval" else spec.handoffs)[name].entity
    assert entity is not None
    people = list(people_of(reference))
    by: str | None = random.choice(people)
    if random.random() < 0.9:
        by = random.choice(creators(reference, entity.name) or people)
    if random.random() < 0.1:
        by = None
    late = random.random() < 0.06
    at = random.randint(LAST - 250_000, LAST + 20_000) if late else FIRST + random.randint(0, 365 * 86_400)
    if random.random() < 0.15:  # about the changes of the clocks
        at = random.choice((1774745000, 1792890000, 1772950000, 1793510000)) + random.randint(-90_000, 90_000)
    return {"kind": kind, "name": name, "by": by, "at": at, "record": record(random, reference, entity.name, people)}


def creators(reference: Reference, entity: str) -> list[str]:
    """Whoever may start a case by some grant."""
    roles = {
        role.name for grant in reference.spec.access.grants for role in grant.role
        if "create" in grant.can and any(on.name == entity for on in grant.on)
    }  # fmt: skip
    return [name for name, person in people_of(reference).items() if person.holds(roles)]


def people_of(reference: Reference) -> dict[str, Any]:
    return dict(Organisation(reference.spec).people)


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
        act["event"], act["by"], act["at"], act["values"], act["reason"], act["score"], act["date"]
    )  # fmt: skip


def next_act(random: Random, case: RefCase) -> Act:
    """What happens next."""
    at = moment(random, case)
    chance = random.random()
    if chance < 0.12:
        return {"do": "advance", "at": max(at, case.data.at + 1)}
    run = Run(case.reference.resolved, case.organisation, case.data)
    found = openings(run)
    if chance < 0.17 or not found:
        return wild(random, case, at)
    external = [opening for opening in found if opening.external]
    if external and random.random() < 0.5:
        return {"do": "receive", "event": external[0].event, "at": at, "values": sent(random, case, external[0])}
    pairs = [
        (opening, [person for person in case.organisation.people.values() if may_fire(run, opening, person)])
        for opening in found
        if random.random() < RARE.get(opening.kind, 1)
    ]
    pairs = [pair for pair in pairs if pair[1]]
    if not pairs:
        return {"do": "advance", "at": max(at, case.data.at + 86_400)}
    opening, persons = random.choice(pairs)
    person = random.choice(persons)
    given = arguments(random, case, opening, person, at)
    act = {"do": "fire", "event": opening.event, "by": person.name, "at": at, **given}
    if random.random() < 0.03:
        act["by"] = random.choice(list(case.organisation.people))
    return act


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
        "values": some_values(random, case, ["amount", "blocked", "score"]) if random.random() < 0.3 else {},
        "reason": random.choice(REASONS), "score": None, "date": None,
    }  # fmt: skip


def some_values(random: Random, case: RefCase, fields: list[str]) -> dict[str, Any]:
    people, cent = list(case.organisation.people), cent_of(case.reference)
    return {field: value(random, people, field, cent) for field in fields if random.random() < 0.7}


def sent(random: Random, case: RefCase, opening: Opening) -> dict[str, Any]:
    """Values that come in with an event."""
    fields = editable(Run(case.reference.resolved, case.organisation, case.data), opening)
    if random.random() < 0.05:
        fields = [*fields, "amount"]
    return some_values(random, case, fields) if random.random() < 0.5 else {}


def writes(case: RefCase, opening: Opening, person: Person, name: str) -> bool:
    """Whether a grant lets somebody write a field here."""
    run = Run(case.reference.resolved, case.organisation, case.data)
    return access.may_write(run.world(target_path(opening), case.data.root), person, name)


def arguments(random: Random, case: RefCase, opening: Opening, person: Person, at: int) -> dict[str, Any]:
    """What is given with an event: mostly what it needs."""
    fields = editable(Run(case.reference.resolved, case.organisation, case.data), opening)
    values = some_values(random, case, [*fields, *fields])
    if random.random() < 0.9:
        values = {name: value for name, value in values.items() if writes(case, opening, person, name)}
    found: dict[str, Any] = {"values": values, "reason": None, "score": None, "date": None}
    if random.random() < 0.03:
        found["values"] |= some_values(random, case, ["amount", "remark", "title"])
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
        if acts and acts[-1]["do"] == "fire" and random.random() < 0.05:
            act = {**acts[-1], "at": case.data.at}
        answer = perform(case, act)
        acts.append(act)
        answers.append(answer)
        case = answer if isinstance(answer, RefCase) else case
        if case.ended is not None and random.random() < 0.92:
            break
    return {"start": begun, "acts": acts}, answers
