"""Organisation, calendars and access → views."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.backends.python import names
from crmdsl.backends.python.builder import Builder, refs
from crmdsl.backends.python.source import place
from crmdsl.backends.python.views import (
    CalendarView,
    PersonView,
    RoleView,
    RuleView,
    UnitView,
)
from crmdsl.ir.calendar import ZoneTable, compile_calendar, compile_zone
from crmdsl.ir.staff import outsiders
from crmdsl.model.network import Unit
from crmdsl.model.organisation import Calendar, Person, Role


def calendar_view(builder: Builder, calendar: Calendar) -> CalendarView:
    """A calendar, compiled."""
    table = compile_calendar(calendar)
    return CalendarView(
        calendar.name, names.constant(calendar.name), place(calendar.name_span), builder.doc(calendar),
        table.weekly, table.closed, table.years,
    )  # fmt: skip


def zone_table(builder: Builder) -> ZoneTable:
    """The company's time zone over the years of all calendars."""
    company, calendars = builder.spec.company, builder.spec.calendars.values()
    years = [calendar.years for calendar in calendars] or [(2020, 2040)]
    spanned = (min(first for first, _ in years), max(last for _, last in years))
    return compile_zone(company.timezone if company else "UTC", spanned)


def role_view(builder: Builder, role: Role) -> RoleView:
    """A role; whoever is outside counts as one person."""
    headcount = 1 if role.external or role.headcount is None else role.headcount
    superior = role.reports_to.name if role.reports_to else ""
    return RoleView(role.name, names.constant(role.name), place(role.name_span), builder.doc(role), superior, headcount)


def people_views(builder: Builder) -> list[PersonView]:
    """The people listed, and somebody for each external role that none of them holds; none where none are listed."""
    people = builder.spec.people
    found = [person_view(person) for person in people.values()]
    if found:
        found += [
            PersonView(name, place(role.name_span), (role.name,), None, None, None, ())
            for name, role in outsiders(builder.spec, people)
        ]
    return found


def person_view(person: Person) -> PersonView:
    """Somebody who is listed."""
    return PersonView(
        person.name,
        place(person.name_span),
        refs(person.roles),
        person.unit.name if person.unit else None,
        person.territory.name if person.territory else None,
        person.substitute.name if person.substitute else None,
        tuple((days.first, days.last) for days in person.absent),
    )


def unit_view(unit: Unit) -> UnitView:
    """A unit of the sales network."""
    return UnitView(unit.name, unit.kind, unit.manager.name if unit.manager else None, refs(unit.territories))


def rule_views(builder: Builder) -> Iterator[RuleView]:
    """The separations of duties that hold on one record, entity by entity."""
    for rule in builder.spec.access.separation.values():
        if rule.per == "record":
            for entity in builder.spec.entities:
                actions = tuple(
                    action.name.partition(".")[2] for action in rule.never_both if action.name.startswith(f"{entity}.")
                )
                if len(actions) > 1:
                    yield RuleView(rule.name, place(rule.name_span), entity, actions)
