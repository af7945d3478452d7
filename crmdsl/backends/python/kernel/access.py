"""Who may do what, by the grants: what stands in the spec, and whom and which records it reaches."""

from __future__ import annotations

from .conditions import holds
from .scopes import in_scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .conditions import Facts, When
    from .people import Person, Structure
    from .records import Record
    from .scopes import Hierarchy, Scope

    Places = tuple[tuple[str, str], ...]


class Grant:
    """What a grant of the spec says of one entity: who may do which actions on which of its records and fields.

    `around` tells that the condition looks at more than the record: at persons, states or the day.
    """

    __slots__ = ("actions", "around", "fields", "place", "roles", "scope", "when")

    def __init__(
        self,
        place: str,
        roles: tuple[str, ...],
        actions: tuple[str, ...],
        scope: str,
        fields: tuple[str, ...],
        when: When | None = None,
        *,
        around: bool = False,
    ) -> None:
        self.place = place
        self.roles = roles
        self.actions = actions
        self.scope = scope
        self.fields = fields
        self.when = when
        self.around = around

    def __repr__(self) -> str:
        return f"Grant({self.place!r}, {self.roles!r}, {self.actions!r}, {self.scope!r}, {self.fields!r})"


class Grants:
    """All grants on one entity.

    `owners` are the roles that own its records. Fields in `written` are written in these places alone (a process and
    a state), those in `closed` by nobody; in the places of `locked` a chain that is pending locks the record.
    """

    __slots__ = (
        "_writers",
        "closed",
        "entity",
        "fields",
        "grants",
        "hierarchy",
        "locked",
        "owners",
        "place",
        "written",
    )

    def __init__(
        self,
        hierarchy: Hierarchy,
        entity: str,
        place: str,
        fields: tuple[str, ...],
        owners: tuple[str, ...] = (),
        grants: tuple[Grant, ...] = (),
        *,
        written: Mapping[str, Places] | None = None,
        closed: tuple[str, ...] = (),
        locked: Places = (),
    ) -> None:
        self.hierarchy = hierarchy
        self.entity = entity
        self.place = place
        self.fields = fields
        self.owners = owners
        self.grants = grants
        self.written = written or {}
        self.closed = closed
        self.locked = locked
        self._writers: dict[str, tuple[int, int]] | None = None

    @property
    def structure(self) -> Structure:
        """The roles of the company."""
        return self.hierarchy.structure

    @property
    def owner_mask(self) -> int:
        """The mask of the roles that own its records."""
        return self.structure.mask(self.owners)

    @property
    def writers(self) -> dict[str, tuple[int, int]]:
        """For each field the masks of the roles that may update it whatever the record, and on records of their own."""
        if self._writers is None:
            plain = [one for one in self.grants if "update" in one.actions and one.when is None]
            self._writers = {
                name: (self._mask(plain, name, "all"), self._mask(plain, name, "own")) for name in self.fields
            }
        return self._writers

    def _mask(self, grants: list[Grant], field: str, scope: str) -> int:
        found = 0
        for one in grants:
            if field in one.fields and one.scope == scope:
                found |= self.structure.mask(one.roles)
        return found

    def held(self, action: str, person: Person) -> Iterator[tuple[Grant, Scope | None]]:
        """The grants of an action that somebody holds by his roles, in order, each with the test of its scope."""
        for grant in self.grants:
            if action in grant.actions:
                held, below = self.hierarchy.ways(grant.roles, action, person.mask)
                if held or below:
                    yield grant, in_scope(grant.scope, self, person, held, below)

    def open_to(self, action: str, person: Person, record: Record | None, facts: Facts) -> Iterator[Grant]:
        """The grants of an action that open a record to somebody now."""
        for grant, scope in self.held(action, person):
            if (scope is None or (record is not None and scope(person, record))) and holds(grant.when, record, facts):
                yield grant

    def allowed(self, action: str, person: Person, record: Record | None, facts: Facts) -> tuple[str, ...]:
        """The fields that grants open to a person now to read (or update, export …), in the order of the entity."""
        open_now: set[str] = set()
        for grant in self.open_to(action, person, record, facts):
            open_now.update(grant.fields)
        return tuple(name for name in self.fields if name in open_now)
