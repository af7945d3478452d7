"""Decisions on access: the generated package against a function written by hand, a set of permissions and engines.

python -m benchmarks.bench_access

Small: 8 roles and 6 entities, half of the grants under a condition. Large: 200 roles, 50 entities, 10,000 grants of five
actions. Every peer is asked the same requests, with its handles made before; those that are not installed are left out.
Loading is the time of the first decision of a package that was compiled before.
"""

from __future__ import annotations

import importlib
import json
import py_compile
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.table import medians, show
from crmdsl.api import check_text, emit

ACTIONS = ("create", "read", "update", "delete", "export")
Ask = Callable[[int, int, int], object]


def spec(roles: int, entities: int) -> str:
    """A company in which every role has a grant on every entity."""
    lines = ["crmdsl: 1", "company: {name: Bench, currency: EUR, timezone: Europe/Rome, calendar: c}",
             'calendars: {c: {hours: {mon-fri: "09:00-17:00"}}}', "departments: {d: {}}", "roles:"]  # fmt: skip
    lines += [f"  r{n}: {{department: d}}" for n in range(roles)]
    lines += ["entities:", *(f"  e{n}: {{owner: r0, fields: {{amount: money, kind: a | b}}}}" for n in range(entities))]
    lines += ["access:", "  grants:"]
    for role in range(roles):
        for entity in range(entities):
            when = ", when: amount <= 100 EUR" if (role + entity) % 2 else ""
            lines.append(f"    - {{role: r{role}, can: [{ACTIONS[role % 5]}, read], on: e{entity}{when}}}")
    return "\n".join(lines) + "\n"


def package(roles: int, entities: int, folder: Path) -> tuple[Ask, float]:
    """The generated package, and the seconds that its first decision takes."""
    name = f"bench_{roles}"
    found = check_text({"spec.yaml": spec(roles, entities)}, name)
    for file in emit(found.program):
        path = folder / name / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
        if path.suffix == ".py":
            py_compile.compile(str(path))
    sys.path.insert(0, str(folder))
    people = importlib.import_module(f"{name}.organisation").ORGANISATION.people
    module = importlib.import_module(f"{name}.records")
    records = [[getattr(module, f"E{n}")(amount=amount, kind="a") for n in range(entities)] for amount in (100, 101)]
    start = time.perf_counter()
    decide = importlib.import_module(f"{name}.access").decide
    decide(people[0], "read", records[0][0])
    took = time.perf_counter() - start
    return lambda role, entity, high: decide(people[role], "read", records[high][entity]), took


def by_hand(roles: int, entities: int) -> Iterator[tuple[str, Ask]]:
    """A function as one would write it, and a frozenset, which knows no conditions."""
    amounts = (10_000, 10_100)
    always = frozenset((f"r{r}", "read", f"e{e}") for r in range(roles) for e in range(entities) if not (r + e) % 2)
    small = frozenset((f"r{r}", "read", f"e{e}") for r in range(roles) for e in range(entities) if (r + e) % 2)
    names, things = [f"r{n}" for n in range(roles)], [f"e{n}" for n in range(entities)]

    def may(role: str, action: str, entity: str, amount: int | None) -> bool:
        key = role, action, entity
        return key in always or (key in small and amount is not None and amount <= 10_000)

    yield "by hand", lambda role, entity, high: may(names[role], "read", things[entity], amounts[high])
    yield "frozenset, no conditions", lambda role, entity, high: (names[role], "read", things[entity]) in always


def cedar(roles: int, entities: int) -> Ask | None:
    """cedarpy with policies and entities parsed before."""
    try:
        cedarpy: Any = importlib.import_module("cedarpy")
    except ImportError:
        return None
    policies = cedarpy.PolicySet.from_str("\n".join(
        f'permit(principal == R::"r{r}", action == Action::"read", resource is E{e})'
        + (" when { resource.amount <= 10000 };" if (r + e) % 2 else ";")
        for r in range(roles) for e in range(entities)
    ))  # fmt: skip
    handles = [cedarpy.Entities.from_json_str(json.dumps([
        {"uid": {"type": f"E{e}", "id": "x"}, "attrs": {"amount": amount}, "parents": []} for e in range(entities)
    ])) for amount in (10_000, 10_100)]  # fmt: skip

    def ask(role: int, entity: int, high: int) -> object:
        request = {"principal": f'R::"r{role}"', "action": 'Action::"read"', "resource": f'E{entity}::"x"'}
        return cedarpy.is_authorized(request, policies, handles[high]).allowed

    return ask


def compared(roles: int, entities: int, folder: Path, requests: int) -> None:
    """One table."""
    ours, took = package(roles, entities, folder)
    peers: dict[str, Ask] = {"generated package": ours, **dict(by_hand(roles, entities))}
    slow = cedar(roles, entities) if roles * entities <= 1000 else None
    if slow is not None:
        peers["cedarpy, reused handles"] = slow
    asked = [(n * 7 % roles, n * 3 % entities, n % 2) for n in range(requests)]
    answers = {name: [bool(ask(*one)) for one in asked[:50]] for name, ask in peers.items() if "no cond" not in name}
    assert len({tuple(found) for found in answers.values()}) == 1, answers

    def run(ask: Ask) -> Callable[[], object]:
        return lambda: [ask(*one) for one in asked]

    found = medians({name: run(ask) for name, ask in peers.items()}, 7)
    hand = found["by hand"]
    rows = [(name, f"{took_ / requests * 1e9:.0f} ns", f"{took_ / hand:.2f}") for name, took_ in found.items()]
    show(f"{roles} roles × {entities} entities; loaded in {took:.3f} s", ("decides", "a decision", "by hand = 1"), rows)


def main() -> None:
    """Both sizes."""
    with tempfile.TemporaryDirectory() as folder:
        compared(8, 6, Path(folder), 2000)
        compared(200, 50, Path(folder), 2000)


if __name__ == "__main__":
    main()
