"""A company whose fields have so few values that all cases can be tried, and conditions on them made at random."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from crmdsl.api import check_text
from crmdsl.conditions.ast import Expr
from crmdsl.resolve.resolved import Resolved
from tests.reference.evaluation import Record, World, value_of
from tests.reference.organisation import Organisation

SPEC = """
crmdsl: 1
company: {name: T, language: en, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-13:00", "14:00-18:00"]}}}
departments: {sales: {head: agent}}
roles: {agent: {department: sales}}
entities:
  partner:
    fields: {name: text, limit: {type: optional money, max: 0.03 EUR}, grade: low < mid < high, blocked: flag}
  order:
    fields:
      amount: {type: money, max: 0.04 EUR}
      cost: {type: money, max: 0.03 EUR}
      discount: {type: percent, max: 0.03%}
      margin: {type: optional percent, min: -0.01%, max: 0.02%}
      count: {type: integer, min: -1, max: 3}
      score: {type: number, min: 0, max: 2}
      kind: standard | special | other
      rating: optional D < C < B
      paid: optional flag
      urgent: flag
      due: {type: date, min: 2026-03-01, max: 2026-03-03}
      partner: optional partner
      backup: partner
      gross: {type: money, derived: amount * 2}
      net: {type: money, derived: amount - cost}
      share: {type: money, derived: amount * (100% - discount)}
      large: {type: flag, derived: amount > 0.02 EUR}
      memo: optional text
      settled: {type: optional flag, derived: paid}
approvals:
  chain: {entity: order, requester: agent, levels: {LEVELS}}
"""
CENTS = [f"0.0{n} EUR" for n in range(5)]
CONSTANTS: dict[str, list[str]] = {
    "amount": [*CENTS, "0.05 EUR"], "cost": CENTS, "discount": ["0%", "0.01%", "0.02%", "0.03%", "0.05%"],
    "margin": ["0%", "0.01%", "0.02%", "-0.01%"], "count": ["-1", "0", "1", "2", "3", "7"],
    "score": ["0", "0.5", "1", "1.25", "2"], "due": ["2026-03-01", "2026-03-02", "2026-03-03"],
    "kind": ["standard", "special", "other"], "rating": ["D", "C", "B"], "partner.limit": CENTS[:4],
    "partner.grade": ["low", "mid", "high"], "backup.limit": CENTS[:4], "backup.grade": ["low", "mid", "high"],
    "gross": ["0.02 EUR", "0.03 EUR", "0.04 EUR"], "net": ["-0.01 EUR", "0 EUR", "0.02 EUR"],
    "share": ["0.01 EUR", "0.02 EUR", "0.03 EUR"], "backup.name": ['"a"', '"b"'],
    "memo": ['"a"', '"b"'],
}  # fmt: skip
OPTIONAL = {"memo": "memo", "settled": "settled", "margin": "margin", "rating": "rating", "paid": "paid",
            "partner.limit": "partner.limit", "partner.grade": "partner", "backup.limit": "backup.limit",
            "partner.blocked": "partner"}  # fmt: skip
FLAGS = ["settled", "paid", "urgent", "large", "partner.blocked", "backup.blocked"]
PLAIN = {"kind", "backup.name", "memo"}
SIGNS = ["=", "!=", "<", "<=", ">", ">="]
RELATED = [
    "amount > cost", "amount + cost <= 0.04 EUR", "amount >= 2 * cost", "cost * 3 < amount + 0.01 EUR",
    "amount * discount > 0.02 EUR * 0.01%", "net > 0 EUR", "share >= 0.02 EUR", "amount * 2 > 0.03 EUR",
    "amount / 2 > 0.01 EUR", "0.04 EUR - amount < cost", "backup.grade < mid or backup.grade = high",
    "count * count > 1", "100 * discount <= 2%", "cost > 0 EUR and amount / cost > 1.5", "score * 2 >= 2.5",
    "backup.limit is known and amount <= backup.limit", "partner.limit is known and amount + cost <= partner.limit",
    "partner is known and partner.grade = backup.grade", "urgent = large", "count + 1 > 2",
    "memo is known and memo = backup.name", "memo is known and memo != backup.name", "(settled is known) = urgent",
]  # fmt: skip


def atom(random: Random, fields: list[str]) -> str:
    """One comparison."""
    field = random.choice(fields)
    guard = f"{OPTIONAL[field]} is known and " if field in OPTIONAL else ""
    if field in FLAGS:
        return f"({guard}{random.choice(['', 'not '])}{field})"
    values = CONSTANTS[field]
    if random.random() < 0.12 and field in OPTIONAL:
        return f"{OPTIONAL[field]} is {random.choice(['known', 'missing'])}"
    form = random.random()
    if form < 0.12 and field not in PLAIN:
        low, high = sorted(random.sample(range(len(values)), 2)) if len(values) > 1 else (0, 0)
        return f"({guard}{field} between {values[low]} and {values[high]})"
    if form < 0.25:
        return f"({guard}{field} in {' | '.join(random.sample(values, min(2, len(values))))})"
    sign = random.choice(SIGNS[:2] if field in PLAIN else SIGNS)
    return f"({guard}{field} {sign} {random.choice(values)})"


def condition(random: Random, fields: list[str], related: float, depth: int = 2) -> str:
    """A condition on some fields; a share of the comparisons are between fields."""
    if depth == 0 or random.random() < 0.25:
        return f"({random.choice(RELATED)})" if random.random() < related else atom(random, fields)
    parts = [condition(random, fields, related, depth - 1) for _ in range(random.choice([1, 2, 2, 3]))]
    joined = random.choice([" and ", " or "]).join(parts)
    return f"not ({joined})" if random.random() < 0.2 else f"({joined})"


def level(number: int, condition: str) -> str:
    """A level of the chain."""
    when = f"when: '{condition}', " if condition else ""
    return f"l{number}: {{{when}approver: agent}}"


def resolved(conditions: list[str], spec: str = SPEC) -> tuple[Resolved, list[Expr | None]]:
    """The typed trees of some conditions (an empty one is none)."""
    levels = ", ".join(
        level(n, one) for n, one in enumerate(conditions)
    )  # fmt: skip
    found = check_text({"a.yaml": spec.replace("LEVELS", levels)})
    faults = [one for one in found.diagnostics if one.code.startswith("condition") or one.code == "unknown-name"]
    assert not faults, faults
    chain = found.program.spec.approvals["chain"]
    return found.program.resolved, [found.program.resolved.typed(level.when) for level in chain.levels.values()]


# all cases

VALUES: dict[str, list[Any]] = {
    "amount": list(range(5)), "cost": list(range(4)), "discount": list(range(4)), "margin": [None, *range(-1, 3)],
    "count": list(range(-1, 4)), "kind": ["standard", "special", "other"], "rating": [None, "D", "C", "B"],
    "score": [Fraction(n, 8) for n in range(17)], "paid": [None, True, False], "urgent": [True, False],
    "due": [date(2026, 3, n) for n in (1, 2, 3)], "memo": [None, "a", "b", "x1", "x2"],
}  # fmt: skip
INNER: dict[str, list[Any]] = {
    "limit": [None, *range(4)], "grade": ["low", "mid", "high"], "blocked": [True, False],
    "name": ["a", "b", "x1", "x2"],
}  # fmt: skip
DERIVED = {"gross": ["amount"], "net": ["amount", "cost"], "share": ["amount", "discount"], "large": ["amount"],
           "settled": ["paid"]}  # fmt: skip


def based(names: set[str]) -> list[str]:
    """The fields that are stored, behind those that conditions mention."""
    found: set[str] = set()
    for name in names:
        found.update(DERIVED.get(name, [name]))
    if any(name.startswith("partner.") for name in found):
        found.add("partner")
    return sorted(found)


def cases(names: set[str]) -> Iterator[dict[str, Any]]:
    """Every combination of values of some fields (paths); `partner` is there or not."""
    fields = based(names)
    domains = []
    for name in fields:
        if name == "partner":
            domains.append([None, "known"])
        else:
            first, _, last = name.partition(".")
            domains.append(INNER[last] if last else VALUES[first])
    for chosen in product(*domains):
        yield dict(zip(fields, chosen, strict=True))


def record(case: dict[str, Any]) -> Record:
    """A record with the values of a case; the others are of no importance."""
    found: Record = {"": "order"}
    for name in ("partner", "backup"):
        inner = {"": "partner", **{f: case.get(f"{name}.{f}", INNER[f][-1]) for f in INNER}}
        found[name] = inner if name == "backup" or case.get("partner", "known") else None
    for name, values in VALUES.items():
        found[name] = case.get(name, values[-1])
    return found


class Truth:
    """Which conditions hold in which case, by trying them all."""

    def __init__(self, resolved: Resolved, trees: list[Expr | None], names: set[str]) -> None:
        self.cases = list(cases(names))
        organisation = Organisation(resolved.spec)
        self.held: list[tuple[bool, ...]] = []
        for case in self.cases:
            world = World(resolved, organisation, record(case), date(2026, 3, 2))
            self.held.append(tuple(tree is None or value_of(tree, world) is True for tree in trees))


def size(names: set[str]) -> int:
    """How many cases there are."""
    total = 1
    for name in based(names):
        first, _, last = name.partition(".")
        total *= 2 if name == "partner" else len(INNER[last] if last else VALUES[first])
    return total
