"""Days on which everybody who signs a level is absent, and so is whoever stands in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.ir.policy import reported_to
from crmdsl.ir.staff import perhaps
from crmdsl.model.chains import Approval, Level
from crmdsl.model.organisation import Person
from crmdsl.model.spec import Spec
from crmdsl.model.values import DateRange

if TYPE_CHECKING:
    from crmdsl.ir.program import Program


class Away(NamedTuple):
    """A level that nobody signs on some days, though the chain has substitutes; `signers` are who should."""

    chain: Approval
    level: Level
    days: DateRange
    signers: tuple[str, ...]
    standing_in: tuple[str, ...]


def away(program: Program) -> Iterator[Away]:
    """The first such days of every level."""
    spec = program.spec
    if not any(person.absent for person in spec.people.values()):
        return
    for chain in spec.approvals.values():
        for level in chain.levels.values() if chain.substitutes != "none" else ():
            signers = _holders(spec, [role.name for role in level.approver])
            instead = _stand_ins(spec, chain, level, signers)
            days = _together([*signers, *instead]) if signers and _known(spec, chain, level, signers) else None
            if days is not None:
                yield Away(chain, level, days, _names(signers), _names(instead))


def _known(spec: Spec, chain: Approval, level: Level, signers: list[Person]) -> bool:
    """Whether it is sure who signs and who stands in, no name among them being one that does not resolve."""
    if any(_adrift(spec, one) for one in signers):
        return chain.substitutes != "named"
    listed = [role.name for role in level.approver]
    above = reported_to(spec, listed) if chain.substitutes == "superior" else []
    return {*listed, *above} <= spec.roles.keys() - perhaps(spec)


def _adrift(spec: Spec, one: Person) -> bool:
    """Whether somebody stands in for a person, and it cannot be told who."""
    if one.substitute is None:
        return f"people.{one.name}.substitute" in spec.unread
    return one.substitute.name not in spec.people


def _stand_ins(spec: Spec, chain: Approval, level: Level, signers: list[Person]) -> list[Person]:
    if chain.substitutes == "superior":
        return _holders(spec, reported_to(spec, [role.name for role in level.approver]))
    found = {one.substitute.name: spec.people.get(one.substitute.name) for one in signers if one.substitute}
    return [one for one in found.values() if one is not None]


def _holders(spec: Spec, roles: list[str]) -> list[Person]:
    return [one for one in spec.people.values() if any(role.name in roles for role in one.roles)]


def _names(people: list[Person]) -> tuple[str, ...]:
    return tuple(one.name for one in people)


def _together(people: list[Person]) -> DateRange | None:
    """The first days on which all of some people are absent."""
    common = _joined(people[0])
    for one in people[1:]:
        both = [(max(a.first, b.first), min(a.last, b.last)) for a in common for b in _joined(one)]
        common = [DateRange(first, last) for first, last in both if first <= last]
    return min(common, default=None)


def _joined(one: Person) -> list[DateRange]:
    """The absences of a person, those that meet made one."""
    found: list[DateRange] = []
    for days in sorted(one.absent):
        if found and days.first <= found[-1].last + timedelta(days=1):
            found[-1] = DateRange(found[-1].first, max(days.last, found[-1].last))
        else:
            found.append(days)
    return found
