"""Rules of `access` on separation that the people or the roles themselves break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.analysis.separation.assignment import Slot, shortage
from crmdsl.analysis.separation.chains import known
from crmdsl.analysis.separation.crew import Crew, Kind
from crmdsl.analysis.separation.duties import Duties
from crmdsl.model.access import SeparationRule

if TYPE_CHECKING:
    from crmdsl.ir.program import Program


class Broken(NamedTuple):
    """A rule that cannot hold: somebody may do all of `actions`, by `roles`; nobody else could do one instead.

    `who` are the people listed who are like that, empty where everybody with the roles is.
    """

    rule: SeparationRule
    actions: tuple[str, ...]
    roles: tuple[str, ...]
    who: tuple[str, ...]


def broken(program: Program) -> Iterator[Broken]:
    """Every rule per person that somebody breaks, and every one per record that takes more persons than there are."""
    spec = program.spec
    if not spec.access.separation or not known(program) or not spec.incomplete.isdisjoint({"access", "approvals"}):
        return
    crew, duties = Crew(spec), Duties(program)
    for rule in spec.access.separation.values():
        actions = list(dict.fromkeys(ref.name for ref in rule.never_both))
        if rule.per == "person":
            yield from _by_roles(rule, actions, crew, duties)
    for entity in spec.entities:
        for rule, own in duties.on_records(entity):
            yield from _on_record(rule, own, crew, duties)


def _by_roles(rule: SeparationRule, actions: list[str], crew: Crew, duties: Duties) -> Iterator[Broken]:
    """The first persons whose roles let them do two of some actions."""
    may = {action: set(duties.roles(action)) for action in actions}
    for kind in crew.kinds:
        both = tuple(action for action in actions if kind.size and may[action] & kind.roles)
        if len(both) > 1:
            yield Broken(rule, both, _roles(kind, [may[action] for action in both]), kind.names)
            return


def _roles(kind: Kind, may: list[set[str]]) -> tuple[str, ...]:
    """A role for each action, each once; one for all if there is one."""
    for role in sorted(kind.roles):
        if all(role in roles for roles in may):
            return (role,)
    return tuple(dict.fromkeys(min(roles & kind.roles) for roles in may))


def _on_record(rule: SeparationRule, actions: tuple[str, ...], crew: Crew, duties: Duties) -> Iterator[Broken]:
    """A rule on one record for which there are too few persons."""
    slots = [Slot(place, 1, crew.holding(duties.roles(action))) for place, action in enumerate(actions)]
    if any(not slot.able for slot in slots):
        return
    lacking = shortage(slots, crew.free)
    if lacking is not None:
        kinds = sorted(frozenset().union(*(slots[place].able for place in lacking)))
        roles = tuple(dict.fromkeys(role for kind in kinds for role in sorted(crew.kinds[kind].roles)))
        names = tuple(name for kind in kinds for name in crew.kinds[kind].names)
        yield Broken(rule, tuple(actions[place] for place in lacking), roles, names)
