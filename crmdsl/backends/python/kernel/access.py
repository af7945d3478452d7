"""Who may see and write which fields, by the grants."""

from __future__ import annotations

from .conditions import holds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .conditions import Facts, When
    from .people import Person
    from .records import Record


class Grant:
    """Roles that may do something with fields of an entity while a condition holds.

    The roles of a grant to read include the superiors who see what their reports see.
    """

    __slots__ = ("fields", "place", "roles", "when")

    def __init__(self, place: str, roles: int, fields: frozenset[str], when: When | None = None) -> None:
        self.place = place
        self.roles = roles
        self.fields = fields
        self.when = when


class Grants:
    """All grants on one entity, by action; scopes are taken as given."""

    __slots__ = ("_writers", "by_action", "entity", "fields", "place")

    def __init__(self, entity: str, place: str, fields: tuple[str, ...], **by_action: tuple[Grant, ...]) -> None:
        self.entity = entity
        self.place = place
        self.fields = fields
        self.by_action = by_action
        self._writers: dict[str, int] | None = None

    @property
    def writers(self) -> dict[str, int]:
        """For each field the mask of the roles that may update it whatever the record."""
        if self._writers is None:
            grants = [grant for grant in self.by_action.get("update", ()) if grant.when is None]
            self._writers = {name: union(g.roles for g in grants if name in g.fields) for name in self.fields}
        return self._writers

    def open_to(self, action: str, person: Person, record: Record | None, facts: Facts) -> Iterator[Grant]:
        """The grants of an action that a person holds now."""
        for grant in self.by_action.get(action, ()):
            if person.mask & grant.roles and holds(grant.when, record, facts):
                yield grant

    def allowed(self, action: str, person: Person, record: Record | None, facts: Facts) -> tuple[str, ...]:
        """The fields that a person may read (or update, export …) now, in the order of the entity."""
        open_now: set[str] = set()
        for grant in self.open_to(action, person, record, facts):
            open_now |= grant.fields
        return tuple(name for name in self.fields if name in open_now)


def union(masks: Iterable[int]) -> int:
    """All bits of some masks."""
    found = 0
    for mask in masks:
        found |= mask
    return found
