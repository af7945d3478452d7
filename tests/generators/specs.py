"""A whole random spec as YAML text."""

from __future__ import annotations

from random import Random
from typing import Any

import yaml

from tests.generators.chains import Chains
from tests.generators.conditions import KINDS
from tests.generators.entities import entities
from tests.generators.needs import Needs
from tests.generators.organisations import Company, company
from tests.generators.processes import Processes


def spec(random: Random, size: int = 3) -> dict[str, Any]:
    """A spec as plain data; the same for the same state of `random`."""
    found = company(random, size)
    body = found.body
    needs = Needs()
    payer = random.random() < 0.3
    body["integrations"] = {
        "erp": {"kind": "erp", "sends": ["shipped", "paid", "reported"], "receives": ["ordered", "billed"]},
        "desk": {"kind": "other"},
    }
    body["product_lines"] = {"valves": {}, "plants": {}}
    body["channels"] = {"web": {"kind": "online", "medium": "shop"}, "fair": {"kind": "offline"}}
    body["entities"] = entities(random, found.currency, found.roles, payer)
    chains = Chains(random, found, needs)
    body["approvals"] = {
        f"approval_{n}": chains.approval("order" if n < 2 or random.random() < 0.5 else "client")
        for n in range(2 + random.randint(0, 1))
    }  # fmt: skip
    body["handoffs"] = {
        f"handoff_{n}": chains.handoff("order" if random.random() < 0.6 else "client", "improve")
        for n in range(random.randint(1, 2))
    }  # fmt: skip
    body["processes"] = processes(random, size, found, needs, body, payer)
    fields = {name: list(made["fields"]) for name, made in body["entities"].items()}
    body["access"] = access(random, found, needs, fields)
    return body


def processes(
    random: Random, size: int, found: Company, needs: Needs, body: dict[str, Any], payer: bool
) -> dict[str, Any]:  # fmt: skip
    made = Processes(random, found, needs, {"approvals": {}, "handoffs": {}})
    made.payer = payer
    result = {
        "improve": {
            "entity": "improvement", "owner": "boss", "start": "look",
            "steps": {
                "look": {"role": "boss", "outcomes": {"looked": "fixed", "gave_up": "failed"}},
                "fixed": {"end": "success"}, "failed": {"end": "failure"},
            },
        }
    }  # fmt: skip
    made.approvals = body["approvals"]
    made.handoffs = body["handoffs"]
    for name, entity in (("check", "client" if random.random() < 0.5 else "order"), ("sale", "order")):
        result[name] = made.process(name, entity, 1 if name == "check" else size)
        made.callable[name] = entity
    return result


def access(random: Random, company: Company, needs: Needs, fields: dict[str, list[str]]) -> dict[str, Any]:
    grants: list[dict[str, Any]] = []
    for role in company.roles:
        for entity, names in fields.items():
            grants += grants_of(random, role, entity, needs, names)
    random.shuffle(grants)
    found: dict[str, Any] = {"grants": grants}
    if random.random() < 0.35:
        entity = random.choice(("order", "client"))
        both = random.choice((["create", "approve"], ["update", "approve"], ["create", "update", "approve"]))
        found["separation"] = {"rule": {"never_both": [f"{entity}.{action}" for action in both]}}
        if random.random() < 0.5:
            found["separation"]["rule"]["per"] = "record"
    return found


def grants_of(random: Random, role: str, entity: str, needs: Needs, fields: list[str]) -> list[dict[str, Any]]:
    """What a role may do with an entity: at least what it needs, some only while something holds."""
    read, write = needs.read[role, entity], needs.write[role, entity]
    base: dict[str, Any] = {"role": role, "on": entity}
    if random.random() < 0.3:
        base["scope"] = random.choice(("own", "unit", "territory", "department", "all"))
    found: list[dict[str, Any]] = []
    if random.random() < 0.7:
        found.append({**base, "can": "create"})
    condition = {}
    if random.random() < 0.3:
        condition = {"when": when(random, entity)}
    kept = [field for field in fields if field not in read]
    if read or random.random() < 0.7:
        left_out = random.sample(kept, min(len(kept), random.randint(0, 3)))
        found.append({**base, "can": "read", **condition, **({"except": left_out} if left_out else {})})
    if write:
        more = random.sample(fields, 2)
        narrow = {"fields": list(dict.fromkeys([*sorted(write), *more]))} if random.random() < 0.4 else {}
        found.append({**base, "can": random.choice((["update"], ["update", "delete"])), **condition, **narrow})
    elif random.random() < 0.3:
        found.append({**base, "can": "update", "fields": [random.choice(fields)]})
    return found


def when(random: Random, entity: str) -> str:
    return (
        random.choice(
            {
                "order": (
                    f"kind != {random.choice(KINDS)}",
                    "state != s9",
                    "rush or discount <= 12%",
                    "not (state = s0)",
                ),
                "client": ("not blocked", "rating is missing or rating >= C"),
                "improvement": ("score > 0",),
            }[entity]
        )
        .replace("state != s9", "quantity < 40")
        .replace("not (state = s0)", "quantity > 3 or state != s0")
    )


class Dumper(yaml.CSafeDumper):
    """Writes everything out, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text(body: dict[str, Any], flow: bool = False) -> str:
    """The YAML of a spec."""
    style = None if flow else False
    return yaml.dump(body, Dumper=Dumper, sort_keys=False, default_flow_style=style, width=100_000)


def generate(seed: int, size: int = 3) -> str:
    """The text of the spec of a seed."""
    random = Random(seed)
    return text(spec(random, size), flow=random.random() < 0.5)
