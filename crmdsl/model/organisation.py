"""The company and who works in it: company, calendars, departments, roles, people."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.model.declaration import Declaration
from crmdsl.model.kinds import (
    ChoiceKind,
    DateRangesKind,
    FlagKind,
    HoursKind,
    IntegerKind,
    MoneyKind,
    PercentKind,
    RefKind,
    TextKind,
    YearsKind,
    key,
)
from crmdsl.model.values import DateRange, Ref, Window

CLASSES = ("primary", "support", "control")
FUNCTIONS = ("acquire", "manage", "quote", "order", "approve_order", "collect")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Company(Declaration):
    """The company whose spec this is; exactly one file declares it."""

    title: str = key(TextKind(), "The company's name", "Valvotech S.r.l.", required=True, name="name", default="")
    language: str = key(TextKind(), "Default language of labels and reports", "it", default="en")
    currency: str = key(TextKind(), "ISO 4217 code of its currency", "EUR", required=True, default="EUR")
    timezone: str = key(TextKind(), "IANA name of its time zone", "Europe/Rome", required=True, default="UTC")
    calendar: Ref | None = key(RefKind(("calendars",)), "The calendar it works on", "office", required=True)


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Calendar(Declaration):
    """When somebody works."""

    hours: tuple[tuple[Window, ...], ...] = key(
        HoursKind(), "Open hours by day of the week", '{mon-fri: ["08:30-12:30", "14:00-18:00"]}',
        required=True, default=((),) * 7,
    )  # fmt: skip
    holidays: str | None = key(TextKind(), "Public holidays of a country, or country-subdivision", "IT")
    closed: tuple[DateRange, ...] = key(DateRangesKind(), "Days it is closed", "[2026-08-10..2026-08-21]", default=())
    years: tuple[int, int] = key(YearsKind(), "The years compiled in", "2020..2040", default=(2020, 2040))


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Department(Declaration):
    """A department, with its place in Porter's value chain."""

    head: Ref | None = key(RefKind(("roles",)), "The role that heads it", "sales_director")
    porter_class: str | None = key(ChoiceKind(CLASSES), "Its class of activity (Porter)", "primary", name="class")
    functions: tuple[str, ...] = key(
        ChoiceKind(FUNCTIONS, many=True), "Functions of selling that it has", "[collect]", default=()
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Role(Declaration):
    """What somebody is in the company: the one who acts, sees, signs."""

    department: Ref | None = key(RefKind(("departments",)), "The department it belongs to", "sales", required=True)
    reports_to: Ref | None = key(RefKind(("roles",)), "The superior role", "area_manager")
    headcount: int | None = key(IntegerKind(high=100_000), "How many persons have it", "14")
    hourly_cost: int | None = key(MoneyKind(), "What an hour of one of them costs", "38 EUR")
    availability: int | None = key(PercentKind(), "Share of the calendar they have for this work", "70%")
    calendar: Ref | None = key(RefKind(("calendars",)), "Its calendar, else the company's", "field")
    inherit: bool = key(FlagKind(), "Whether superiors see what it sees", "false", default=True)
    external: bool = key(FlagKind(), "Somebody outside: a customer, a supplier", "true", default=False)


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Person(Declaration):
    """Somebody; where people are listed they, not headcounts, staff the roles."""

    roles: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "The roles held", "[agent]", required=True, default=())
    unit: Ref | None = key(RefKind(("sales_network",)), "The unit of the sales network", "agents_north")
    territory: Ref | None = key(RefKind(("territories",)), "The territory", "north")
    substitute: Ref | None = key(RefKind(("people",)), "Who stands in", "bruno")
    absent: tuple[DateRange, ...] = key(DateRangesKind(), "Days of absence", "[2026-03-02..2026-03-06]", default=())
    alias: tuple[str, ...] = key(
        TextKind(many=True), "What other systems call this person, one or several", "anna@acme.example", default=()
    )
