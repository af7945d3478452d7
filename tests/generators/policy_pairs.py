"""Two policies that differ in a few things on which access hangs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import yaml

from tests.generators.conditions import Conditions
from tests.generators.entities import FIELDS
from tests.generators.policies import SCOPES, grant, policy, separations
from tests.generators.specs import text

Body = dict[str, Any]


def pair(seed: int) -> tuple[str, str]:
    """A policy, and the same with one to three changes."""
    random = Random(f"pair {seed}")
    before = policy(seed)
    body: Body = yaml.load(before, Loader=yaml.CBaseLoader)
    for change in random.sample(CHANGES, random.choice((1, 1, 2, 3))):
        change(random, body)
    return before, text(body)


def _any(random: Random, body: Body) -> Body:
    found: Body = random.choice(body["access"]["grants"])
    return found


def drop(random: Random, body: Body) -> None:
    body["access"]["grants"].remove(_any(random, body))


def add(random: Random, body: Body) -> None:
    currency = body["company"]["currency"]
    conditions = Conditions(random, currency, list(body["roles"]))
    fields = {name: list(made["fields"]) for name, made in body["entities"].items()}
    body["access"]["grants"].append(grant(random, body, fields, conditions, currency))


def scope(random: Random, body: Body) -> None:
    _any(random, body)["scope"] = random.choice(SCOPES)


def when(random: Random, body: Body) -> None:
    """Another limit in a condition, none, or its opposite."""
    found = random.choice([one for one in body["access"]["grants"] if "when" in one] or [{"when": ""}])
    text = found.pop("when")
    if random.random() < 0.7:
        found["when"] = random.choice((
            lambda: text.replace("<=", "<"), lambda: text.replace(">=", ">"), lambda: f"not ({text})",
            lambda: text.replace(" and ", " or ", 1), lambda: text.replace("100 ", "150 "),
        ))()  # fmt: skip


def opened(random: Random, body: Body) -> None:
    found = _any(random, body)
    found.pop("fields", None)
    found.pop("except", None)
    on = found["on"]
    names = [name for entity in ([on] if isinstance(on, str) else on) for name in FIELDS[entity] if name != "payer"]
    if random.random() < 0.8:
        found[random.choice(("fields", "except"))] = random.sample(names, random.randint(1, min(4, len(names))))


def roles(random: Random, body: Body) -> None:
    _any(random, body)["role"] = random.sample(list(body["roles"]), random.choice((1, 2)))


def separation(random: Random, body: Body) -> None:
    body["access"]["separation"] = separations(random)


def hierarchy(random: Random, body: Body) -> None:
    role = random.choice(list(body["roles"]))
    body["roles"][role]["inherit"] = "false" if body["roles"][role].get("inherit") != "false" else "true"


def department(random: Random, body: Body) -> None:
    body["roles"][random.choice(list(body["roles"]))]["department"] = random.choice(list(body["departments"]))


def person(random: Random, body: Body) -> None:
    if not body.get("people"):
        return
    found = body["people"][random.choice(list(body["people"]))]
    what = random.choice(("roles", "unit", "territory"))
    section = {"roles": "roles", "unit": "sales_network", "territory": "territories"}[what]
    found[what] = random.choice(list(body[section]))


def owner(random: Random, body: Body) -> None:
    body["entities"][random.choice(list(body["entities"]))]["owner"] = random.choice(list(body["roles"]))


def edits(random: Random, body: Body) -> None:
    """A step that edits something else."""
    steps = [
        step for process in body["processes"].values() for step in process["steps"].values()
        if isinstance(step, dict) and "edits" in step and process["entity"] == "order"
    ]  # fmt: skip
    if steps:
        random.choice(steps)["edits"] = random.sample(("amount", "remark", "due", "rush"), 2)


def locks(random: Random, body: Body) -> None:
    chain = random.choice(list(body["approvals"].values()))
    chain["locks"] = "false" if chain.get("locks") != "false" else "true"


def territory(random: Random, body: Body) -> None:
    body["territories"]["isle"] = {"in": random.choice(("north", "east"))}


CHANGES: tuple[Callable[[Random, Body], None], ...] = (
    drop, add, scope, when, opened, roles, separation, hierarchy, department, person, owner, edits, locks, territory,
)  # fmt: skip
