"""Internal customers and suppliers: what was agreed, and what the model says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crmdsl.backends.diagrams.overlay import Note, Overlay
from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics import Message
from crmdsl.ir.operations.week import NEVER, Week, shared, weeks
from crmdsl.model.chains import Handoff
from crmdsl.model.processes import HandoffStep
from crmdsl.model.values import Duration, Ref
from crmdsl.report.company.figures import Known
from crmdsl.report.company.places import Place, Places
from crmdsl.report.company.speech import Figure, Speech

_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Use:
    """A step that runs a handoff: how often a week, how long a delivery takes, and how often in time."""

    place: Place
    times: Figure
    takes: Figure
    kept: Figure | None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A handoff. The times are what was promised, `None` where nothing was."""

    name: str
    title: str
    suppliers: tuple[str, ...]
    customers: tuple[str, ...]
    departments: tuple[str, ...]
    respond: Figure | None
    deliver: Figure | None
    verify: Figure | None
    rework: Figure | None
    decline: Figure | None
    uses: tuple[Use, ...]
    yaml: str
    source: str


def services(known: Known, places: Places, speech: Speech) -> tuple[ServiceView, ...]:
    """Every handoff, in the order of the spec."""
    calendars = weeks(places.spec)
    return tuple(_service(one, calendars, known, places, speech) for one in places.spec.handoffs.values())


def _service(
    one: Handoff, calendars: dict[str, Week], known: Known, places: Places, speech: Speech
) -> ServiceView:  # fmt: skip
    theirs, ours = (calendars.get(shared(places.spec, _names(refs)), NEVER) for refs in (one.supplier, one.customer))
    title = called(one, speech.language)
    excerpt = places.excerpt(one, title)
    return ServiceView(
        one.name, title, tuple(map(places.role, _names(one.supplier))), tuple(map(places.role, _names(one.customer))),
        places.departments((*_names(one.supplier), *_names(one.customer))),
        _time(one.respond, theirs, speech), _time(one.deliver, theirs, speech), _time(one.verify, ours, speech),
        _share(one.rework, speech), _share(one.decline, speech), tuple(_uses(one, known, places, speech)),
        excerpt.anchor if excerpt else "", excerpt.place if excerpt else "",
    )  # fmt: skip


def _names(refs: tuple[Ref, ...]) -> tuple[str, ...]:
    return tuple(ref.name for ref in refs)


def _time(duration: Duration | None, week: Week, speech: Speech) -> Figure | None:
    return speech.promised(duration, week) if duration else None


def _share(share: int | None, speech: Speech) -> Figure | None:
    return None if share is None else speech.share(share / _WHOLE)


def _uses(one: Handoff, known: Known, places: Places, speech: Speech) -> Iterator[Use]:
    """Where it is run, as far as it can be reckoned."""
    for name, found in known.processes.items():
        for path, step in places.spec.processes[name].all_steps.items():
            if not isinstance(step, HandoffStep) or step.handoff is None or step.handoff.name != one.name:
                continue
            limit = known.limits.get((name, path, "deliver"))
            spot = known.spots.get((name, path))
            if spot is None:
                continue
            work = next(work for work in found.profile.works if work.step == path)
            if limit is not None:
                takes = limit.time.mean
            else:
                each = [
                    known.roles[role].waiting.service(work.minutes, 0).mean * known.scale(role)
                    for role in spot.roles if role in known.roles
                ]  # fmt: skip
                takes = spot.wait + (max(each) if each else work.minutes / 60)
            kept = speech.share(limit.kept) if limit is not None else None
            yield Use(places.inside(name, path), speech.count(spot.rate, "rate"), speech.time(takes), kept)


def served(found: Iterable[ServiceView], speech: Speech) -> Overlay:
    """The figures of handoffs, for the map of internal customers."""
    return Overlay({one.name: Note(line) for one in found if (line := told(one, speech))})


def told(one: ServiceView, speech: Speech) -> str:
    """The figures of a handoff in one line, for the map."""
    if not one.uses:
        return ""
    times = sum(use.times.value or 0.0 for use in one.uses)
    kept = [use.kept.value for use in one.uses if use.kept is not None and use.kept.value is not None]
    said = speech.say(Message("{number} a week", number=speech.count(times).text))
    if kept:
        in_time = speech.say(Message("delivered in time: {share}", share=speech.share(min(kept)).text))
        return f"{said} · {in_time}"
    return said
