"""How a company sells, in the words of pictures: functions, kinds of unit, and how many contacts arrive."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from crmdsl.backends.diagrams.view import View
from crmdsl.diagnostics import Message
from crmdsl.ir.calendar import USUAL_DAY, day_minutes
from crmdsl.model.values import Rate, Ref

FUNCTIONS = {
    "acquire": Message("acquire"), "manage": Message("manage"), "quote": Message("quote"), "order": Message("order"),
    "approve_order": Message("approve orders"), "collect": Message("collect"),
}  # fmt: skip
KINDS = {
    "employees": Message("employees"), "single_mandate_agents": Message("single-mandate agents"),
    "multi_mandate_agents": Message("multi-mandate agents"), "distributors": Message("distributors"),
    "resellers": Message("resellers"), "export_managers": Message("export managers"),
    "temporary_managers": Message("temporary managers"), "owners": Message("owners"),
    "back_office": Message("back office"), "partner_companies": Message("partner companies"),
}  # fmt: skip
DAYS = 21
"""Working days of a month, by the language."""


def rate(view: View, found: Rate) -> str:
    """A demand as people say it: `12 per day`."""
    amount = figure(view, found.amount)
    if found.per == "hour":
        return view.lower(Message("{amount} per hour", amount=amount))
    if found.per == "day":
        return view.lower(Message("{amount} per day", amount=amount))
    return view.lower(Message("{amount} per month", amount=amount))


def monthly(view: View, found: Rate) -> Fraction:
    """A demand in a month of 21 days of the company's calendar."""
    if found.per == "month":
        return found.amount
    if found.per == "day":
        return found.amount * DAYS
    company = view.spec.company
    calendar = view.spec.calendars.get(company.calendar.name) if company and company.calendar else None
    return found.amount * Fraction(day_minutes(calendar) if calendar else USUAL_DAY, 60) * DAYS


def figure(view: View, value: Fraction) -> str:
    """A number as the language writes it, with a decimal below ten where it needs one."""
    text = f"{float(round(value, 1)):,.1f}".removesuffix(".0") if value < 10 else f"{round(value):,}"
    return text.translate(str.maketrans(",.", ".,")) if view.language == "it" else text


def known(view: View, refs: Iterable[Ref]) -> list[str]:
    """The roles of a list that exist, each once."""
    return list(dict.fromkeys(ref.name for ref in refs if ref.name in view.spec.roles))


def persons(view: View, role: str) -> int | None:
    """How many people have a role, `None` where nobody says."""
    spec = view.spec
    if spec.people:
        return sum(any(ref.name == role for ref in person.roles) for person in spec.people.values())
    return spec.roles[role].headcount
