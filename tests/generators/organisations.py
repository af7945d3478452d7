"""Random companies: calendars, departments, roles, people, territories, units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

ZONES = ("Europe/Rome", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo")
CURRENCIES = ("EUR", "EUR", "EUR", "JPY", "KWD")
HOURS = (
    {"mon-fri": ["08:30-12:30", "14:00-18:00"]},
    {"mon-fri": ["09:00-13:00", "14:30-18:30"], "sat": ["09:00-12:00"]},
    {"mon-sun": ["00:00-24:00"]},
    {"mon-thu": ["08:00-16:00"], "fri": ["08:00-12:00"]},
    {"mon-sat": ["00:30-06:00", "22:00-24:00"], "sun": ["01:00-05:30"]},
    {"tue-wed": ["07:15-11:45"], "thu": ["07:15-11:45", "12:00-16:30"], "sun": ["01:30-04:00"]},
)
HOLIDAYS = ("IT", "DE-BY", "US", "GB", None, None)
YEARS = (2024, 2028)


@dataclass
class Company:
    """What the rest of a spec needs to know of who works there."""

    body: dict[str, Any]
    roles: list[str]
    above: dict[str, str | None]
    people: dict[str, list[str]]
    """Everybody who works there -> his roles."""
    currency: str
    units: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)

    def holders(self, roles: list[str]) -> list[str]:
        return [name for name, held in self.people.items() if set(held) & set(roles)]

    def with_superior(self, roles: list[str]) -> bool:
        return all(self.above[role] for role in roles)

    def ups(self, roles: list[str]) -> set[str]:
        return {above for role in roles if (above := self.above[role])}


def company(random: Random, size: int) -> Company:
    currency = random.choice(CURRENCIES)
    calendars = calendars_of(random)
    body: dict[str, Any] = {
        "crmdsl": "1",
        "company": {
            "name": "Generated", "currency": currency, "timezone": random.choice(ZONES), "calendar": "office",
        },
        "calendars": calendars,
        "departments": {"top": {"class": "control"}, "work": {"class": "primary"}},
    }  # fmt: skip
    roles, above = tree(random, 5 + random.randint(0, 1 + size // 2))
    body["territories"] = {"land": {}, "north": {"in": "land"}, "south": {"in": "land"}}
    body["sales_network"] = units_of(random, roles)
    body["departments"]["work"]["functions"] = ["acquire", "manage", "quote", "order", "approve_order", "collect"]
    body["roles"] = {
        role: role_of(random, role, above[role], list(calendars), listed=False) for role in roles
    }  # fmt: skip
    found = Company(body, roles, above, {}, currency, list(body["sales_network"]), list(body["territories"]))
    if random.random() < 0.6:
        people_of(random, found)
    else:
        for role, declared in body["roles"].items():
            if random.random() < 0.85:
                declared["headcount"] = str(random.choice((1, 2, 2, 3)))
            for number in range(1, int(declared.get("headcount", 1)) + 1):
                found.people[f"{role}_{number}"] = [role]
    return found


def calendars_of(random: Random) -> dict[str, Any]:
    found = {}
    for name in ("office", "field", "night")[: random.randint(1, 3)]:
        calendar: dict[str, Any] = {"hours": random.choice(HOURS), "years": f"{YEARS[0]}..{YEARS[1]}"}
        area = random.choice(HOLIDAYS)
        if area:
            calendar["holidays"] = area
        if random.random() < 0.4:
            calendar["closed"] = [days(random, 20)]
        found[name] = calendar
    return found


def days(random: Random, most: int) -> str:
    first = date(2026, 1, 1) + timedelta(days=random.randint(0, 360))
    return f"{first}..{first + timedelta(days=random.randint(0, most))}"


def tree(random: Random, count: int) -> tuple[list[str], dict[str, str | None]]:
    names = ["boss", "director", "agent", "clerk", "manager", "expert", "auditor", "planner", "seller"][:count]
    above: dict[str, str | None] = {"boss": None, "director": "boss"}
    for number, name in enumerate(names[2:], 2):
        above[name] = random.choice(names[:number])
    return names, {name: above[name] for name in names}


def role_of(random: Random, name: str, above: str | None, calendars: list[str], listed: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"department": "top" if above is None else "work"}
    if above is not None:
        found["reports_to"] = above
    if random.random() < 0.3:
        found["calendar"] = random.choice(calendars)
    if random.random() < 0.2:
        found["inherit"] = "false"
    return found


def units_of(random: Random, roles: list[str]) -> dict[str, Any]:
    found = {}
    for number in range(random.randint(1, 2)):
        unit = {"kind": random.choice(("employees", "single_mandate_agents")), "role": random.choice(roles[2:])}
        if random.random() < 0.6:
            unit["manager"] = random.choice(roles[:2])
        found[f"unit_{number}"] = unit
    return found


def people_of(random: Random, company: Company) -> None:
    """Two people or so a role; some hold two roles, some are away."""
    names = [f"p{number}" for number in range(len(company.roles) * 2)]
    body: dict[str, Any] = {}
    for number, name in enumerate(names):
        roles = [company.roles[number % len(company.roles)]]
        if random.random() < 0.25:
            roles.append(random.choice([role for role in company.roles if role not in roles]))
        person: dict[str, Any] = {"roles": roles if len(roles) > 1 else roles[0]}
        if random.random() < 0.4:
            person["unit"] = random.choice(company.units)
        if random.random() < 0.3:
            person["territory"] = random.choice(company.territories)
        if random.random() < 0.4:
            person["substitute"] = random.choice([other for other in names if other != name])
        if random.random() < 0.4:
            person["absent"] = [days(random, 200)]
        if number >= len(company.roles) and random.random() < 0.25:
            continue
        body[name] = person
        company.people[name] = roles
    for person in body.values():
        if person.get("substitute") not in body:
            person.pop("substitute", None)
    company.body["people"] = body
