"""The entities that every generated spec has, each a little different."""

from __future__ import annotations

from random import Random
from typing import Any

ORDER_REQUIRED = ["amount", "discount", "kind", "quantity", "weight", "rush"]
ORDER_OPTIONAL = [
    "grade", "ceiling", "remark", "due", "lead", "team", "area", "line", "via", "called", "spent",
]  # fmt: skip
CLIENT_REQUIRED = ["title", "blocked"]
CLIENT_OPTIONAL = ["rating", "credit"]
WRITABLE = {
    "order": [*ORDER_REQUIRED, *ORDER_OPTIONAL], "client": [*CLIENT_REQUIRED, *CLIENT_OPTIONAL],
    "improvement": ["about", "score", "cause"],
}  # fmt: skip
OPTIONAL = {"order": ORDER_OPTIONAL, "client": CLIENT_OPTIONAL, "improvement": ["cause"]}
REQUIRED = {"order": ORDER_REQUIRED, "client": CLIENT_REQUIRED, "improvement": ["about", "score"]}
FIELDS = {
    "order": ["client", "payer", *ORDER_REQUIRED, *ORDER_OPTIONAL, "net", "stock"],
    "client": ["title", "rating", "credit", "exposure", "blocked"],
    "improvement": ["about", "score", "cause"],
}


def entities(random: Random, currency: str, roles: list[str], payer: bool) -> dict[str, Any]:
    order: dict[str, Any] = {"client": "client"}
    if payer:
        order["payer"] = "client"
    order |= {
        "amount": {"type": "money", "max": f"5000 {currency}"},
        "discount": {"type": "percent", "max": "60%", **({"default": "5%"} if random.random() < 0.3 else {})},
        "kind": "standard | special | urgent",
        "quantity": {"type": "integer", "min": "0", "max": "50"},
        "weight": {"type": "number", "min": "-1.5"},
        "rush": "flag",
        "grade": "optional D < C < B < A",
        "ceiling": {"type": "optional money", "min": f"1 {currency}"},
        "remark": {"type": "optional text", "sensitive": "true"},
        "due": "optional date",
        "lead": "optional person",
        "team": "optional unit",
        "area": "optional territory",
        "line": "optional product_line",
        "via": "optional channel",
        "called": "optional instant",
        "spent": "optional duration",
        "net": {"type": "money", "derived": "amount * (100% - discount)"},
        "pressing": {"type": "flag", "derived": "due is known and due <= today + 5d elapsed"},
        "home": {"type": "optional unit", "derived": "lead.unit"},
        "stock": {"type": "optional integer", "from": "erp"},
    }
    client = {
        "title": "text", "rating": "optional D < C < B < A", "credit": "optional money",
        "exposure": {"type": "money", "from": "erp"}, "blocked": "flag",
    }  # fmt: skip
    improvement = {"about": "text", "score": "integer", "cause": "optional text"}
    owners = random.sample(roles, 2)
    return {
        "client": {"key": "title", "owner": owners[0], "fields": client},
        "order": {"owner": owners, "fields": order},
        "improvement": {"owner": owners[1], "fields": improvement},
    }


def expression(random: Random, field: str, currency: str) -> str:
    """An expression that a `set` can write to a field of an order (without optional fields in it)."""
    return random.choice({
        "amount": (f"100 {currency}", "amount * 33.33%", "amount / 3", "net"),
        "discount": ("0%", "discount / 3", "amount / 5000 " + currency + " * 1%"),
        "kind": ("special", "standard"),
        "quantity": ("quantity + 1", "0"),
        "weight": ("weight / 3", "quantity * 1.5"),
        "rush": ("true", "false"),
        "grade": ("B", "D"),
        "ceiling": ("amount", f"2000 {currency}"),
        "remark": ('"set by the case"', "client.title"),
        "due": ("today", "2026-12-24", "today + 2d elapsed"),
        "team": ("unit_0", "unit_0"),
        "area": ("north", "land"),
        "line": ("valves", "plants"),
        "via": ("web", "fair"),
        "called": ("2026-05-01T09:00", "2026-10-25T02:30"),
        "spent": ("4h", "2d", "1w"),
    }[field])  # fmt: skip
