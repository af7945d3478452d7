"""Random conditions, and the worlds in which it shows whether a target means the same: about the constants named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from crmdsl.conditions import ast
from crmdsl.conditions.checker import check
from crmdsl.conditions.derived import inlined
from crmdsl.conditions.faults import SyntaxFault
from crmdsl.conditions.parser import parse
from crmdsl.conditions.python import paths
from crmdsl.conditions.scope import Scope, Vocabulary
from crmdsl.ir.casespace import CaseSpace
from crmdsl.model.currencies import DECIMALS
from crmdsl.resolve.resolved import Resolved
from tests.differential.generated import resolved
from tests.generators.conditions import RATINGS, Conditions, money, percent
from tests.generators.specs import generate
from tests.generators.values import Values, literals
from tests.reference.evaluation import World, company_day, holds, of_person
from tests.reference.interpreter import Reference
from tests.reference.organisation import Organisation

STATES = ("s0", "s1", "s1.x", "s1.x.y", "s10")
STEPS: dict[str, Any] = {
    "money": 1, "percent": 1, "integer": 1, "duration": 1, "number": Fraction(1, 100), "date": timedelta(days=1),
    "instant": timedelta(seconds=1),
}  # fmt: skip
APART = (*range(-6, 7), -19, -20, -21, -29, -30, -31)
"""Days between what is due and the day, about those that conditions name."""
HOSTILE = ("'); drop table t; --", "\\'; x", "a'b", '"} || true', "\u2028\u202e", "$$", "%s", "é\t")


class States:
    def has(self, name: str) -> bool:
        return name in STATES

    def near(self, name: str) -> str | None:
        return None


@dataclass
class Sample:
    """Conditions of one entity of a spec, and worlds."""

    spec: Resolved
    entity: str
    texts: list[str]
    trees: list[ast.Expr]
    """With derived fields written out."""
    worlds: list[World]
    held: list[list[bool]]
    """For each world, whether each condition holds by the reference."""
    decimals: int
    day: int

    def read(self) -> list[ast.Path]:
        """Every path that a condition reads, once."""
        found = {(path.root, path.parts): path for tree in self.trees for path in paths(tree)}
        return list(found.values())

    def shown(self, world: int, condition: int) -> str:
        """A difference, to be read."""
        at = self.worlds[world]
        facts = f"today={at.today} states={at.states} requester={at.requester} actor={at.actor}"
        return f"{self.texts[condition]}\n  on {at.record}\n  {facts}: {self.held[world][condition]} by the reference"


def extras(random: Random, currency: str) -> list[str]:
    """Shapes that the generated specs have no use for."""
    r, op = random, random.choice(("<", "<=", ">", ">=", "=", "!="))
    some, share, text = money(r, currency), percent(r), quote(r.choice(HOSTILE))
    return [
        f"ceiling is known and amount / ceiling {op} {r.choice(('0.5', '1.5', '1.0'))}",
        f"ceiling is known and amount / ceiling {op} weight",
        f"ceiling is known and (amount - {some}) / ceiling {op} {share} / 7%",
        f"ceiling is known and amount / ceiling * 3.0 {op} weight / 2.5 + net / ceiling",
        f"amount * weight - net / 3 {op} {some}",
        f"-amount {op} -({some}) - client.exposure",
        f"discount * 3 {op} {share} - discount * discount",
        f"discount / 40% {op} weight * weight - 1.25",
        f"weight / 3 {op} {r.choice(('0.5', '0.25', '-1.5'))}",
        f"weight * 0.0 {op} 0.0",
        f"amount between net and {some}",
        f"quantity * quantity * quantity {op} quantity + 6",
        f"quantity in {r.randint(0, 4)} | 7 | 50",
        f"quantity / 4 {op} weight",
        f"rush {r.choice(('=', '!='))} client.blocked",
        f"(amount > {some}) {r.choice(('=', '!='))} rush",
        f"(grade is known and grade > C) = (amount {op} {some})",
        f"grade is known and client.rating is known and grade {op} client.rating",
        f"grade is known and {r.choice(RATINGS)} {op} grade",
        f"grade is known and grade between {r.choice(RATINGS)} and B",
        f"amount + client.exposure {op} amount", f"quantity - quantity {op} quantity * 0", "weight is missing",
        "true", "not false", "net is missing", "pressing is known", "home is known", "client.title is missing",
        f"due is known and due + (due - today) * 50% {op} today",
        f"due is known and (due - today) * 2 {op} 5d elapsed",
        f"due is known and today - 2d elapsed {op} due",
        f"due is known and due - 5d elapsed {op} today",
        "pressing", "not pressing",
        f"due is known and due - 5d elapsed {op} today - 1d elapsed",
        f"due is known and (today - due) / 3d elapsed {op} weight",
        f"called is known and called + 5h elapsed {op} 2026-05-01T12:00",
        f"called is known and called - 2026-05-01T09:00 {op} 90m elapsed",
        f"called is known and called + (called - 2026-05-01T09:00) * 50% {op} 2026-05-01T12:00",
        f"spent is known and spent * 150% {op} 1d - 30m",
        "requester.role = actor.role", "requester.role != actor.role", "actor.unit is known",
        "lead is known and lead != requester", "lead is known and lead.unit = actor.unit",
        f"state = {r.choice(STATES)}", f"state != {r.choice(STATES)}", "state in s0 | s1.x", "not (state = s1)",
        f"remark is known and remark = {text}", f"client.title != {text}", f"client.title in {text} | {quote('x')}",
        f"remark is known and remark {r.choice(('=', '!='))} client.title", "client = client",
    ]  # fmt: skip


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typed(spec: Resolved, entity: str, text: str) -> ast.Expr | None:
    """The tree, with every optional field taken as known; `None` where the language refuses the condition."""
    parsed = parse(text)
    assert not isinstance(parsed, SyntaxFault), text
    fields = frozenset(spec.spec.entities[entity].fields)
    found, _ = check(parsed, Scope(Vocabulary(spec.spec), entity, states=States(), known=fields))
    return found


def conditions(random: Random, spec: Resolved, count: int) -> Iterator[tuple[str, ast.Expr]]:
    company = spec.spec.company
    assert company is not None
    made = Conditions(random, company.currency, list(spec.spec.roles))
    special = extras(random, company.currency)
    for number in range(count):
        text = special[number] if number < len(special) else made.condition("order", 3)
        if number >= len(special) and random.random() < 0.3:
            sign = random.choice((" and ", " or "))
            text = f"{random.choice(('', 'not '))}(({random.choice(special)}){sign}({text}))"
        tree = typed(spec, "order", text)
        if tree is not None:
            yield text, tree


def sample(seed: int, count: int, worlds: int) -> Sample:
    """The sample of a seed: conditions, and at least so many worlds."""
    random = Random(seed)
    spec = resolved(generate(seed, 1), "sample")
    found = list(conditions(random, spec, count))
    typed_trees = [tree for _, tree in found]
    field = CaseSpace(spec).field
    trees = [inlined(tree, field) for tree in typed_trees]
    made = Worlds(random, spec, trees)
    every = [*made.targeted(), *(made.any() for _ in range(worlds))]
    held = [[holds(tree, world) for tree in typed_trees] for world in every]
    company = spec.spec.company
    assert company is not None
    return Sample(
        spec,
        "order",
        [text for text, _ in found],
        trees,
        every,
        held,
        DECIMALS[company.currency],
        company_day(every[0]),
    )


def read(sample: Sample, world: World, path: ast.Path, count: int) -> Any:
    """What the first parts of a path lead to, as stored; `None` if it is unknown."""
    parts = path.parts[:count]
    if path.root != "record":
        return of_person(world, getattr(world, path.root), parts)
    value: Any = world.record
    entity: str | None = sample.entity
    for place, part in enumerate(parts):
        if value is None or entity is None:
            return None
        kind = sample.spec.spec.entities[entity].fields[part].type
        assert kind is not None
        value, entity = value.get(part), kind.entity or None
        rest = parts[place + 1 :]
        if kind.base == "person" and rest:
            return of_person(world, value, rest)
        if kind.base == "unit" and rest:
            return None if value is None else sample.spec.spec.sales_network[value].kind
    return value


class Worlds:
    """Makes worlds about the constants of some conditions."""

    def __init__(self, random: Random, spec: Resolved, trees: list[ast.Expr]) -> None:
        self.random = random
        self.spec = spec
        self.trees = trees
        self.organisation = Organisation(spec.spec)
        self.values = Values(random, Reference(spec))
        self.pool: dict[str, list[Any]] = {}
        for tree in trees:
            for one in literals(tree):
                self.pool.setdefault(one.type.base, []).extend(around(one))

    def any(self) -> World:
        """Any world, most of its figures next to some constant."""
        random = self.random
        people = [*self.organisation.people, None]
        record = self.values.record("order")
        for entity, part in (("order", record), ("client", record["client"] or {})):
            for name, field in self.spec.spec.entities[entity].fields.items():
                pool = self.pool.get(field.type.base if field.type else "")
                if pool and part.get(name) is not None and name in part and random.random() < 0.7:
                    part[name] = random.choice(pool)
        today = random.choice((date(2026, 3, 15), date(2026, 6, 1), record.get("due") or date(2026, 1, 31)))
        return World(
            self.spec, self.organisation, record, today + timedelta(days=random.choice(APART)),
            tuple(random.sample(STATES, random.randint(0, 2))), random.choice(people), random.choice(people),
        )  # fmt: skip

    def targeted(self) -> Iterator[World]:
        """For each condition: a field that it reads at a constant of it, a unit off, missing, at every value."""
        for tree in self.trees:
            fields = [path for path in paths(tree) if path.root == "record"]
            if not fields:
                continue
            path = self.random.choice(fields)
            values = [value for one in literals(tree) if one.type.base == path.type.base for value in around(one)]
            tried = values if len(values) <= 3 else self.random.sample(values[:9], 3)
            for value in (*tried, *self.random.sample(path.type.values, min(2, len(path.type.values))), None):
                world = self.any()
                assert world.record is not None
                record: Any = world.record
                for part in path.parts[:-1]:
                    record = record.get(part) if isinstance(record, dict) else None
                if isinstance(record, dict):
                    record[path.parts[-1]] = value
                yield world


def around(one: ast.Literal) -> list[Any]:
    """A constant as a field would keep it, and a unit off."""
    base, value = one.type.base, one.value
    if base == "duration":
        value = value.total_minutes(480)
    if base in STEPS and not isinstance(value, bool):
        return [value, value - STEPS[base], value + STEPS[base]]
    return [value] if base == "text" else []
