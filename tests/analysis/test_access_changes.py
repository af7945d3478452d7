"""What is told of access is what differs between two policies, by the oracle's word: all of it, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from crmdsl.analysis.changes import access, analyze
from crmdsl.analysis.changes.access.parties import Whose
from crmdsl.analysis.changes.access.question import HISTORIES, Question, Standing
from crmdsl.analysis.changes.access.situations import Situation
from crmdsl.analysis.changes.change import Change, Kind, Pair, Request
from crmdsl.conditions.regions.cases import cell_of
from crmdsl.conditions.regions.relations import MISSING
from crmdsl.conditions.regions.variables import Choice, Relation, Sum, Variable
from crmdsl.ir.lower import lower
from tests.analysis.test_changes import SPEC, checked
from tests.differential.generated import UnsoundError
from tests.differential.generated import resolved as spec_of
from tests.generators.policies import Making, World, world
from tests.generators.policy_pairs import pair
from tests.reference.decisions import Oracle
from tests.reference.decisions import Request as Asked
from tests.reference.evaluation import Record
from tests.reference.organisation import Organisation

THOROUGH = int(os.environ.get("CRMDSL_THOROUGH", "1"))


class Watched(access.Comparing):
    """Remembers every question that was asked, with what it found."""

    asked: list[tuple[Question, Any, tuple[str, ...]]]
    open: list[Any]

    def _one(self, question: Question, one: Any, fields: Any, names: Any) -> Any:
        self.asked.append((question, one, fields))
        return super()._one(question, one, fields, names)


class Compared:
    """Two generated policies, with an oracle each."""

    def __init__(self, seed: int) -> None:
        before, now = pair(seed)
        specs = [spec_of(text, f"pair_{seed}") for text in (before, now)]
        self.world: World = world(seed, 0, 25, before)
        self.oracles = [Oracle(spec, Organisation(spec.spec), self.world.today) for spec in specs]
        self.pair = Pair(lower(specs[0]), lower(specs[1]))
        self.comparing = Watched(self.pair)
        self.comparing.asked = []
        self.changes: list[Change] = []
        for entity in specs[1].spec.entities:
            found = [one for action in access.ACTIONS for one in self.comparing.found(entity, action)]
            self.changes += [self.comparing.told(group) for group in access._joined(found)]

    def answers(self, actor: str, action: str, record: Record, field: str | None) -> list[bool]:
        return [
            actor in oracle.organisation.people and oracle.decide(actor, action, record, field)
            for oracle in self.oracles
        ]  # fmt: skip

    def requests(self, count: int) -> Iterator[tuple[str, str, Record, str | None]]:
        made = Making(Random(self.world.seed), self.oracles[1])
        other = Making(Random(self.world.seed), self.oracles[0])
        for number in range(count):
            asked: Asked = (made, other)[number % 2].request(self.world.records)
            record = self.possible(self.world.records[asked.record], asked.action)
            fields = self.oracles[0].spec.entities[record[""]].fields
            if asked.action in access.ACTIONS and (asked.field is None or asked.field in fields):
                yield asked.actor, asked.action, record, asked.field

    def possible(self, record: Record, action: str) -> Record:
        """A record in one state at most, since two need not go together, and no case for what is being created."""
        found = {**record, "#states": (record.get("#states") or [])[:1] if action != "create" else []}
        for name, field in self.oracles[0].spec.entities[record[""]].fields.items():
            inner = found.get(name)
            if isinstance(inner, dict) and field.type is not None:
                for key, declared in self.oracles[0].spec.entities[field.type.entity].fields.items():
                    if declared.type and not declared.type.optional and inner.get(key) is None:
                        found[name] = inner = {**inner, key: self.plain(declared.type.base)}
        return found

    def is_head(self, actor: str, action: str, entity: str) -> bool:
        """Whether somebody is asked about himself, and not as one who is like another."""
        placed = self.comparing.placed(entity, action)
        return any(actor == names[0] for names in self.comparing.alike(placed=placed))

    @staticmethod
    def plain(base: str) -> Any:
        return {"text": "x", "flag": False}.get(base, 0)

    def regions(self, actor: str, action: str, entity: str, field: str | None) -> list[tuple[Question, Any]]:
        """What was found for somebody himself."""
        return [
            (question, one) for question, one, fields in self.comparing.asked
            if question.asking.person == actor and (question.asking.action, question.asking.entity) == (action, entity)
            and (field or "") in fields
        ]  # fmt: skip


def holds(question: Question, region: dict[int, int], record: Record, actor: str, oracle: Oracle) -> bool | None:
    """Whether a record is in a region, `None` where nobody can tell."""
    values: dict[int, Any] = {}
    for variable, path in question.space.fields:
        values[variable.index] = follow(record, path, question, variable)
    for one in question.variables:
        if one.name in ("requester", "today"):
            people = {each.name: each for each in getattr(one, "values", ())}
            today = oracle.today.toordinal()
            values[one.index] = today if one.name == "today" else people.get(record.get("#requester"), MISSING)
    told = True
    for index, mask in region.items():
        cell = place_of(question, question.variables[index], values, record, actor)
        if cell is None:
            told = False
        elif not cell & mask:
            return False
    return True if told else None


def place_of(question: Question, one: Variable, values: dict[int, Any], record: Record, actor: str) -> int | None:
    if isinstance(one, Relation):
        if one.test is None:
            return None
        known = [values[index] for index in one.variables]
        held = None if MISSING in known else one.test(*known)
        return 1 << (True, False, None).index(held)
    if isinstance(one, Sum):
        inside = {index: values[index] for index in one.variables}
        return None if MISSING in inside.values() else 1 << one.cell(one.total(inside))
    if one.index in values:
        return cell_of(one, values[one.index])
    assert isinstance(one, Choice)
    return 1 << around(question, one, record, actor)


def around(question: Question, one: Choice, record: Record, actor: str) -> int:
    """The place of what is around a record among the values of a variable."""
    asking = question.asking
    if one.name == "records":
        creator, owner = record.get("#creator"), record.get("#owner")
        creator = actor if creator is None and asking.action == "create" else creator
        whose = Whose(creator, owner)
        reached = tuple(tuple(r.reaches is None or r.reaches(whose) for r in rights) for rights in asking.rights)
        asked = any("create" in asking.bars(side)[1] for side in (0, 1))
        key = reached, asked and creator == actor
        kept: list[Standing] = one.values
        return [(each.reached, each.created) for each in kept].index(key)
    if one.name == "case":
        places = {(record.get("#process"), state) for state in record["#states"]}
        found: list[Situation] = one.values
        return next((n for n, each in enumerate(found) if places & set(each.alike)), 0)
    names = record.get(f"#{one.name}")
    return HISTORIES.index("unknown" if names is None else "actor" if actor in names else "others")


def follow(record: Any, path: tuple[str, ...], question: Question, variable: Variable) -> Any:
    for part in path:
        record = record.get(part) if isinstance(record, dict) else None
    if record is None:
        return MISSING
    if variable.base == "reference":
        return "known"
    if variable.base == "date":
        return record.toordinal()
    if variable.base == "instant":
        return record.toordinal() * 86_400 - 86_400 + record.hour * 3_600 + record.minute * 60 + record.second
    if variable.base == "person":
        return next((one for one in getattr(variable, "values", ()) if one.name == record), MISSING)
    return record


def check(seed: int, count: int) -> int:
    """How many answers differ; fails where a region says otherwise."""
    compared = Compared(seed)
    differing = 0
    for actor, action, record, field in compared.requests(count):
        before, now = compared.answers(actor, action, record, field)
        differing += before != now
        if (field is None) == (action in ("create", "delete")) and compared.is_head(actor, action, record[""]):
            told = set()
            doubt = False
            for question, one in compared.regions(actor, action, record[""], field):
                inside = holds(question, one.region, record, actor, compared.oracles[1])
                doubt |= inside is None
                if inside:
                    told.add((bool(one.before), bool(one.now)))
            shown = f"seed {seed}: {actor} {action} {field} of {record}: {before} {now}, told {told}"
            assert doubt or told == ({(before, now)} if before != now else set()), shown
        elif before != now and action not in ("create", "delete") and field is not None:
            assert any(tells(one, actor, action, record[""], field, gained=now) for one in compared.changes)
    for change in compared.changes:
        witnessed(compared, change)
    return differing


def tells(change: Change, actor: str, action: str, entity: str, field: str, *, gained: bool) -> bool:
    found = change.access
    if found is None or (found.entity, change.kind is Kind.GAINED) != (entity, gained):
        return False
    return action in found.actions and field in found.fields


def witnessed(compared: Compared, change: Change) -> None:
    """A request is answered as it is said to be, by both oracles."""
    found = change.access
    assert found is not None
    if found.request is None or found.request.person is None:
        return
    asked = found.request
    record = as_record(compared, asked, found.entity)
    before, now = compared.answers(found.request.person, asked.action, record, asked.on)
    assert (before, now) == (change.kind is Kind.LOST, change.kind is Kind.GAINED), (
        compared.world.seed,
        change,
        record,
    )


def as_record(compared: Compared, asked: Request, entity: str) -> Record:
    found: Record = {"": entity, "#creator": asked.creator, "#owner": asked.owner, "#requester": asked.requester}
    found |= {"#process": asked.process or None, "#states": list(asked.states)}
    for name in ("writers", "signers"):
        done = asked.history.get(name, "others")
        found[f"#{name}"] = None if done == "unknown" else [asked.person] if done == "actor" else []
    for path, value in sorted(asked.values.items()):
        record, at = found, entity
        for part in path[:-1]:
            declared = compared.oracles[1].spec.entities[at].fields[part].type
            assert declared is not None
            at = declared.entity
            if not isinstance(record.get(part), dict):
                record[part] = {"": at}
            record = record[part]
        declared = compared.oracles[1].spec.entities[at].fields[path[-1]].type
        assert declared is not None
        kept = {"": declared.entity} if declared.base == "reference" else value
        record[path[-1]] = Fraction(kept) if declared.base == "number" else kept
    for oracle in compared.oracles:
        oracle.today = asked.today or compared.world.today
    return found


def test_what_is_told_of_access_is_what_changed() -> None:
    found = 0
    for seed in range(8):
        try:
            found += check(seed, 150)
        except UnsoundError:
            continue
    assert found > 10


@pytest.mark.slow
def test_what_is_told_of_access_is_what_changed_in_many_policies() -> None:
    for seed in range(100, 100 + 16 * THOROUGH):
        try:
            check(seed, 400)
        except UnsoundError:
            continue


def test_who_stood_above_loses_what_those_below_read() -> None:
    old = SPEC.replace(
        "can: [create, read, update], on: [order, customer]}",
        "can: [create, update], on: [order, customer]}\n    - {role: agent, can: read, on: order, scope: own}",
    )
    new = old.replace("agent: {department: all, reports_to: boss", "agent: {department: all, reports_to: owner")
    found = [one for one in analyze(checked(old).program, checked(new).program) if one.section == "access"]
    (lost,) = found
    assert lost.access is not None
    assert (lost.kind, lost.access.roles, lost.access.actions) == (Kind.LOST, ("boss",), ("read",))
    assert set(lost.region[0].values) == {"own", "below", "unowned"}


PLAIN = """\
crmdsl: 1
company: {name: A, currency: EUR, timezone: Europe/Rome, calendar: c}
calendars: {c: {hours: {mon-fri: ["08:00-12:00"]}}}
departments: {d: {head: boss}}
roles: {boss: {department: d}, clerk: {department: d, reports_to: boss}}
entities: {o: {owner: clerk, fields: {m: money}}}
access: {grants: [{role: clerk, can: [create, read, update], on: o, scope: all}]}
"""


def test_people_who_are_listed_now_are_compared() -> None:
    listed = PLAIN + "people: {anna: {roles: clerk}, bea: {roles: [boss, clerk]}}\n"
    for old, new in ((PLAIN, listed), (listed, PLAIN)):
        assert analyze(checked(old).program, checked(new).program)


SELLING = """\
    - {role: [agent, boss], can: [create, read, update], on: order, scope: own, when: amount <= 9 EUR}
    - {role: boss, can: read, on: customer}
"""
RENAMED = {
    "process": [("selling:", "sales:")],
    "step": [("start: quote", "start: offer"), ("      quote: {", "      offer: {"), ("wait: quote", "wait: offer")],
    "entity": [("  customer: {fields", "  client: {fields"), ("optional customer", "optional client"),
               ("on: customer", "on: client")],
    "field": [("discount: {type", "rebate: {type"), ("cost, discount,", "cost, rebate,"),
              ("discount > 5% and discount <= 12%", "rebate > 5% and rebate <= 12%"),
              ("when: discount > 12%", "when: rebate > 12%")],
    "role": [("  agent: {dep", "  seller: {dep"), ("owner: agent", "owner: seller"), ("{role: agent", "{role: seller"),
             ("requester: agent", "requester: seller"), ("[agent, boss], can", "[seller, boss], can")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "more"), [*((what, False) for what in RENAMED), ("process", True), ("role", True), ("entity", True)]
)
def test_what_is_renamed_is_neither_lost_nor_gained(what: str, more: bool) -> None:
    old = SPEC.partition("    - {role")[0] + SELLING
    old = old.replace("discount: percent", "discount: {type: percent, max: 50%}")
    new = old
    for before, now in RENAMED[what]:
        assert before in new, before
        new = new.replace(before, now)
    found = analyze(checked(old).program, checked(new.replace("9 EUR", "10 EUR") if more else new).program)
    assert [one.before for one in found if one.kind is Kind.RENAMED] != []
    assert any(one.effects for one in found), "it breaks what it breaks"
    kinds = {one.kind for one in found if one.section == "access"}
    assert kinds == ({Kind.GAINED} if more else set())
