"""Everything that a report says, gathered once: each form of it writes down the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmdsl.analysis.dependence import Dependence
from crmdsl.analysis.performance.figures import Performance
from crmdsl.analysis.performance.structure import Structure
from crmdsl.backends.diagrams.words import called, in_language
from crmdsl.diagnostics import Diagnostic, Message
from crmdsl.ir.operations.week import NEVER, companys, weeks
from crmdsl.ir.program import Program
from crmdsl.model.spec import Spec
from crmdsl.report.company.chains import ChainView, chains
from crmdsl.report.company.faults import FaultView, faults
from crmdsl.report.company.figures import Known
from crmdsl.report.company.goals import Goal, goals
from crmdsl.report.company.headline import Headline, headline
from crmdsl.report.company.maps import Atlas, atlas
from crmdsl.report.company.people import RoleView, roles
from crmdsl.report.company.places import Excerpt, Places
from crmdsl.report.company.processes import ProcessView, processes
from crmdsl.report.company.reliefs import ReliefView, reliefs
from crmdsl.report.company.rights import Rights, rights
from crmdsl.report.company.services import ServiceView, services
from crmdsl.report.company.speech import Speech
from crmdsl.report.company.weaving import Woven, woven
from crmdsl.report.performance.text import assumptions
from crmdsl.syntax.nodes import Source

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.study import Study
    from crmdsl.report.company.simulated import Simulated

Figures = tuple[Performance, Structure, Sequence[Dependence]]
"""What analysis found."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department that the report can be looked at for."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Content:
    """A report. Where the spec has errors that leave no figures, `refused` says so, and the diagnostics are all."""

    spec: str
    company: str
    about: str
    language: str
    refused: str = ""
    headline: Headline | None = None
    departments: tuple[Department, ...] = ()
    processes: tuple[ProcessView, ...] = ()
    roles: tuple[RoleView, ...] = ()
    reliefs: tuple[ReliefView, ...] = ()
    goals: tuple[Goal, ...] = ()
    woven: Woven | None = None
    services: tuple[ServiceView, ...] = ()
    chains: tuple[ChainView, ...] = ()
    rights: Rights | None = None
    faults: tuple[FaultView, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    simulated: Simulated | None = None
    atlas: Atlas | None = None


def content(
    program: Program, diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], figures: Figures | None,
    language: str | None = None, *, pictures: bool = True, study: Study | None = None,
) -> Content:  # fmt: skip
    """What there is to say of a checked spec, in `language` or the company's; `figures` where analysis found any.

    Without `pictures` nothing is drawn; `study` is a simulation of the spec.
    """
    spec = program.spec
    language = language or (spec.company.language if spec.company else "en")
    speech = _speech(spec, language)
    places = Places(spec, sources, language)
    found = Content(
        spec.name, (spec.company.title if spec.company else "") or spec.name, _about(spec, language), language,
        faults=faults(diagnostics, sources, speech), counts=Counter(one.severity.value for one in diagnostics),
    )  # fmt: skip
    if figures is None:
        return _with(found, refused=speech.say(Message(
            "The spec has errors, so that nothing can be said of the company yet. Repair what stands below, and make "
            "the report again."
        )))  # fmt: skip
    found = _whole(found, program, figures, places, speech, pictures=pictures, study=study)
    if study is None:
        return found
    from crmdsl.report.company.simulated import simulated

    return _with(found, simulated=simulated(study, Known(figures[0]), places, speech))


def _whole(
    found: Content, program: Program, figures: Figures, places: Places, speech: Speech, *, pictures: bool,
    study: Study | None,
) -> Content:  # fmt: skip
    performance, structure, points = figures
    known = Known(performance)
    drawn = atlas(program.spec, known, services(known, places, speech), speech) if pictures else None
    places.maps = drawn.anchors if drawn else {}
    ranking = reliefs(known, places, speech)
    first = headline(known, ranking, places, speech)
    return _with(
        found,
        headline=first,
        departments=tuple(
            Department(name, called(one, speech.language)) for name, one in program.spec.departments.items()
        ),
        reliefs=ranking,
        roles=roles(known, places, speech),
        processes=_sorted(processes(known, structure, places, speech), first.main_process),
        goals=goals(known, study, places, speech),
        woven=woven(structure, points, places, speech),
        services=services(known, places, speech),
        chains=chains(known, places, speech),
        rights=rights(program, speech),
        assumptions=tuple(_assumed(performance, speech)),
        atlas=drawn,
        excerpts=tuple(places.excerpts.values()),
    )


def _assumed(performance: Performance, speech: Speech) -> Iterator[str]:
    day = speech.say(Message("{number} h", number=speech.number(performance.week.day / 60)))
    for message in assumptions(performance, day):
        text = speech.say(message)
        yield f"{text[:1].upper()}{text[1:]}."
    yield speech.say(
        Message("By the clock: half of the cases take longer than that, half less, whenever in the week they begin.")
    )


def _sorted(found: tuple[ProcessView, ...], first: str) -> tuple[ProcessView, ...]:
    """The main process before the others."""
    return tuple(sorted(found, key=lambda one: one.name != first))


def _speech(spec: Spec, language: str) -> Speech:
    week = weeks(spec).get(companys(spec), NEVER)
    return Speech(language, week, spec.company.currency if spec.company else "EUR")


def _about(spec: Spec, language: str) -> str:
    company = spec.company
    return (in_language(company.label, language) or "") if company else ""


def _with(found: Content, **changed: object) -> Content:
    from dataclasses import replace

    return replace(found, **changed)  # type: ignore[arg-type]
