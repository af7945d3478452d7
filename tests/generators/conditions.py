"""Random conditions of the right types over the entities that every generated spec has."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

RATINGS = ("D", "C", "B", "A")
KINDS = ("standard", "special", "urgent")


def money(random: Random, currency: str) -> str:
    amount = random.choice((0, 50, 100, 250, 999, 1000, 5000))
    cents = random.choice(("", "", ".5", ".99")) if currency == "EUR" else ""
    return f"{amount}{cents} {currency}"


def percent(random: Random) -> str:
    return random.choice(("0%", "5%", "7.5%", "12%", "33.33%", "60%"))


class Conditions:
    """Makes conditions for one entity; `optional` fields stand only behind `is known`."""

    def __init__(self, random: Random, currency: str, roles: list[str]) -> None:
        self.random = random
        self.currency = currency
        self.roles = roles

    def money(self) -> str:
        return money(self.random, self.currency)

    def comparison(self) -> str:
        return self.random.choice(("<", "<=", ">", ">=", "=", "!="))

    def of_order(self) -> list[Callable[[], str]]:
        r, op = self.random, self.comparison
        return [
            lambda: f"amount {op()} {self.money()}",
            lambda: f"discount {op()} {percent(r)}",
            lambda: f"discount between {percent(r)} and 40%",
            lambda: f"kind in {' | '.join(r.sample(KINDS, 2))}",
            lambda: f"kind {r.choice(('=', '!=', '=='))} {r.choice(KINDS)}",
            lambda: f"quantity * 2 + 1 {op()} {r.randint(0, 20)}",
            lambda: f"weight {op()} {r.choice(('0.5', '2', '3.75'))}",
            lambda: "rush" if r.random() < 0.5 else "rush = false",
            lambda: f"net {op()} {self.money()}",
            lambda: f"amount / {r.choice((3, 7))} {op()} {self.money()}",
            lambda: f"amount - amount * discount {op()} {self.money()}",
            lambda: f"amount + client.exposure {op()} {self.money()}",
            lambda: f"amount / 7 {self.currency} {op()} {r.randint(1, 90)}",
            lambda: f"grade is known and grade {op()} {r.choice(RATINGS)}",
            lambda: f"grade is known and grade in {' | '.join(r.sample(RATINGS, 2))}",
            lambda: r.choice(("ceiling is missing", "grade is known", "remark is missing", "due is known")),
            lambda: f"ceiling is known and amount <= ceiling * {percent(r)}",
            lambda: f"client.rating is known and client.rating {op()} {r.choice(RATINGS)}",
            lambda: "client.blocked",
            lambda: 'client.title = "x" or client.title != "y z"',
            *self.of_organisation(),
            lambda: f"due is known and due {op()} today",
            lambda: f"today {op()} 2026-0{r.randint(3, 9)}-15",
            lambda: f"client.credit is known and amount - ceiling_or_zero <= client.credit {r.choice(('', 'or rush'))}",
        ]

    def of_organisation(self) -> list[Callable[[], str]]:
        r, op = self.random, self.comparison
        return [
            lambda: r.choice(("team is known and team.kind = employees", "team is known and team != unit_0")),
            lambda: r.choice(("area is known and area = north", "area is known and area in land | south")),
            lambda: r.choice(("line is known and line = valves", "via is known and via != web")),
            lambda: f"called is known and called {op()} 2026-05-01T09:00",
            lambda: f"spent is known and spent {op()} {r.choice(('2d', '4h', '1w'))}",
            lambda: "spent is known and spent + 4h > 1d",
            lambda: f"lead is known and lead.role = {r.choice(self.roles)}",
            lambda: r.choice(("lead.unit is known and lead.unit.kind = employees", "lead is known and lead = actor")),
            lambda: "actor.territory is known and actor.territory = north",
            lambda: f"due is known and due - today {op()} 30d elapsed",
            lambda: "due is known and due > today + 20d elapsed",
            lambda: r.choice(("pressing", "not pressing")),
            lambda: r.choice(("home is known and home.kind = employees", "home is missing")),
        ]

    def of_client(self) -> list[Callable[[], str]]:
        r, op = self.random, self.comparison
        return [
            lambda: f"exposure {op()} {self.money()}",
            lambda: f"rating is known and rating {op()} {r.choice(RATINGS)}",
            lambda: "blocked" if r.random() < 0.5 else "not blocked",
            lambda: 'title = "x"',
            lambda: f"credit is known and credit {op()} exposure",
        ]

    def of_improvement(self) -> list[Callable[[], str]]:
        return [lambda: f"score {self.comparison()} {self.random.randint(0, 5)}", lambda: "cause is known"]

    def simple(self, entity: str) -> str:
        """One comparison."""
        return self.random.choice(getattr(self, f"of_{entity}")())().replace("ceiling_or_zero", f"0 {self.currency}")

    def condition(self, entity: str, depth: int = 2) -> str:
        """Any condition."""
        r = self.random
        if depth == 0 or r.random() < 0.5:
            return self.simple(entity)
        if r.random() < 0.25:
            return f"not ({self.condition(entity, depth - 1)})"
        return r.choice((" and ", " or ")).join(
            f"({self.condition(entity, depth - 1)})" for _ in range(r.randint(2, 3))
        )

    def actor(self) -> str:
        return f"actor.role {self.random.choice(('=', '!='))} {self.random.choice(self.roles)}"

    def requester(self) -> str:
        if self.random.random() < 0.3:
            return "requester.unit is known and requester.unit.kind = employees"
        return f"requester.role {self.random.choice(('=', '!='))} {self.random.choice(self.roles)}"
