"""Who is there to work: for each role how many persons, and how many hours a week they have for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crmdsl.ir.operations.week import NEVER, Week, companys, weeks
from crmdsl.ir.staff import perhaps
from crmdsl.model.spec import Spec

_WHOLE = 10_000
_READ = ("headcount", "availability", "calendar")


class Capacity(NamedTuple):
    """The people of a role. `availability` is the share of their calendar that they have for this work.

    `known` is false where the spec does not say how many there are, and one is counted; `hourly_cost` is in the
    minor unit of the currency.
    """

    role: str
    persons: int
    availability: float
    week: Week
    external: bool
    known: bool
    hourly_cost: int

    @property
    def hours(self) -> float:
        """Hours of work that they have in a week, together."""
        return self.persons * self.each

    @property
    def each(self) -> float:
        """Hours of work that one of them has in a week."""
        return self.availability * self.week.hours


def capacities(spec: Spec) -> dict[str, Capacity]:
    """The people of all roles. Where people are listed they are counted, else `headcount` is.

    Nobody's number is known where the list of people could not be read whole, nor that of a role which may be meant by
    a name in it that does not resolve. A role that nobody says the number of
    has one person, and so has an external one that nobody listed holds. Who holds several roles counts in each of
    them: `availability` says how he divides himself.
    """
    held: dict[str, int] = {}
    for person in spec.people.values():
        for name in dict.fromkeys(ref.name for ref in person.roles):
            held[name] = held.get(name, 0) + 1
    doubtful = "people" in spec.incomplete or any(_doubtful(key) for key in spec.unread)
    others = perhaps(spec)
    own, known_weeks = companys(spec), weeks(spec)
    found = {}
    for name, role in spec.roles.items():
        listed = bool(spec.people) and not (role.external and name not in held)
        persons = held.get(name, 0) if listed else role.headcount
        calendar = role.calendar.name if role.calendar else own
        unread = spec.unread and {f"roles.{name}.{key}" for key in _READ} & spec.unread
        if f"calendars.{calendar}.hours" in spec.unread or (role.calendar and calendar not in known_weeks):
            calendar, unread = own, {calendar}  # that of the company will do where others' shares hang on it
        found[name] = Capacity(
            name,
            1 if persons is None else persons,
            (_WHOLE if role.availability is None else role.availability) / _WHOLE,
            known_weeks.get(calendar, NEVER),
            role.external,
            persons is not None and not unread and not doubtful and name not in others,
            role.hourly_cost or 0,
        )
    return found


def _doubtful(key: str) -> bool:
    """Whether a key that could not be read says who holds a role."""
    return key.startswith("people.") and key.endswith(".roles")


def divided(
    roles: Iterable[str], capacity: Mapping[str, Capacity], times: float = 1.0
) -> tuple[tuple[str, float], ...]:
    """How often each of some roles does what any of them may do, `times` in all: in proportion to their hours.

    Where `times` are signatures of distinct persons, no role gives more than it has persons. Equally where none of
    them has any hours.
    """
    names = list(dict.fromkeys([role for role in roles if role in capacity]))
    if len(names) == 1:
        return ((names[0], times),)
    weight = {name: capacity[name].hours for name in names}
    if not sum(weight.values()):
        weight = dict.fromkeys(names, 1.0)
    given: dict[str, float] = {}
    left, rest = times, dict(weight)
    while rest and left > 0 and sum(rest.values()) > 0:
        share = {name: left * part / sum(rest.values()) for name, part in rest.items()}
        full = [name for name in rest if times > 1 and share[name] > capacity[name].persons]
        if not full:
            given |= share
            break
        for name in full:
            given[name] = float(capacity[name].persons)
            left -= given[name]
            del rest[name]
    return tuple((name, given.get(name, 0.0)) for name in names)
