"""Conditions in generated code, against the same written by hand and against engines for expressions.

python -m benchmarks.bench_conditions

Every peer has a process of its own (two of the engines abort when they share one), in which it and the generated code
take turns with the same questions on the same records, and must give the same answers; the median of the ratios counts.
Figures are whole numbers of the smallest unit for all. By hand comes in two forms: *same* tests what may be missing, as the language demands of a
field that nobody has filled in yet; *bare* trusts that everything is there, and fails where it is not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

from benchmarks.table import show

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 25
RECORDS = 200
PEERS = {
    "hand_same": "by hand, same", "hand_bare": "by hand, bare", "cel_rust": "common-expression-language", "cel_cpp": "cel-expr-python", "zen_engine": "zen-engine",
}  # fmt: skip
CONDITIONS = {
    "band": "discount > 5% and discount <= 12% and amount <= 100_000 EUR",
    "either": "(discount > 12% and discount <= 25% and amount <= 100_000 EUR) or (discount <= 25% and amount > 100_000 EUR)",
    "optional": "rating is known and rating in A | B and amount > 10_000 EUR",
    "choice": "kind in special | spare and (urgent or amount between 500 EUR and 20_000 EUR)",
    "through": "customer.exposure + amount <= customer.credit_limit",
    "product": "amount * discount > 1_000 EUR",
}
"""In the language. `amount` and the like are minor units, `discount` hundredths of a per cent for all others."""
CEL = {
    "band": "discount > 500 && discount <= 1200 && amount <= 10000000",
    "either": "(discount > 1200 && discount <= 2500 && amount <= 10000000) || (discount <= 2500 && amount > 10000000)",
    "optional": "rating != null && rating in ['A', 'B'] && amount > 1000000",
    "choice": "kind in ['special', 'spare'] && (urgent || amount >= 50000 && amount <= 2000000)",
    "through": "customer.exposure + amount <= customer.credit_limit",
    "product": "amount * discount > 1000000000",
}
ZEN = {name: text.replace("&&", "and").replace("||", "or") for name, text in CEL.items()}
SPEC = """crmdsl: 1
company: {name: B, currency: EUR, timezone: UTC, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
departments: {sales: {}}
roles: {agent: {department: sales, reports_to: boss}, boss: {department: sales}}
entities:
  customer: {fields: {exposure: money, credit_limit: money}}
  order: {fields: {amount: money, discount: percent, rating: optional D < C < B < A, kind: standard | special | spare,
                   urgent: flag, customer: customer}}
approvals:
"""


def records() -> list[dict[str, Any]]:
    """Orders, half of them about some limit."""
    random = Random(7)
    near = {"amount": (10_000_000, 1_000_000, 50_000, 2_000_000), "discount": (500, 1_200, 2_500)}
    found = []
    for _ in range(RECORDS):
        amount, discount = (
            random.choice(limits) + random.randint(-1, 1)
            if random.random() < 0.5
            else random.randrange(2 * max(limits))
            for limits in near.values()
        )
        customer = {"exposure": random.randrange(10**7), "credit_limit": random.randrange(2 * 10**7)}
        found.append({
            "amount": amount, "discount": discount, "rating": random.choice((None, "A", "B", "C", "D")),
            "kind": random.choice(("standard", "special", "spare")), "urgent": random.random() < 0.5,
            "customer": customer,
        })  # fmt: skip
    return found


class Customer:
    """A record as somebody would write it by hand."""

    __slots__ = ("credit_limit", "exposure")

    def __init__(self, exposure: int | None, credit_limit: int | None) -> None:
        self.exposure = exposure
        self.credit_limit = credit_limit


class Order:
    """A record as somebody would write it by hand."""

    __slots__ = ("amount", "customer", "discount", "kind", "rating", "urgent")

    def __init__(self, customer: dict[str, int], **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        self.customer: Any = Customer(**customer)


BARE: dict[str, Callable[[Any], bool]] = {
    "band": lambda o: o.discount > 500 and o.discount <= 1200 and o.amount <= 10000000,
    "either": lambda o: (
        (o.discount > 1200 and o.discount <= 2500 and o.amount <= 10000000)
        or (o.discount <= 2500 and o.amount > 10000000)
    ),
    "optional": lambda o: o.rating is not None and o.rating in ("A", "B") and o.amount > 1000000,
    "choice": lambda o: o.kind in ("special", "spare") and (o.urgent or 50000 <= o.amount <= 2000000),
    "through": lambda o: o.customer.exposure + o.amount <= o.customer.credit_limit,
    "product": lambda o: o.amount * o.discount > 1000000000,
}


def _through(o: Any) -> bool:
    c = o.customer
    return (
        c is not None
        and c.exposure is not None
        and o.amount is not None
        and c.credit_limit is not None
        and c.exposure + o.amount <= c.credit_limit
    )


SAME: dict[str, Callable[[Any], bool]] = {
    "band": lambda o: (
        o.discount is not None
        and o.discount > 500
        and o.discount <= 1200
        and o.amount is not None
        and o.amount <= 10000000
    ),
    "either": lambda o: (
        o.discount is not None
        and o.amount is not None
        and (
            (o.discount > 1200 and o.discount <= 2500 and o.amount <= 10000000)
            or (o.discount <= 2500 and o.amount > 10000000)
        )
    ),
    "optional": lambda o: o.rating in ("A", "B") and o.amount is not None and o.amount > 1000000,
    "choice": lambda o: (
        o.kind in ("special", "spare") and (o.urgent is True or (o.amount is not None and 50000 <= o.amount <= 2000000))
    ),
    "through": _through,
    "product": lambda o: o.amount is not None and o.discount is not None and o.amount * o.discount > 1000000000,
}

Contest = Iterator[tuple[str, Callable[[Any], Any], list[Any]]]


def by_hand(tests: dict[str, Callable[[Any], bool]]) -> Contest:
    """Functions on plain objects."""
    made = [Order(**one) for one in records()]
    for name, test in tests.items():
        yield name, test, made


def generated(folder: Path) -> Contest:
    """The functions that the compiler makes, on the records that it makes."""
    from importlib import import_module

    from crmdsl.api import check_text, emit
    from crmdsl.syntax.loader import UnreadableInput

    chains = "".join(
        f"  {name}: {{entity: order, requester: agent, otherwise: reject, levels: {{one: {{approver: boss, when: {text}}}}}}}\n"
        for name, text in CONDITIONS.items()
    )
    found = check_text({"spec.yaml": SPEC + chains}, "conditions_bench")
    if found.failed:
        raise UnreadableInput("\n".join(str(one.message) for one in found.diagnostics))
    for file in emit(found.program):
        path = folder / "conditions_bench" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    kinds = import_module("conditions_bench.records")
    made = [_record(kinds, one) for one in records()]
    for name in CONDITIONS:
        when = import_module(f"conditions_bench.chains.{name}").ONE_WHEN
        yield name, when.test, made


def _record(kinds: Any, values: dict[str, Any]) -> Any:
    from decimal import Decimal

    money = {name: Decimal(value) / 100 for name, value in values["customer"].items()}
    return kinds.Order(**(values | {
        "amount": Decimal(values["amount"]) / 100, "discount": Decimal(values["discount"]) / 100,
        "customer": kinds.Customer(**money),
    }))  # fmt: skip


def cel_rust() -> Contest:
    """The package `common-expression-language`: compiled once, contexts are dicts."""
    import cel

    for name, text in CEL.items():
        yield name, cel.compile(text).execute, records()


def cel_cpp() -> Contest:
    """The package `cel-expr-python`: typed and compiled once, contexts are dicts."""
    from cel_expr_python import cel

    kinds = dict.fromkeys(("amount", "discount"), cel.Type.INT) | dict.fromkeys(
        ("rating", "kind", "customer"), cel.Type.DYN
    )
    env = cel.NewEnv(variables=kinds | {"urgent": cel.Type.BOOL})
    for name, text in CEL.items():
        expression = env.compile(text)
        yield name, lambda record, expression=expression: expression.eval(data=record).value(), records()  # type: ignore[misc]


def zen_engine() -> Contest:
    """The package `zen-engine`: expressions compiled once, contexts are dicts."""
    import zen

    for name, text in ZEN.items():
        yield name, zen.compile_expression(text).evaluate, records()


CONTESTS: dict[str, Callable[[], Contest]] = {
    "hand_same": lambda: by_hand(SAME), "hand_bare": lambda: by_hand(BARE), "cel_rust": cel_rust, "cel_cpp": cel_cpp,
    "zen_engine": zen_engine,
}  # fmt: skip


def measure(peer: str) -> None:
    """Ask a peer and the generated code in turn; prints the median time of ours, and of the ratio of theirs to it."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for (name, test, made), (_, own, ours) in zip(CONTESTS[peer](), generated(Path(folder)), strict=True):
            for place, (theirs, record) in enumerate(zip(made, ours, strict=True)):
                assert bool(test(theirs)) == own(record, None), (peer, name, place)
            repeats = [max(1, int(0.01 / max(once(*one, 1), 1e-6))) for once, one in
                       ((with_facts, (own, ours)), (alone, (test, made)))]  # fmt: skip
            times = []
            for _ in range(ROUNDS):
                mine = with_facts(own, ours, repeats[0]) / repeats[0] / len(made)
                times.append((mine, alone(test, made, repeats[1]) / repeats[1] / len(made)))
            found[name] = median(mine for mine, _ in times), median(peers / mine for mine, peers in times)
    print(json.dumps(found))


def alone(test: Callable[..., Any], made: list[Any], repeats: int) -> float:
    """Seconds of the processor for all records, several times."""
    start = process_time()
    for _ in range(repeats):
        for record in made:
            test(record)
    return process_time() - start


def with_facts(test: Callable[..., Any], made: list[Any], repeats: int) -> float:
    """The same for a function that is also given the facts around the record."""
    start = process_time()
    for _ in range(repeats):
        for record in made:
            test(record, None)
    return process_time() - start


def main() -> None:
    """Each peer in a process of its own."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for peer in CONTESTS:
        command = [sys.executable, "-m", "benchmarks.bench_conditions", peer]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        if done.returncode:
            print(f"{PEERS[peer]}: not measured ({done.stderr.strip().splitlines()[-1:]})")
        else:
            found[peer] = json.loads(done.stdout)
    rows = []
    for name in CONDITIONS:
        own = median(times[name][0] for times in found.values())
        ratios = [1 / times[name][1] if peer.startswith("hand") else times[name][1] for peer, times in found.items()]
        rows.append(
            [name, f"{own * 1e9:.0f} ns", *(f"{ratio:.2f}" if ratio < 5 else f"{ratio:.0f}" for ratio in ratios)]
        )
    head = [f"{PEERS[peer]}: {'ratio to it' if peer.startswith('hand') else 'times slower'}" for peer in found]
    show("Conditions in generated code", ["condition", "generated", *head], rows)


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
