"""Conditions as data: their text, what they read, and the function that the compiler made of them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from typing import Any

    from .calendar import Zone
    from .people import Organisation, Person
    from .records import Record


class Facts:
    """What a condition may look at besides the record: persons (by name), the active states, the day."""

    __slots__ = ("_at", "_zone", "actor", "organisation", "requester", "states")

    def __init__(
        self,
        organisation: Organisation,
        zone: Zone,
        at: int,
        states: tuple[str, ...] = (),
        requester: Person | None = None,
        actor: Person | None = None,
    ) -> None:
        self.organisation = organisation
        self._zone = zone
        self._at = at
        self.states = states
        self.requester = None if requester is None else requester.name
        self.actor = None if actor is None else actor.name

    @property
    def today(self) -> date:
        """The local date. Raises `OutOfYears` beyond what a date can be."""
        return self._zone.day(self._at)

    def inside(self, state: str) -> bool:
        """Whether the case is in a state, or in one inside it."""
        around = f"{state}."
        return any(name == state or name.startswith(around) for name in self.states)

    def roles(self, name: str | None) -> Any:
        """The roles of a person given by name, `None` where he is unknown: conditions ask for that first."""
        person = None if name is None else self.organisation.person(name)
        return None if person is None else person.roles

    def unit(self, name: str | None) -> str | None:
        """The unit of a person given by name."""
        person = None if name is None else self.organisation.person(name)
        return None if person is None else person.unit

    def territory(self, name: str | None) -> str | None:
        """The territory of a person given by name."""
        person = None if name is None else self.organisation.person(name)
        return None if person is None else person.territory

    def unit_kind(self, unit: str | None) -> str | None:
        """The kind of a unit given by name."""
        found = None if unit is None else self.organisation.structure.units.get(unit)
        return None if found is None else found.kind


class When:
    """A condition. `test(record, facts)` is true only if it surely holds: something unknown makes it false.

    A test that reads nothing but the record does not look at `facts`, which may then be `None`.
    `reads` are the paths it reads (their first word is a field, `requester` or `actor`); `parts` are the sides
    of its `and`, so that a refusal can name the one that fails.
    """

    __slots__ = ("parts", "place", "reads", "test", "text")

    def __init__(
        self,
        text: str,
        place: str,
        test: Callable[[Any, Any], bool],
        reads: tuple[tuple[str, ...], ...] = (),
        parts: tuple[When, ...] = (),
    ) -> None:
        self.text = text
        self.place = place
        self.test = test
        self.reads = reads
        self.parts = parts

    def failing(self, record: Record | None, facts: Facts | None) -> When:
        """The first part that does not hold."""
        for part in self.parts:
            if not part.test(record, facts):
                return part.failing(record, facts)
        return self

    def values(self, record: Record | None, facts: Facts | None) -> dict[str, Any]:
        """What it reads and what stands there, as JSON values."""
        return {".".join(path): _shown(record, facts, path) for path in self.reads}


def holds(when: When | None, record: Record | None, facts: Facts) -> bool:
    """Whether a condition holds; none at all always does, and without its record no condition does."""
    return when is None or (record is not None and when.test(record, facts))


def _shown(record: Record | None, facts: Facts | None, path: tuple[str, ...]) -> Any:
    if facts is not None and path[0] in ("requester", "actor") and (record is None or path[0] not in record.FIELDS):
        return _of_person(facts.requester if path[0] == "requester" else facts.actor, facts, path[1:])
    for i, name in enumerate(path):
        if record is None:
            return None
        field = record.FIELDS[name]
        kept = getattr(record, field.slot)
        if field.situated:
            kept = kept(facts)
        if i == len(path) - 1:
            return field.as_json(kept)
        if not hasattr(kept, "FIELDS"):
            return None if facts is None else _of_person(kept, facts, path[i + 1 :])
        record = kept
    return None


def _of_person(name: str | None, facts: Facts, path: tuple[str, ...]) -> Any:
    if not path:
        return name
    if path[0] == "role":
        roles = facts.roles(name)
        return None if roles is None else list(roles)
    if path[0] == "territory":
        return facts.territory(name)
    return facts.unit(name) if path == ("unit",) else facts.unit_kind(facts.unit(name))
