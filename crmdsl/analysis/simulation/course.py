"""The course of one case: what happened to it, act by act, and what its facts turned out to be.

A fact that nothing has read yet is still open: a case whose customer has always been a key customer, and one where he
has not, look the same until somebody asks. So where a case must go a way that its facts do not allow, facts are chosen
anew from where they came in, and the course is run again on the machine: if all of it comes out as it was (states,
times, effects), the case has had those facts all along.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from crmdsl.analysis.simulation.compiled import Compiled, states_of
from crmdsl.analysis.simulation.worktime import NEVER

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.facts import Wish
    from crmdsl.analysis.simulation.work import Item

Path = tuple[str, ...]
PASS = ""
"""The event of a deed in which nothing but time passes."""


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Deed(NamedTuple):
    """Something that happened: an event fired by somebody, one from outside, or time that passed (no event).

    `values` are as the machine takes them, by their paths from the record at `base`. `began` is when the work began.
    """

    event: str
    by: Any
    at: int
    values: Mapping[str, Any] = _NOTHING
    reason: str | None = None
    score: int | None = None
    base: Path = ()
    began: int | None = None


class Course:
    """A case from its start. `key` addresses its draws; `cases` are the machine's own values, one after each deed."""

    __slots__ = (
        "alarm", "born", "cases", "channel", "cls", "count", "deeds", "doomed", "due", "errands", "inside", "items",
        "key", "lay", "missed", "opened", "parts", "past", "read", "record", "root", "seen", "supplies", "tally",
        "visits",
    )  # fmt: skip

    def __init__(self, cls: Any, key: int, count: int, born: int, record: Any, channel: str) -> None:
        self.cls = cls
        self.key = key
        self.count = count
        self.born = born
        self.record = record
        self.channel = channel
        self.deeds: list[Deed] = []
        self.cases: list[Any] = []
        self.items: list[Item] = []
        self.visits: dict[int, int] = {}
        self.errands: dict[str, str] = {}
        """Handoff step -> what was drawn of the request that runs."""
        self.supplies: tuple[Course, str] | None = None
        """The case whose handoff this one fulfils, and the step of it."""
        self.doomed: dict[str, str] = {}
        """The outcomes of `anytime` that will end it (`""`), or a process that runs in it (by the step of that); empty
        where one has come."""
        self.parts: dict[str, int] = {}
        """The steps in which other processes run, and since when."""
        self.due = self.alarm = NEVER
        """When its next time limit passes, and the first instant at which that is looked at."""
        self.opened = 0
        """How many cases it has opened."""
        self.tally: dict[str, int] = {}
        """Seconds by what they went by with, as the observer counts them."""
        self.inside: dict[str, tuple[int, int, str]] = {}
        """Chains, handoffs and ended branches that it is in: since when, and how far they are."""
        self.read: set[Path] = set()
        """The fields on which a way of this case has depended: they are what they are from then on."""
        self.past: dict[tuple[int, Path, bool], Wish] = {}
        """What its ways have asked of its facts so far."""
        self.lay = ""
        """The step at which it lay when the simulation began: what it was before is made up, and counts for nothing."""
        self.missed: set[str] = set()
        """The steps whose time limits it has missed."""
        self.seen: Any = None
        """The case of which `root` says where it is, as it was last looked at."""
        self.root: Any = None

    @property
    def process(self) -> str:
        """The process that it runs."""
        return str(self.cls.MACHINE.name)

    @property
    def name(self) -> str:
        """Its name in the log."""
        return f"{self.process}-{self.count:06d}"

    @property
    def case(self) -> Any:
        """The machine's case as it is now."""
        return self.cases[-1]

    def begun(self, compiled: Compiled, record: Any) -> Any:
        """The case as it starts with a record, or the refusal."""
        act = compiled.performing.started(self.cls.MACHINE, None, self.born, record, compiled.organisation, None)
        return self.cls._after(act) if act else act  # noqa: SLF001 - what the public `begun` does, without datetimes

    def done(self, compiled: Compiled, case: Any, deed: Deed) -> Any:
        """What becomes of a case by a deed, or the refusal."""
        performing = compiled.performing
        if deed.event == PASS:
            act = performing.passing(case, deed.at)
        else:
            given = compiled.checks.Given(deed.values, deed.reason, deed.score)
            act = performing.attempt(case, deed.event, deed.by, deed.at, given)
        return self.cls._after(act) if act else act  # noqa: SLF001 - what the public `fire` does, without datetimes

    def with_facts(self, compiled: Compiled, changes: Mapping[Path, Any]) -> Course | None:
        """This course with other facts, where all that has happened comes out the same; else `None`."""
        put, field_at = compiled.kernel("records").put, compiled.kernel("records").field_at
        record, deeds, first = self.record, list(self.deeds), len(self.deeds)
        for path, kept in changes.items():
            at = self._given(path)
            if at is None:
                record, first = put(record, path, kept), -1
                continue
            deed = deeds[at]
            name = ".".join(path[len(deed.base) :])
            value = field_at(type(record), path).outward(kept)
            deeds[at] = deed._replace(values={**deed.values, name: value})
            first = min(first, at)
        return self._again(compiled, record, deeds, first)

    def _given(self, path: Path) -> int | None:
        """The last deed that gave the value at a path."""
        for index in range(len(self.deeds) - 1, -1, -1):
            deed = self.deeds[index]
            given = deed.values and path[: len(deed.base)] == deed.base
            if given and ".".join(path[len(deed.base) :]) in deed.values:
                return index
        return None

    def _again(self, compiled: Compiled, record: Any, deeds: list[Deed], first: int) -> Course | None:
        """The course run again from a deed on (the start, if it is -1), where it comes out the same."""
        cases = self.cases[: first + 1]
        if first < 0:
            cases = [self.begun(compiled, record)]
            if not self._same(cases[0], self.cases[0]):
                return None
        for index in range(max(first, 0), len(deeds)):
            case = self.done(compiled, cases[-1], deeds[index])
            if not self._same(case, self.cases[index + 1]):
                return None
            cases.append(case)
        other = Course(self.cls, self.key, self.count, self.born, record, self.channel)
        other.deeds, other.cases = deeds, cases
        return other

    def _same(self, case: Any, before: Any) -> bool:
        if not case or case.history[2] != before.history[2] or states_of(case) != states_of(before):
            return False
        if case.effects != before.effects:
            return False
        return not self.cls.MACHINE.priorities or case.priority == before.priority

    def become(self, other: Course) -> None:
        """Take over the facts of another run of this course."""
        self.record, self.deeds, self.cases = other.record, other.deeds, other.cases
