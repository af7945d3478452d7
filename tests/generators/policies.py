"""Random policies, and worlds about them: people, records and requests, half of these next to a grant.

`worlds(seeds)` is what a target of access is held against: it brings the spec as text, who works there, the records
with all that is known around them, the requests, and what the oracle says to each.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from crmdsl.conditions import ast
from crmdsl.conditions.python import paths
from crmdsl.model.access import Grant
from crmdsl.model.reader import read
from crmdsl.resolve.names import resolve
from crmdsl.resolve.resolved import Resolved
from crmdsl.syntax.loader import load_text
from tests.generators.conditions import Conditions
from tests.generators.entities import FIELDS
from tests.generators.specs import spec as any_spec
from tests.generators.specs import text
from tests.generators.values import Values, literals
from tests.reference.decisions import ACTIONS, Oracle, Request
from tests.reference.evaluation import Record
from tests.reference.interpreter import Reference
from tests.reference.organisation import Organisation

SCOPES = ("own", "own", "unit", "territory", "department", "all", "all")
AROUND = (
    "state = s0", "state != s0", "actor.unit is known and actor.unit.kind = employees",
    "requester.role = agent", "requester.role != boss", "actor.role = director", "lead is known and lead = actor",
    "client.rating is known and client.rating >= C and client.exposure <= 100 {currency}",
    "due is known and due >= today", "not (rush or discount > 12%)", "amount between 100 {currency} and 999 {currency}",
    "ceiling is known and amount / ceiling <= 0.5", "remark is missing", "area is known and area = actor.territory",
)  # fmt: skip
STEPS: dict[str, Any] = {"money": 1, "percent": 1, "integer": 1, "duration": 1, "date": timedelta(days=1)}


def policy(seed: int, without: Container[object] = (), *, plain: bool = False) -> str:
    """The text of a spec with many grants of all kinds; the same for the same seed.

    `without` are grants by number and rules of separation by name that it has not; where it is `plain`, grants have no
    conditions and no other scopes than `own` and `all`.
    """
    random = Random(f"policy {seed}")
    body = any_spec(random, 1 + seed % 2)
    currency = body["company"]["currency"]
    body["departments"] |= {"back": {"class": "support"}, "field": {"class": "primary"}}
    body["territories"] |= {"east": {"in": "north"}, "coast": {"in": "east"}, "isle": {}}
    for role in body["roles"].values():
        role["department"] = random.choice(list(body["departments"]))
    for person in body.get("people", {}).values():
        if random.random() < 0.6:
            person["territory"] = random.choice(list(body["territories"]))
        if random.random() < 0.5:
            person["unit"] = random.choice(list(body["sales_network"]))
    for entity in body["entities"].values():
        if random.random() < 0.15:
            del entity["owner"]
    fields = {name: list(made["fields"]) for name, made in body["entities"].items()}
    conditions = Conditions(random, currency, list(body["roles"]))
    grants = [grant(random, body, fields, conditions, currency) for _ in range(random.randint(12, 40))]
    if plain:
        grants = grants[:14]
        for one in grants:
            one.pop("when", None)
            one["scope"] = random.choice(("own", "own", "all"))
            one["can"] = random.sample(ACTIONS, random.choice((1, 2)))
    body["access"] = {
        "grants": [one for number, one in enumerate(grants) if number not in without],
        "separation": {name: rule for name, rule in separations(random).items() if name not in without},
    }
    return text(body)


def grant(
    random: Random, body: dict[str, Any], fields: dict[str, list[str]], conditions: Conditions, currency: str
) -> dict[str, Any]:  # fmt: skip
    entities = random.sample(list(fields), 2 if random.random() < 0.15 else 1)
    roles = random.sample(list(body["roles"]), random.choice((1, 1, 1, 2, 3)))
    found: dict[str, Any] = {
        "role": roles, "can": random.sample(ACTIONS, random.choice((1, 1, 2, 3))), "on": entities,
        "scope": random.choice(SCOPES),
    }  # fmt: skip
    if random.random() < 0.45:
        found["when"] = when(random, entities, conditions, currency)
    names = [name for entity in entities for name in fields[entity]]
    if random.random() < 0.5:
        key = random.choice(("fields", "except"))
        found[key] = list(dict.fromkeys(random.sample(names, random.randint(1, min(5, len(names))))))
    return found


def when(random: Random, entities: list[str], conditions: Conditions, currency: str) -> str:
    if entities == ["order"] and random.random() < 0.5:
        found = random.choice(AROUND).format(currency=currency)
        roles = conditions.roles
        return found.replace("= agent", f"= {roles[-1]}").replace("= director", f"= {roles[1]}")
    if len(entities) > 1:  # it makes sense on one of them
        return conditions.simple(entities[0])
    return conditions.condition(entities[0], 1 if random.random() < 0.7 else 2)


def separations(random: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in range(random.choice((0, 1, 2))):
        entity = random.choice(("order", "client"))
        actions = random.sample((*ACTIONS, "approve"), random.choice((2, 2, 3)))
        both = [f"{entity}.{action}" for action in actions]
        per = random.choice(("record", "record", "person"))
        if per == "person" and random.random() < 0.5:
            both[0] = f"improvement.{random.choice(ACTIONS)}"
        found[f"rule_{number}"] = {"never_both": both, "per": per}
    return found


@dataclass
class World:
    """A spec, who works there, records, and requests with what the oracle says."""

    seed: int
    text: str
    resolved: Resolved
    organisation: Organisation
    today: date
    records: list[Record]
    requests: list[Request]
    oracle: Oracle
    _known: dict[Request, bool] = field(default_factory=dict)

    @cached_property
    def answers(self) -> list[bool]:
        """What the oracle says, request by request."""
        return [self.answer(request) for request in self.requests]

    def answer(self, request: Request) -> bool:
        """What the oracle says to one."""
        if request not in self._known:
            record = self.records[request.record]
            self._known[request] = self.oracle.decide(request.actor, request.action, record, request.field)
        return self._known[request]

    def noon(self) -> int:
        """An instant of the day, in seconds since 1970."""
        assert self.resolved.spec.company is not None
        zone = ZoneInfo(self.resolved.spec.company.timezone)
        return int(datetime(self.today.year, self.today.month, self.today.day, 12, tzinfo=zone).timestamp())

    def shown(self, request: Request) -> str:
        """A request, to be read."""
        record = self.records[request.record]
        return f"seed {self.seed}: {request} on {record}: {self.answer(request)} by the oracle"


def worlds(seeds: Iterable[int], requests: int = 1000, records: int = 60) -> Iterator[World]:
    """A world for each seed."""
    for seed in seeds:
        yield world(seed, requests, records)


def world(seed: int, requests: int, records: int = 60, source: str | None = None) -> World:
    """The world of a seed; about another spec, where its text is given."""
    text = policy(seed) if source is None else source
    loaded = load_text({"spec.yaml": text}, f"policy_{seed}")
    spec, reading = read(loaded)
    resolved, resolving = resolve(spec)
    wrong = [d for d in (*loaded.diagnostics, *reading, *resolving) if d.severity.value == "error"]
    assert not wrong, (seed, wrong[0].message, wrong[0].span)
    random = Random(f"world {seed}")
    organisation = Organisation(spec)
    today = date(2026, 3, 15) + timedelta(days=random.randint(0, 60))
    oracle = Oracle(resolved, organisation, today)
    made = Making(random, oracle)
    found = [made.record() for _ in range(records)]
    return World(
        seed, text, resolved, organisation, today, found, [made.request(found) for _ in range(requests)], oracle
    )  # fmt: skip


class Making:
    """Makes records and requests for one policy."""

    def __init__(self, random: Random, oracle: Oracle) -> None:
        self.random = random
        self.oracle = oracle
        self.resolved = oracle.resolved
        self.spec = oracle.spec
        self.grants = self.spec.access.grants
        self.people = list(oracle.organisation.people)
        self.values = Values(random, Reference(self.resolved))
        self.states = {
            name: [state for state, *_ in _states(oracle, name)] or ["s0"] for name in self.spec.processes
        }  # fmt: skip

    # records

    def record(self) -> Record:
        """A record with what is known around it, most of them next to a grant's condition."""
        grant = self.random.choice(self.grants)
        entity = self.random.choice(grant.on).name
        found = self.values.record(entity)
        if grant.when is not None and self.random.random() < 0.8:
            self.near(found, self.resolved.typed_for(grant.when, entity))
        if self.random.random() < 0.1:
            found[self.random.choice([name for name in found if name])] = None
        return found | self.around(entity)

    def near(self, record: Record, tree: ast.Expr | None) -> None:
        """Put a field that a condition reads at one of its constants, a unit off, or leave it out."""
        read_here = [one for one in paths(tree) if one.root == "record"] if tree is not None else []
        if tree is None or not read_here:
            return
        path = self.random.choice(read_here)
        same = (one for one in literals(tree) if (one.type.base, one.type.values) == (path.type.base, path.type.values))
        values = [value for one in same for value in about(one)]
        target: Any = record
        for part in path.parts[:-1]:
            target = target.get(part) if isinstance(target, dict) else None
        declared = self.spec.entities[target[""]].fields.get(path.parts[-1]) if isinstance(target, dict) else None
        if declared is not None and declared.derived is None and path.type.base not in ("reference", "person"):
            low, high = self.values.bounds(declared)
            fits = [one for one in values if (low is None or one >= low) and (high is None or one <= high)]
            target[path.parts[-1]] = self.random.choice([*fits, *path.type.values, None])

    def around(self, entity: str) -> Record:
        """Who created and owns it, where its case is, who has written and signed it."""
        random = self.random
        owners = [
            one.name for one in self.oracle.organisation.holders(r.name for r in self.spec.entities[entity].owner)
        ]
        somebody = [*self.people, *owners, *owners, *owners, None, None, None, "gone"]
        found: Record = {"#creator": random.choice(somebody), "#owner": random.choice([*somebody, *[None] * 8])}
        process = random.choice([*self.states, None])
        places = [*self.oracle.locking[entity], *((one[0], one[1]) for one in self.oracle.written[entity])]
        if process is not None:
            found["#process"] = process
            found["#states"] = random.sample(self.states[process], min(2, random.randint(1, 2)))
            if places and random.random() < 0.6:
                found["#process"], state = random.choice(places)
                found["#states"] = [state]
            found["#requester"] = random.choice([*self.people, None])
        known = process is not None and random.random() < 0.9
        for name in ("#writers", "#signers"):
            found[name] = random.sample(self.people, min(len(self.people), random.randint(0, 3))) if known else None
        return found

    # requests

    def request(self, records: list[Record]) -> Request:
        """A request, half of them next to a grant, few of them nonsense."""
        random = self.random
        if random.random() < 0.5:
            return self.beside(random.choice(self.grants), records)
        number = random.randrange(len(records))
        fields = FIELDS[records[number][""]]
        actor = random.choice(self.people) if random.random() < 0.98 else "nobody_here"
        action = random.choice(ACTIONS) if random.random() < 0.98 else random.choice(("approve", "drop", ""))
        name = random.choice(fields) if random.random() < 0.97 else "no_such_field"
        return Request(actor, action, number, None if random.random() < 0.3 else name)

    def beside(self, grant: Grant, records: list[Record]) -> Request:
        """A request that a grant may open: by one of its roles or from above, on a record of its entity."""
        random = self.random
        entities = {ref.name for ref in grant.on}
        numbers = [number for number, record in enumerate(records) if record[""] in entities]
        role: str | None = random.choice(grant.role).name
        while role is not None and random.random() < 0.25:
            above = self.spec.roles[role].reports_to
            role = above.name if above is not None else None
        number = random.choice(numbers or range(len(records)))
        holders = [one.name for one in self.oracle.organisation.holders([role])] if role is not None else []
        mine = [one for one in holders if one in (records[number].get("#owner"), records[number].get("#creator"))]
        actor = random.choice((mine if random.random() < 0.5 else holders) or holders or self.people)
        names = [ref.name for ref in grant.fields] or FIELDS[records[number][""]]
        return Request(actor, random.choice(grant.can), number, random.choice([*names, *names, None]))


def about(one: ast.Literal) -> list[Any]:
    """A constant as a field keeps it, and a unit off."""
    value = one.value
    if one.type.base == "duration":
        value = value.total_minutes(480)
    if one.type.base in STEPS and not isinstance(value, bool):
        return [value, value, value - STEPS[one.type.base], value + STEPS[one.type.base]]
    return [value] if one.type.base in ("text", "enum", "flag", "number", "unit", "territory") else []


def _states(oracle: Oracle, process: str) -> Iterator[tuple[str, Any, str]]:
    from tests.reference.decisions import states_of

    return states_of(oracle, oracle.spec.processes[process].steps, "", "")
