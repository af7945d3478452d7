"""How long the shortest way through a process takes: by the work alone, and by the times that are allowed.

A way is a path of steps from the start to a success; guards, chances and `anytime` are left out of account. A parallel
block counts the slowest branch that its join needs, an approval its least level (nothing where a case may need no
signature), a step with a time of its own no more than that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import NamedTuple

from crmdsl.diagnostics import Span
from crmdsl.ir.operations.week import MINUTES, NEVER, Week, companys, shared, weeks
from crmdsl.model.chains import Approval, Handoff, Level
from crmdsl.model.processes import ApprovalStep, Call, End, HandoffStep, Parallel, Process, Step, Task, TimedStep, Wait
from crmdsl.model.spec import Spec
from crmdsl.model.values import Duration, Effort
from crmdsl.resolve.endless import finite
from crmdsl.resolve.flow import outcomes_of
from crmdsl.resolve.resolved import Resolved

_EVERY = 30
"""Minutes between the starts of a week that are tried where durations of different calendars are compared."""


class Part(NamedTuple):
    """A time on a way: of which step, how many minutes of which calendar (`""` is the clock), and where it stands."""

    step: str
    minutes: int
    calendar: str
    written: Duration
    place: Callable[[], Span]


class Way(NamedTuple):
    """A way, with its length in weeks, on which times of different calendars can be compared roughly."""

    weight: float
    parts: tuple[Part, ...]


NOTHING = Way(0.0, ())
Ends = tuple[Way | None, Way | None]
"""The shortest ways to a success and to a failure, `None` where there is none."""


class Kept(NamedTuple):
    """A promise and the shortest way to keep it. Minutes are of the calendar that is asked of, or of the clock.

    `longer` says whether the way takes longer than is promised; where calendars differ, for most of the times of a
    week at which a case may start.
    """

    process: Process
    promise: Duration
    week: Week
    way: Way
    longer: bool
    minutes: float
    """What the way takes in the kind of time of the promise, in the middle of all starts."""
    clock: float
    """What it takes on the clock, in the middle of all starts, in minutes."""
    promised_clock: float


def by_efforts(resolved: Resolved) -> Iterator[Kept]:
    """Promises against the mean efforts on the shortest way, all waits being nothing; those kept at sight left out."""
    return _kept(resolved, Efforts(resolved))


def by_limits(resolved: Resolved) -> Iterator[Kept]:
    """Promises against the smallest sum of `within`, `respond` and `deliver`; those kept at sight left out."""
    return _kept(resolved, Limits(resolved))


def _kept(resolved: Resolved, least: Least) -> Iterator[Kept]:
    spec = resolved.spec
    if any(place.startswith("calendars.") and place.endswith(".hours") for place in spec.unread):
        return
    own = least.weeks.get(companys(spec), NEVER)
    alike: dict[object, Kept] = {}
    for process in spec.processes.values():
        promise = process.promise
        if promise is None or process.name not in least.known or not own.open:
            continue
        if not promise.elapsed and least.most(process) <= promise.total_minutes(own.day):
            continue
        way = least.process(process)[0]
        if way is not None and not _kept_at_sight(promise, way, own):
            times = tuple((part.calendar, part.minutes) for part in way.parts)
            key = (promise.elapsed, promise.total_minutes(own.day), times)
            if key not in alike:  # every start of a week is tried, which takes time
                alike[key] = _judged(process, promise, way, own, least.weeks)
            yield alike[key]._replace(process=process, promise=promise, way=way)


def _kept_at_sight(promise: Duration, way: Way, own: Week) -> bool:
    """Whether all times are of the calendar of the promise, and together no longer: most are, and it is soon seen."""
    name = "" if promise.elapsed else own.name
    if any(part.calendar != name for part in way.parts):
        return False
    return sum(part.minutes for part in way.parts) <= promise.total_minutes(own.day)


def _judged(process: Process, promise: Duration, way: Way, own: Week, known: dict[str, Week]) -> Kept:
    promised = float(promise.total_minutes(own.day))
    calendars = {part.calendar for part in way.parts}
    total = float(sum(part.minutes for part in way.parts))
    starts = [at for start, end in own.windows for at in range(start, end, _EVERY)]
    ends = [_end(at, way, known) for at in starts]
    limits = [at + promised if promise.elapsed else own.add(at, promised) for at in starts]
    if calendars == {"" if promise.elapsed else own.name}:
        longer, minutes = total > promised, total
    else:
        longer = sum(end > limit for end, limit in zip(ends, limits, strict=True)) * 2 > len(starts)
        taken = [end - at if promise.elapsed else _open(own, at, end) for at, end in zip(starts, ends, strict=True)]
        minutes = _middle(taken)
    clock = _middle(end - at for at, end in zip(starts, ends, strict=True))
    promised_clock = _middle(limit - at for at, limit in zip(starts, limits, strict=True))
    return Kept(process, promise, own, way, longer, minutes, clock, promised_clock)


def _end(at: float, way: Way, known: dict[str, Week]) -> float:
    for part in way.parts:
        at = known[part.calendar].add(at, part.minutes) if part.calendar in known else at + part.minutes
    return at


def _open(week: Week, start: float, end: float) -> float:
    """Minutes of a calendar between two minutes, at most a year apart."""
    whole, rest = divmod(end - start, MINUTES)
    found = whole * week.open
    first = start % MINUTES
    for begin, close in week.windows:
        for shift in (0, MINUTES):
            found += max(0.0, min(first + rest, close + shift) - max(first, begin + shift))
    return found


def _middle(values: Iterable[float]) -> float:
    found = sorted(values)
    return found[len(found) // 2] if found else 0.0


class Least(ABC):
    """Finds the shortest ways; a subclass says how long each step takes."""

    def __init__(self, resolved: Resolved) -> None:
        self.spec: Spec = resolved.spec
        self.known = finite(resolved)
        self.weeks = weeks(self.spec)
        self._found: dict[str, Ends] = {}
        self._most: dict[str, float] = {}
        own = companys(self.spec)
        self._day = self.weeks.get(own, NEVER).day
        self._one_calendar = all(
            role.calendar is None or role.calendar.name == own for role in self.spec.roles.values()
        )

    # what takes how long

    @abstractmethod
    def step(self, step: Task | Wait) -> Way:
        """The time of a task or wait."""

    @abstractmethod
    def limit(self, step: TimedStep) -> Way | None:
        """The time that a whole step may take, whatever is inside; `None` where nothing says."""

    @abstractmethod
    def level(self, step: str, chain: Approval, level: Level) -> Way:
        """The time of a level."""

    @abstractmethod
    def handoff(self, step: str, handoff: Handoff) -> tuple[Way, Way]:
        """The time of a handoff until it is accepted, and until it is declined."""

    @abstractmethod
    def written(self, step: Step) -> Iterable[Duration | None]:
        """All durations of which the time of a step is made, whichever of them count."""

    def most(self, process: Process) -> float:
        """More minutes than any shortest way takes: those of all steps together, none of which it visits twice.

        Nearly every promise is longer, and no way need be looked for. `inf` where not all is on the company's calendar.
        """
        found = self._most.get(process.name)
        if found is None:
            self._most[process.name] = inf  # for as long as it is asked for: it may call itself
            if self._one_calendar:
                self._most[process.name] = sum(self._most_of(step) for step in process.all_steps.values())
            found = self._most[process.name]
        return found

    def _most_of(self, step: Step) -> float:
        total = 0.0
        for duration in self.written(step):
            if duration is not None:
                total += inf if duration.elapsed else duration.total_minutes(self._day)
        if isinstance(step, Call):
            called = step.called
        else:
            handoff = self.handed(step) if isinstance(step, HandoffStep) else None
            called = handoff.fulfilled_by if handoff else None
        if called is not None:
            inside = self.spec.processes.get(called.name)
            total += self.most(inside) if inside else 0.0
        return total

    def chained(self, step: ApprovalStep) -> Approval | None:
        """The chain that a step runs."""
        return self.spec.approvals.get(step.approval.name) if step.approval else None

    def handed(self, step: HandoffStep) -> Handoff | None:
        """The handoff that a step runs."""
        return self.spec.handoffs.get(step.handoff.name) if step.handoff else None

    def part(self, step: str, duration: Duration | None, roles: tuple[str, ...], span: Callable[[], Span]) -> Way:
        """A duration on the calendar of some roles as a way."""
        if duration is None:
            return NOTHING
        if duration.elapsed:
            minutes = duration.total_minutes()
            return Way(minutes / MINUTES, (Part(step, minutes, "", duration, span),))
        week = self.weeks.get(shared(self.spec, roles), NEVER)
        minutes = duration.total_minutes(week.day)
        return Way(minutes / (week.open or 5 * week.day), (Part(step, minutes, week.name, duration, span),))

    # ways

    def process(self, process: Process) -> Ends:
        """The shortest ways through a process; nothing is known of one that is faulty or calls itself."""
        found = self._found.get(process.name)
        if found is None:
            self._found[process.name] = (NOTHING, NOTHING)
            if process.name in self.known and process.start:
                self._found[process.name] = self.through(process.steps, process.start.name)
            found = self._found[process.name]
        return found

    def called(self, name: str | None) -> Ends:
        """The shortest ways through a process by its name."""
        process = self.spec.processes.get(name or "")
        return self.process(process) if process else (NOTHING, NOTHING)

    def through(self, steps: dict[str, Step], start: str) -> Ends:
        """The shortest ways from a step to the ends around it (Dijkstra)."""
        order = count()
        open_: list[tuple[float, int, str, tuple[Part, ...]]] = [(0.0, next(order), start, ())]
        done: set[str] = set()
        ends: dict[str, Way] = {}
        while open_ and len(ends) < 2:
            weight, _, name, parts = heappop(open_)
            step = steps.get(name)
            if step is None or name in done:
                continue
            done.add(name)
            if isinstance(step, End):
                ends.setdefault(step.end, Way(weight, parts))
                continue
            for to, way in self.ways(step):
                if way is not None and to not in done:
                    heappush(open_, (weight + way.weight, next(order), to, parts + way.parts))
        return ends.get("success"), ends.get("failure")

    def ways(self, step: Step) -> Iterator[tuple[str, Way | None]]:
        """Where a step leads, and how long it takes on that way; `None` for a way that cannot be gone."""
        if isinstance(step, Parallel):
            met, failed = self.parallel(step)
            for ref, way in ((step.then, met), (step.on_failure, failed)):
                if ref is not None:
                    yield ref.name, self.limited(step, way)
            return
        times = self.times(step)
        for name, outcome in outcomes_of(step).items():
            if outcome.to is not None:
                way = times(name)
                yield outcome.to.name, self.limited(step, way) if isinstance(step, TimedStep) else way

    def times(self, step: Step) -> Callable[[str], Way | None]:
        """The time that a step takes, by its outcome."""
        if isinstance(step, Task | Wait):
            one = self.step(step)
            return lambda _: one
        if isinstance(step, ApprovalStep):
            chain = self.chained(step)
            return lambda name: self.approval(step.path, chain, name) if chain else NOTHING
        if isinstance(step, HandoffStep):
            handoff = self.handed(step)
            accepted, declined = self.handoff(step.path, handoff) if handoff else (NOTHING, NOTHING)
            return lambda name: {"accepted": accepted, "declined": declined}.get(name, NOTHING)
        if isinstance(step, Call):
            success, failure = self.called(step.called.name if step.called else None)
            return lambda name: success if name == "success" else failure
        return lambda _: NOTHING

    def limited(self, step: TimedStep, way: Way | None) -> Way | None:
        """A way through a step, or what the step as a whole is allowed if that is less."""
        if way is None or isinstance(step, Task | Wait):
            return way
        limit = self.limit(step)
        return limit if limit is not None and limit.weight < way.weight else way

    def approval(self, step: str, chain: Approval, outcome: str) -> Way:
        """The least level of a chain; nothing where a case may need no signature."""
        levels = list(chain.levels.values())
        if chain.mode == "ladder":
            levels = [level for level in levels if level.when is None] if outcome == "approved" else levels
        elif chain.otherwise == ("approve" if outcome == "approved" else "reject"):
            return NOTHING
        return min((self.level(step, chain, level) for level in levels), default=NOTHING, key=lambda way: way.weight)

    def parallel(self, step: Parallel) -> Ends:
        """A block: the slowest branch that the join needs, and the slowest of those that must fail to fail it."""
        met: list[Way] = []
        failed: list[Way] = []
        for branch in step.parallel.values():
            if branch.single or branch.start is None:
                task = next(iter(branch.steps.values()), None)
                ends: Ends = (self.step(task) if isinstance(task, Task | Wait) else NOTHING, None)
            else:
                ends = self.through(branch.steps, branch.start.name)
            met += [ends[0]] if ends[0] else []
            failed += [ends[1]] if ends[1] else []
        number = len(step.parallel)
        needed = {"all": number, "any": 1}.get(str(step.join), step.join if isinstance(step.join, int) else number)
        return _slowest(met, needed), _slowest(failed, number - needed + 1)


def _slowest(ways: list[Way], needed: int) -> Way | None:
    """The slowest of the quickest that are needed."""
    if not 0 < needed <= len(ways):
        return None
    return sorted(ways, key=lambda way: way.weight)[needed - 1]


class Efforts(Least):
    """The mean efforts of steps; nobody waits for anybody."""

    def written(self, step: Step) -> Iterable[Duration | None]:
        """The mean efforts of a task, of every level, of a supplier."""
        efforts: Iterable[Effort | None] = ()
        if isinstance(step, Task):
            efforts = (step.effort,)
        elif isinstance(step, ApprovalStep):
            chain = self.chained(step)
            efforts = [level.effort for level in chain.levels.values()] if chain else ()
        elif isinstance(step, HandoffStep):
            handoff = self.handed(step)
            efforts = (handoff.effort,) if handoff else ()
        return [effort.mean for effort in efforts if effort]

    def step(self, step: Task | Wait) -> Way:
        """The effort of a task; a wait is nothing."""
        if not isinstance(step, Task) or step.effort is None:
            return NOTHING
        roles = tuple(ref.name for ref in step.role)
        return self.part(step.path, step.effort.mean, roles, lambda: step.value_span("effort"))

    def limit(self, step: TimedStep) -> Way | None:
        """No limit makes work shorter."""
        return None

    def level(self, step: str, chain: Approval, level: Level) -> Way:
        """The effort of one signature: several may be given at the same time."""
        roles = tuple(ref.name for ref in level.approver)
        mean = level.effort.mean if level.effort else None
        return self.part(f"{step}.{level.name}", mean, roles, lambda: level.value_span("effort"))

    def handoff(self, step: str, handoff: Handoff) -> tuple[Way, Way]:
        """The supplier's effort, and the process that does the work."""
        roles = tuple(ref.name for ref in handoff.supplier)
        mean = handoff.effort.mean if handoff.effort else None
        done = self.part(step, mean, roles, lambda: handoff.value_span("effort"))
        if handoff.fulfilled_by:
            done = _sum(done, self.called(handoff.fulfilled_by.name)[0] or NOTHING)
        return done, NOTHING


class Limits(Least):
    """The times that steps, levels and handoffs are allowed."""

    def written(self, step: Step) -> Iterable[Duration | None]:
        """The `within` of a step and of every level, what a handoff allows."""
        times = [step.within] if isinstance(step, TimedStep) else []
        if isinstance(step, ApprovalStep):
            chain = self.chained(step)
            times += [level.within for level in chain.levels.values()] if chain else []
        elif isinstance(step, HandoffStep):
            handoff = self.handed(step)
            times += [handoff.respond, handoff.deliver] if handoff else []
        return times

    def step(self, step: Task | Wait) -> Way:
        """The `within` of a step."""
        return self.limit(step) or NOTHING

    def limit(self, step: TimedStep) -> Way | None:
        """The `within` of a step, if it has one."""
        if step.within is None:
            return None
        roles = tuple(ref.name for ref in step.role) if isinstance(step, Task) else ()
        source = step.wait.source if isinstance(step, Wait) and step.wait else None
        if source is not None and source.name in self.spec.roles:
            roles = (source.name,)
        return self.part(step.path, step.within, roles, lambda: step.value_span("within"))

    def level(self, step: str, chain: Approval, level: Level) -> Way:
        """The `within` of a level."""
        roles = tuple(ref.name for ref in level.approver)
        return self.part(f"{step}.{level.name}", level.within, roles, lambda: level.value_span("within"))

    def handoff(self, step: str, handoff: Handoff) -> tuple[Way, Way]:
        """`respond` and `deliver`; a request is declined before it is taken up."""
        roles = tuple(ref.name for ref in handoff.supplier)
        respond = self.part(step, handoff.respond, roles, lambda: handoff.value_span("respond"))
        deliver = self.part(step, handoff.deliver, roles, lambda: handoff.value_span("deliver"))
        return _sum(respond, deliver), respond


def _sum(first: Way, second: Way) -> Way:
    return Way(first.weight + second.weight, first.parts + second.parts)
