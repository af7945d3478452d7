"""Each process: how much comes, how long it takes, what it costs, where it waits and what it keeps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.analysis.performance.figures import ProcessFigures
from crmdsl.analysis.performance.structure import Path, Structure
from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics import Message
from crmdsl.model.processes import Decide, End, Parallel, Process
from crmdsl.report.company.distribution import Bar, bars
from crmdsl.report.company.figures import Known, Spot, heat
from crmdsl.report.company.places import Place, Places, roles_of
from crmdsl.report.company.speech import Figure, Speech

STEPS = 60
"""Steps of a process that are listed: of more, those with most work."""
_WAITS, _LIMITS = 6, 8
_SURE = 0.995
_WAIT = 0.5 / 60


@dataclass(frozen=True, slots=True)
class WaitView:
    """Where a case waits: for a role, or (`outside`) for somebody else. `often` are hours of all cases a week."""

    place: Place
    role: str
    role_title: str
    outside: bool
    time: Figure


@dataclass(frozen=True, slots=True)
class LimitView:
    """A time that is not always kept."""

    place: Place
    limit: Figure
    takes: Figure
    kept: Figure


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with its figures, as the map shows them."""

    place: Place
    kind: str
    roles: str
    visits: Figure
    times: Figure | None
    work: Figure | None
    load: Figure | None
    heat: int
    wait: Figure | None


@dataclass(frozen=True, slots=True)
class ProcessView:
    """A process with its figures; `known` is false where it cannot be reckoned, and then there are none."""

    name: str
    title: str
    about: str
    departments: tuple[str, ...]
    known: bool
    cases: Figure | None = None
    success: Figure | None = None
    lead: Figure | None = None
    usual: Figure | None = None
    """What nine of ten cases do not exceed."""
    touch: Figure | None = None
    efficiency: Figure | None = None
    cost: Figure | None = None
    rework: Figure | None = None
    promise: Figure | None = None
    kept: Figure | None = None
    passes: Figure | None = None
    borders: Figure | None = None
    sentences: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    waits: tuple[WaitView, ...] = ()
    limits: tuple[LimitView, ...] = ()
    steps: tuple[StepView, ...] = ()
    more_steps: int = 0
    yaml: str = ""
    source: str = ""


def processes(
    known: Known | None, structure: Structure | None, places: Places, speech: Speech
) -> tuple[ProcessView, ...]:
    """Every process, in the order of the spec."""
    paths = {one.process: one for one in structure.paths} if structure else {}
    found = []
    for process in places.spec.processes.values():
        figures = known.processes.get(process.name) if known else None
        if known is None or figures is None:
            excerpt = places.excerpt(process, places.process(process.name))
            found.append(
                ProcessView(process.name, called(process, speech.language), "", (), False,
                            yaml=excerpt.anchor if excerpt else "", source=excerpt.place if excerpt else "")
            )  # fmt: skip
        else:
            found.append(_Process(process, figures, paths.get(process.name), known, places, speech).view())
    return tuple(found)


class _Process:
    """Works out what is said of a process."""

    def __init__(
        self, process: Process, figures: ProcessFigures, path: Path | None, known: Known, places: Places, speech: Speech
    ) -> None:
        self.process, self.figures, self.path = process, figures, path
        self.known, self.places, self.speech = known, places, speech

    def view(self) -> ProcessView:
        """All of it."""
        one, speech, path = self.figures, self.speech, self.path
        promise = speech.promised(one.promise) if one.promise else None
        every = list(self._steps())
        shown = every if len(every) <= STEPS else sorted(every, key=_weight)[:STEPS]
        excerpt = self.places.excerpt(self.process, called(self.process, speech.language))
        return ProcessView(
            one.process, called(self.process, speech.language), self._about(), self._departments(), True,
            speech.count(one.cases, "rate"), speech.share(one.profile.success), speech.time(one.lead.mean),
            speech.time(one.lead.percentile(0.9)), speech.work(one.touch), speech.share(one.efficiency),
            speech.money(one.cost.case), speech.money(one.cost.rework), promise,
            None if one.kept is None else speech.share(one.kept), speech.count(path.passes) if path else None,
            speech.count(path.borders) if path else None, tuple(self._sentences()),
            bars(one.lead, promise.value if promise else None, speech), tuple(waits(one, self.places, speech))[:_WAITS],
            tuple(self._limits()), tuple(shown), len(every) - len(shown), excerpt.anchor if excerpt else "",
            excerpt.place if excerpt else "",
        )  # fmt: skip

    def _about(self) -> str:
        """For whom it is, and who answers for it."""
        said = []
        if self.process.owner:
            owners = ", ".join(self.places.role(ref.name) for ref in self.process.owner)
            said.append(self.speech.say(Message("Process owner: {roles}", roles=owners)))
        customers = [self.places.role(ref.name) for ref in self.process.customer if ref.name != "anyone"]
        if customers:
            said.append(self.speech.say(Message("Customer: {roles}", roles=", ".join(customers))))
        return " · ".join(said)

    def _departments(self) -> tuple[str, ...]:
        roles = {role: None for work in self.figures.profile.works for role, _ in work.roles}
        return self.places.departments(tuple(roles))

    def _sentences(self) -> Iterator[str]:
        """What a person would say of it first."""
        one, speech = self.figures, self.speech
        if one.lead.endless:
            yield speech.say(Message("Somebody on the way cannot keep up, so that no lead time can be told."))
        elif not one.cases:
            yield speech.say(Message("Nothing says how many cases come; the times are those of a company at rest."))
        if one.promise is not None and one.kept is not None and not one.lead.endless:
            yield kept_sentence(one.kept, speech.promised(one.promise), speech)
        own = sum(wait.hours for wait in one.waits if wait.role)
        outside = sum(wait.hours for wait in one.waits if not wait.role)
        if math.isfinite(own) and outside > own and outside > 0.3 * one.lead.mean:
            share = speech.share(min(1.0, outside / one.lead.mean)).text
            yield speech.say(Message("{share} of the time goes by with others: outside of the company.", share=share))

    def _limits(self) -> list[LimitView]:
        risky = sorted(
            (one for one in self.known.found.limits if one.process == self.process.name and one.kept < _SURE),
            key=lambda one: one.kept,
        )
        return [
            LimitView(self.places.inside(one.process, one.place), self.speech.promised(one.limit),
                      self.speech.time(one.time.mean), self.speech.share(one.kept))
            for one in risky[:_LIMITS]
        ]  # fmt: skip

    def _steps(self) -> Iterator[StepView]:
        """The steps that take time or work."""
        outside = {wait.place: wait.hours for wait in self.figures.waits if not wait.role}
        for path, step in self.process.all_steps.items():
            visits = self.figures.profile.visits.get(path, 0.0)
            if isinstance(step, End | Decide | Parallel) or not visits:
                continue
            spot = self.known.spots.get((self.process.name, path), Spot())
            place = self.places.inside(self.process.name, path)
            roles = ", ".join(map(self.places.role, spot.roles or roles_of(self.places.spec, step)))
            beyond = outside.get(f"{self.process.name}.{path}")
            worked = spot.rate > 0
            wait = spot.wait if worked else beyond
            yield StepView(
                place, type(step).__name__.removesuffix("Step").lower(), roles, self.speech.count(visits),
                self.speech.count(spot.rate, "rate") if worked else None,
                self.speech.work(spot.hours) if worked else None,
                self.speech.share(spot.load) if worked else None, heat(spot.load) if worked else -1,
                None if wait is None else self.speech.time(wait),
            )  # fmt: skip


def _weight(step: StepView) -> tuple[float, str]:
    load = -1.0 if step.load is None else math.inf if step.load.value is None else step.load.value
    hours = step.work.value if step.work and step.work.value else 0.0
    return (-max(load, 0.0) * max(hours, 1e-9), step.place.step)


def waits(one: ProcessFigures, places: Places, speech: Speech) -> Iterator[WaitView]:
    """Where the cases of a process wait, longest first; for us before for others."""
    for outside in (False, True):
        for wait in one.waits:
            if (not wait.role) is outside and wait.hours > _WAIT:
                yield WaitView(
                    places.of(wait.place), wait.role, places.role(wait.role) if wait.role else "", outside,
                    speech.time(wait.hours),
                )  # fmt: skip


def kept_sentence(kept: float, promise: Figure, speech: Speech) -> str:
    """How often a promise is kept, in words."""
    if kept >= _SURE:
        return speech.say(Message("The promise of {time} is kept practically always.", time=promise.whole))
    if kept < 1 - _SURE:
        return speech.say(Message("The promise of {time} is hardly ever kept.", time=promise.whole))
    return speech.say(
        Message("The promise of {time} is kept in about {number} of 100 cases.", time=promise.whole,
                number=round(kept * 100))
    )  # fmt: skip
