"""What happens in one act: the working copy of a case that checks read and moves change."""

from __future__ import annotations

from .conditions import Facts
from .records import follow, put
from .tokens import Pending, state_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case, Entry
    from .effects import Effect
    from .machine import Machine
    from .people import Organisation, Person
    from .records import Record
    from .shapes import Body, Node, Path
    from .tokens import Token
    from .verdicts import Refusal


class Act:
    """A case while something happens to it.

    `timed` while a missed time limit is what moves it: then nothing is refused any more. `wrote` are the paths
    of the fields that came with the event, `signed` the path of the record on which a level was signed. `beyond` is
    the refusal of a time limit that leaves the years, which comes after every other.
    """

    def __init__(
        self,
        machine: Machine,
        organisation: Organisation,
        record: Record,
        root: Token,
        at: int,
        entry: Entry | None,
    ) -> None:
        self.machine = machine
        self.organisation = organisation
        self.record = record
        self.root = root
        self.at = at
        self.entry = entry
        self.by: Person | None = None
        self.starting: Person | None = None
        self.timed = False
        self.effects: list[Effect] = []
        self.wrote: tuple[Path, ...] = ()
        self.signed: Path | None = None
        self.beyond: Refusal | None = None

    @classmethod
    def on(cls, case: Case) -> Act:
        """A working copy of a case."""
        return cls(case.MACHINE, case.organisation, case.record, case.token(), case.history[2], case.history)

    def record_at(self, path: Path) -> Record | None:
        """The record at a path from the case's own."""
        return follow(self.record, path) if path else self.record

    def write(self, path: Path, kept: Any) -> None:
        """Put a kept value at a path from the case's record."""
        self.record = put(self.record, path, kept)

    def states(self) -> tuple[str, ...]:
        """The names of the active states, in the order of the spec."""
        return state_names(self.root)

    def facts(self, body: Body | None = None, requester: Person | None = None) -> Facts:
        """What a condition of a process sees; names of states are those of that process."""
        states = self.states()
        prefix = body.process.prefix if body is not None else ""
        if prefix:
            states = tuple(name.removeprefix(prefix) for name in states if name.startswith(prefix))
        actor = None if self.timed else self.by
        return Facts(self.organisation, self.machine.zone, self.at, states, requester, actor)

    def starter(self) -> Person | None:
        """Who started the case."""
        entry, first = self.entry, self.starting
        while entry is not None:
            first, entry = entry[1], entry[4]
        return first

    def last_actor(self, mask: int) -> Person | None:
        """The last person who acted and holds one of the roles, whoever acts now included."""
        if self.by is not None and self.by.mask & mask:
            return self.by
        entry = self.entry
        while entry is not None:
            person: Person | None = entry[1]
            if person is not None and person.mask & mask:
                return person
            entry = entry[4]
        return None

    def note(self, event: str, reason: str | None = None, score: int | None = None) -> None:
        """Put what happened into the history."""
        plain = (event, self.by, self.at, self._where(), self.entry)
        silent = reason is None and score is None and not self.wrote and self.signed is None
        self.entry = plain if silent else (*plain, (reason, score, self.wrote, self.signed))
        self.wrote, self.signed = (), None

    def happened(self) -> Entry:
        """The history up to now; that nothing but time has passed is its last entry at most."""
        entry = self.entry
        if entry is not None and entry[2] == self.at:
            return entry
        before = entry[4] if entry is not None and not entry[0] else entry
        return ("", None, self.at, self._where(), before)

    def _where(self) -> Node | tuple[Node, ...]:
        if not self.root.children:
            return self.root.node
        nodes = tuple(token.node for token in self.root.leaves())
        return nodes[0] if len(nodes) == 1 else nodes

    def own(self, owner: str | None, by: Person | None) -> None:
        """Give a new record its creator and owner: the creator if he holds the entity's owner role."""
        record = self.record
        creator = record.creator or (by.name if by is not None else None)
        owner = owner or record.owner
        roles = self.machine.owners.get(record.entity)
        if owner is None and by is not None and roles is not None and by.mask & roles.mask:
            owner = by.name
        if (owner, creator) != (record.owner, record.creator):
            self.record = record.owned(owner, creator)

    def claim(self, person: Person, path: Path) -> None:
        """A record without an owner becomes the first person's of its owner role who acts on it."""
        record = self.record_at(path)
        if record is None or record.owner is not None:
            return
        roles = self.machine.owners.get(record.entity)
        if roles is not None and person.mask & roles.mask:
            owned = record.owned(person.name, record.creator)
            self.record = put(self.record, path, owned) if path else owned

    def locked(self) -> Iterator[tuple[Path, Node]]:
        """The records that a pending approval locks, by their paths, and the level that is pending."""
        for token in self.root.walk():
            if isinstance(token.data, Pending) and token.node.step.chain.locks:  # type: ignore[attr-defined]
                yield token.node.path, token.node
