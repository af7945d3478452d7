"""A case: where it is, its record, what happened. It is never changed; every act gives a new one or a refusal.

What acts need is imported by the first of them, so that importing a package is quick.
"""

from __future__ import annotations

from .people import Person
from .shapes import SEVERAL, End
from .verdicts import NOT_GIVEN, PERMITTED, Permitted, Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any, ClassVar, Literal, Self, TypeAlias

    from .acts import Act
    from .checks import Given
    from .clock import Clock
    from .conditions import Facts
    from .effects import Effect
    from .machine import Machine
    from .openings import Opening
    from .people import Organisation
    from .shapes import Node
    from .tokens import Errand, Pending, Token
    from .trail import Deadline, Happening

    Entry: TypeAlias = tuple[Any, ...]
    """Event (empty: nothing but time passed), by, at, the node or nodes afterwards, the entry before, and where
    there is something of it: (reason, score, paths of the fields written, path of the record signed). What the owner
    of the process did with the case as such has no `by`: he and who gets the record stand behind that."""


class Case:
    """A case of a process. A case is truthy, a refusal falsy.

    `record` is the record it is about, `organisation` who may act in it, `effects` what the last act asks of
    the world (emit, notify, open, remind …), `history` the linked entries of its history, the last one first.
    """

    __slots__ = ("_data", "_state", "_until", "effects", "history", "organisation", "record")
    MACHINE: ClassVar[Machine]
    CLOCK: ClassVar[Clock]

    record: Any
    organisation: Any
    effects: tuple[Effect, ...]
    history: Entry
    _state: Node
    """The one state that it is in; `SEVERAL` where only a token can tell, and every act goes the general way."""
    _until: int
    """The last instant up to which nothing can be late in that state."""
    _data: Token | Pending | Errand | Person | None

    if TYPE_CHECKING:

        def __bool__(self) -> Literal[True]: ...

    # where it is

    @property
    def state(self) -> str:
        """The state it is in; where branches run, theirs joined by `+`."""
        node = self._state
        return node.name if node is not SEVERAL else "+".join(self.states)

    @property
    def states(self) -> tuple[str, ...]:
        """The active states, in the order of the spec."""
        if self._state is not SEVERAL:
            return (self._state.name,)
        from .tokens import state_names

        return state_names(self.token())

    @property
    def ended(self) -> Literal["success", "failure"] | None:
        """How it ended, `None` while it runs."""
        node = self._state if self._state is not SEVERAL else self.token().node
        if not isinstance(node, End):
            return None
        return "success" if node.success else "failure"

    @property
    def priority(self) -> str | None:
        """The first priority of the process whose condition holds now, `None` if none does."""
        from .acts import Act

        act = Act.on(self)
        facts = act.facts(requester=act.starter())
        return next((name for name, when in self.MACHINE.priorities if when.test(self.record, facts)), None)

    @property
    def at(self) -> datetime:
        """When something last happened to it."""
        return self.CLOCK.local(self.history[2])

    def trail(self) -> tuple[Happening, ...]:
        """Its history, the newest entry last."""
        from .trail import Happening

        entries: list[Entry] = []
        entry: Entry | None = self.history
        while entry is not None:
            if entry[0]:
                entries.append(entry)
            entry = entry[4]
        return tuple(Happening(entry, self.CLOCK) for entry in reversed(entries))

    def deadlines(self) -> tuple[Deadline, ...]:
        """The time limits of the states it is in, passed or not, and its promise; the earliest first."""
        from . import timing
        from .trail import Deadline

        if self.ended:
            return ()
        found = [(due.at, due.timer.kind, due.state) for due in timing.running(self.token())]
        if self.MACHINE.promise is not None:
            first = self.history
            while first[4] is not None:
                first = first[4]
            promised = timing.promised(self.MACHINE.promise, first[2])
            found += [(promised, "promise", self.MACHINE.name)] if promised is not None else []
        return tuple(Deadline(state, kind, self.CLOCK.local(due)) for due, kind, state in sorted(found))

    # what happens to it

    @classmethod
    def begun(
        cls, by: Person | None, at: datetime, record: Any, organisation: Organisation, owner: Person | str | None = None
    ) -> Self | Refusal:
        """A new case about a record. Without `by` nobody's grants are looked at: a system starts it.

        Raises `TypeError` for what is no such record, and for what is no person.
        """
        from . import performing

        performing.beginning(cls.MACHINE, record, organisation)
        owner = owner.name if isinstance(owner, Person) else owner
        found = performing.started(cls.MACHINE, by, cls.CLOCK.seconds(at), record, organisation, owner)
        return found if isinstance(found, Refusal) else cls._after(found)

    def fire(
        self,
        event: str,
        by: Person | None = None,
        at: datetime | None = None,
        values: Mapping[str, Any] | None = None,
        reason: str | None = None,
        score: int | None = None,
        date: datetime | None = None,
        to: Person | str | None = None,
    ) -> Self | Refusal:
        """Fire an event, with values of fields by their names in the spec. Time limits before `at` pass first.

        `reassign` (which takes `to`) and `reopen` are acts of the owner of the process, where it has no such events.
        """
        from . import performing

        found = performing.attempt(self, event, by, self._seconds(at), self._given(values, reason, score, date, to))
        return found if isinstance(found, Refusal) else self._after(found)

    def receive(
        self, event: str, at: datetime | None = None, values: Mapping[str, Any] | None = None
    ) -> Self | Refusal:
        """Let an event arrive from outside."""
        return self.fire(event, None, at, values)

    def advance(self, at: datetime) -> Self | Refusal:
        """Let time pass: reminders, escalations, timeouts and silent verifications before `at`."""
        from . import performing

        found = performing.passing(self, self._seconds(at))
        return found if isinstance(found, Refusal) else self._after(found)

    def _owner_acts(
        self, event: str, by: Person, at: datetime | None, reason: str | None, to: Person | str | None = None
    ) -> Self | Refusal:
        """What the owner of the process does with the case as such: `reassign` or `reopen`."""
        from . import owning

        found = owning.attempt(self, event, by, self._seconds(at), self._given(None, reason, None, None, to))
        return found if isinstance(found, Refusal) else self._after(found)

    def _owner_may(
        self, event: str, by: Person, at: datetime | None, reason: str | None, to: Person | str | None = None
    ) -> Permitted | Refusal:
        """Whether `_owner_acts` with the same arguments would go through."""
        found = self._owner_acts(event, by, at, reason, to)
        return found if isinstance(found, Refusal) else PERMITTED

    # what may happen to it

    def check(
        self,
        event: str,
        by: Person | None = None,
        at: datetime | None = None,
        values: Mapping[str, Any] | None = None,
        reason: str | None = None,
        score: int | None = None,
        date: datetime | None = None,
        to: Person | str | None = None,
    ) -> Permitted | Refusal:
        """Whether `fire` with the same arguments would go through; without `at`, at the case's last instant."""
        from . import performing

        found = performing.attempt(self, event, by, self._seconds(at), self._given(values, reason, score, date, to))
        return found if isinstance(found, Refusal) else PERMITTED

    def why_not(
        self,
        actor: Person | None,
        event: str,
        at: datetime | None = None,
        values: Mapping[str, Any] | None = None,
        reason: str | None = None,
        score: int | None = None,
        date: datetime | None = None,
        to: Person | str | None = None,
    ) -> Refusal | None:
        """The refusal that somebody would get for an event, `None` if none."""
        found = self.check(event, actor, at, values, reason, score, date, to)
        return found if isinstance(found, Refusal) else None

    def allowed(self, actor: Person) -> tuple[str, ...]:
        """The events that somebody may fire now, in the order of declaration.

        What can still come with an event (values, a reason, a date) is taken as given.
        """
        from . import checks, performing

        events = dict.fromkeys(opening.event for opening, _ in checks.open_in(self.token()))
        return tuple(event for event in events if performing.offered(self, event, actor))

    def facts(self, at: datetime | None = None) -> Facts:
        """What conditions see beside the record, for fields that are derived from the day or from what a person is."""
        from .acts import Act

        act = Act.on(self)
        if at is not None:
            act.at = self.CLOCK.seconds(at)
        return act.facts(requester=act.starter())

    def visible_to(self, actor: Person) -> tuple[str, ...]:
        """The fields of the record that somebody may read now, in the order of the entity."""
        return self._fields("read", actor)

    def writable_by(self, actor: Person) -> tuple[str, ...]:
        """The fields of the record that somebody holds `update` on now; a step still has to list them."""
        return self._fields("update", actor)

    def _fields(self, action: str, actor: Person) -> tuple[str, ...]:
        from .acts import Act

        act = Act.on(self)
        act.by = member = self.organisation.member(actor)
        if member is None:
            return ()
        facts = act.facts(requester=act.starter())
        return self.MACHINE.access[self.record.entity].allowed(action, member, self.record, facts)

    def filled(self, opening: Opening, by: Person, values: Mapping[str, Any]) -> tuple[Any, Any]:
        """The record with the values given with an event of the case's own task, and the note of them.

        No record where that takes a closer look: a value out of range, a grant under a condition, separation.
        """
        record, machine = self.record, self.MACHINE
        writers, kept = machine.access[record.entity].writers, {}
        mine = by.name == record.owner or by.name == record.creator
        if machine.separates_updates:
            return None, None
        for name, value in values.items():
            if value is NOT_GIVEN:
                continue
            if value is None or (name,) not in opening.paths:
                return None, None
            ever, own = writers[name]
            if not by.mask & ever and not (mine and by.mask & own):
                return None, None
            try:
                kept[name] = found = record.FIELDS[name].checked(value)
            except ValueError:
                return None, None
            if record.FIELDS[name].of_person and self.organisation.person(found) is None:
                return None, None
        return record.having(kept), (None, None, tuple((name,) for name in kept), None)

    # as JSON

    def to_json(self) -> str:
        """The whole case, history and all, as JSON text."""
        from json import dumps

        from .encoding import encoded

        return dumps(encoded(self), ensure_ascii=False)

    @classmethod
    def restored(cls, text: str, organisation: Organisation) -> Self:
        """A case from `to_json`. Raises `ValueError` for anything else, and for persons it does not find."""
        from .encoding import decoded

        case: Self = decoded(cls, text, organisation)
        return case

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        from .encoding import encoded

        return self is other or encoded(self) == encoded(other)

    def __hash__(self) -> int:
        return hash((self.history[2], self.record))

    def __copy__(self) -> Self:
        return self  # it is never changed

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).restored, (self.to_json(), self.organisation)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self.state}>"

    # how it is kept

    def token(self) -> Token:
        """Where it is, as a copy that an act may change."""
        from .tokens import standing

        return standing(self._state, self._until, self._data)

    @classmethod
    def kept(
        cls, root: Token, record: Any, organisation: Organisation, effects: tuple[Effect, ...], entry: Entry
    ) -> Self:
        """A case of these parts. A single state that is not late is kept without a token.

        A chain of bands that nobody has signed yet is kept as the person who requested it.
        """
        new = cls()
        new.record = record
        new.organisation = organisation
        new.effects = effects
        new.history = entry
        new._data = data = root.shortened(cls.MACHINE.safe)
        if data is root:
            new._state, new._until = SEVERAL, -1
        else:
            new._state, new._until = root.node, root.since + root.node.calm
        return new

    @classmethod
    def _after(cls, act: Act) -> Self:
        return cls.kept(act.root, act.record, act.organisation, tuple(act.effects), act.happened())

    def _seconds(self, at: datetime | None) -> int:
        return self.history[2] if at is None else self.CLOCK.seconds(at)

    def _given(
        self,
        values: Mapping[str, Any] | None,
        reason: str | None,
        score: int | None,
        date: datetime | None,
        to: Person | str | None,
    ) -> Given:
        from .checks import Given

        try:
            given = {name: value for name, value in values.items() if value is not NOT_GIVEN} if values else None
        except AttributeError:
            raise TypeError(f"values are given as a dict by the names of their fields, not as {values!r}") from None
        if reason is not None and not isinstance(reason, str):
            raise TypeError(f"a reason is a text, not {reason!r}")
        return Given(given, reason, score, None if date is None else self.CLOCK.seconds(date), to)
