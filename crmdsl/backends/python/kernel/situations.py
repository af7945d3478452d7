"""What is known around a record when somebody asks what he may do with it."""

from __future__ import annotations

from .conditions import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .calendar import Zone
    from .case import Case, Entry
    from .people import Organisation, Person


class Situation(Facts):
    """The case of a record: its process and active states, who asks and who requested, and who wrote and signed it.

    `writers` and `signers` are names, `None` where nobody knows; without `at` it is now.
    """

    __slots__ = ("_now", "process", "signers", "writers")

    def __init__(
        self,
        organisation: Organisation,
        zone: Zone,
        at: int | None = None,
        states: tuple[str, ...] = (),
        requester: Person | None = None,
        actor: Person | None = None,
        *,
        process: str = "",
        writers: Iterable[str] | None = None,
        signers: Iterable[str] | None = None,
    ) -> None:
        super().__init__(organisation, zone, at or 0, states, requester, actor)
        self._now = at is None
        self.process = process
        self.writers = None if writers is None else frozenset(writers)
        self.signers = None if signers is None else frozenset(signers)

    @property
    def today(self) -> date:
        """The local date. Raises `OutOfYears` beyond what a date can be."""
        if self._now:
            from time import time

            self._at, self._now = int(time()), False
        return self._zone.day(self._at)

    def of(self, actor: Person) -> Situation:
        """The same for somebody else who asks."""
        new = Situation.__new__(Situation)
        for name in (*Facts.__slots__, *Situation.__slots__):
            setattr(new, name, getattr(self, name))
        new.organisation, new.actor = actor.organisation or self.organisation, actor.name
        return new

    def among(self, places: Iterable[tuple[str, str]]) -> bool:
        """Whether the case is in one of some places."""
        return any(process == self.process and state in self.states for process, state in places)


def of_case(case: Case, at: int | None = None) -> Situation:
    """The situation of the record of a case; at its last instant unless given."""
    from .acts import Act

    act = Act.on(case)
    writers: set[str] = set()
    signers: set[str] = set()
    entry: Entry | None = act.entry
    while entry is not None:
        by, notes = entry[1], entry[5:]
        if by is not None and notes:
            if notes[0][3] == ():
                signers.add(by.name)
            if any(len(path) == 1 for path in notes[0][2]):
                writers.add(by.name)
        entry = entry[4]
    machine = case.MACHINE
    return Situation(
        case.organisation,
        machine.zone,
        act.at if at is None else at,
        act.states(),
        act.starter(),
        process="" if machine.alone else machine.name,
        writers=writers,
        signers=signers,
    )
