"""The key figures of a spec with their targets: by the model, by a simulation, and whether they are met."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdsl.analysis.simulation.seen import section_of
from crmdsl.analysis.simulation.unmeasured import unmeasured
from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics import Message
from crmdsl.model.parse import parse_duration
from crmdsl.model.processes import HandoffStep
from crmdsl.model.quality import Kpi
from crmdsl.model.values import Target
from crmdsl.report.company.figures import Known
from crmdsl.report.company.places import Places
from crmdsl.report.company.speech import Figure, Speech
from crmdsl.report.simulation.targets import Measured, kind_of, limit_of, measured

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.study import Study

PARTS = 12
"""Parts of a figure that is split which are shown."""
MEASURES = {
    "cycle_time": Message("how long it takes"),
    "waiting_time": Message("how long it waits"),
    "cost": Message("what it costs"),
    "on_time": Message("in time"),
    "first_time_right": Message("right the first time"),
    "throughput": Message("how much gets done"),
    "utilisation": Message("load"),
    "conversion": Message("what succeeds"),
    "satisfaction": Message("scores"),
    "sum": Message("sum"),
    "count": Message("count"),
}
_AT = {"p50": Message("half within"), "p90": Message("9 of 10 within"), "p95": Message("19 of 20 within")}
_SHARES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}
_BOUNDS = {"least": Message("at least {value}"), "most": Message("at most {value}")}


@dataclass(frozen=True, slots=True)
class Goal:
    """A key figure, or a part of one that is split. `about` is what is measured of what; `verdict` is `met`, `missed`,
    `unsure` or nothing, `why` says why there is no figure, or none to rely on.
    """

    name: str
    title: str
    part: str
    about: str
    departments: tuple[str, ...]
    target: str
    reckoned: Figure | None
    simulated: Figure | None
    sure: str
    verdict: str
    why: str
    yaml: str
    source: str


def goals(known: Known, study: Study | None, places: Places, speech: Speech) -> tuple[Goal, ...]:
    """Every key figure, in the order of the spec; parts of one that is split where it was simulated."""
    found: dict[str, list[Measured]] = {}
    for one in measured(study) if study is not None else ():
        found.setdefault(one.name, []).append(one)
    teller = _Teller(known, places, speech)
    return tuple(goal for kpi in places.spec.kpis.values() for goal in teller.goals(kpi, found.get(kpi.name, [])))


class _Teller:
    """Tells key figures."""

    def __init__(self, known: Known, places: Places, speech: Speech) -> None:
        self.known = known
        self.places = places
        self.spec = places.spec
        self.speech = speech

    def goals(self, kpi: Kpi, found: list[Measured]) -> Iterator[Goal]:
        """A key figure, with its parts behind it."""
        yield self._goal(kpi, next(iter(found), None), self._reckoned(kpi))
        for one in found[1 : PARTS + 1]:
            if not one.assumed and (kpi.target is not None or kpi.by != "month"):
                yield self._goal(kpi, one, None)

    def _goal(self, kpi: Kpi, one: Measured | None, reckoned: float | None) -> Goal:
        kind, _ = kind_of(self.spec, kpi)
        title, part = called(kpi, self.speech.language), one.part if one is not None else ""
        excerpt = self.places.excerpt(kpi, title) if not part else None
        usable = one is not None and one.value is not None and not one.assumed
        value = one.value if one is not None and usable else None
        limit = limit_of(kpi.target.value, kind, self.speech.week) if kpi.target else None
        verdict = "" if limit is None or kpi.target is None else self._verdict(kpi.target, limit, one, reckoned)
        return Goal(
            kpi.name, title, self._part(kpi, part), self._about(kpi), self._departments(kpi),
            self._target(kpi, kind, limit),
            None if reckoned is None else self._figure(kind, reckoned),
            None if value is None else self._figure(kind, value.mean),
            self._sure(kind, value.low, value.high) if value is not None and math.isfinite(value.half) else "",
            verdict, "" if part else self._why(kpi, one, reckoned),
            excerpt.anchor if excerpt else "", excerpt.place if excerpt else "",
        )  # fmt: skip

    # words

    def _about(self, kpi: Kpi) -> str:
        measure = (
            _AT[kpi.at] if kpi.at in _AT and kpi.measure in ("cycle_time", "waiting_time") else MEASURES[kpi.measure]
        )
        return f"{self._of(kpi)}: {self.speech.say(measure)}"

    def _of(self, kpi: Kpi) -> str:
        name, section = kpi.of.name if kpi.of else "", section_of(self.spec, kpi)
        return called(getattr(self.spec, section)[name], self.speech.language) if section else name

    def _part(self, kpi: Kpi, part: str) -> str:
        sections = {
            "person": self.spec.people, "unit": self.spec.sales_network, "territory": self.spec.territories,
            "channel": self.spec.channels, "product_line": self.spec.product_lines,
        }  # fmt: skip
        declared = sections.get(kpi.by or "", {}).get(part)  # type: ignore[attr-defined]
        if declared is None:
            return part
        if kpi.by == "person" and not declared.label:
            return part.replace("_", " ").title()
        return called(declared, self.speech.language)

    def _departments(self, kpi: Kpi) -> tuple[str, ...]:
        name, section = kpi.of.name if kpi.of else "", section_of(self.spec, kpi)
        if section == "roles":
            return self.places.departments((name,))
        if section == "handoffs":
            handoff = self.spec.handoffs[name]
            return self.places.departments(tuple(ref.name for ref in (*handoff.supplier, *handoff.customer)))
        if section == "processes" and (found := self.known.processes.get(name)):
            roles = {role: None for work in found.profile.works for role, share in work.roles if share}
            return self.places.departments(tuple(roles))
        return tuple(self.spec.departments)

    def _target(self, kpi: Kpi, kind: str, limit: float | None) -> str:
        if kpi.target is None:
            return ""
        text = kpi.target.value
        if limit is not None:
            duration = parse_duration(text) if kind == "time" else None
            text = (self.speech.promised(duration) if duration else self._figure(kind, limit)).text
        return self.speech.say(_BOUNDS[kpi.target.bound].having(value=text))

    def _figure(self, kind: str, value: float) -> Figure:
        if kind == "time":
            return self.speech.time(value)
        if kind == "money":
            return self.speech.money(value, rough=True)
        if kind == "share":
            return self.speech.share(value)
        return self.speech.count(value, "rate" if kind == "rate" else "count")

    def _sure(self, kind: str, low: float, high: float) -> str:
        high = min(high, 1.0) if kind == "share" else high
        least, most = (self._figure(kind, max(0.0, end)) for end in (low, high))
        return "" if least.text == most.text else self.speech.surely(least, most)

    # verdicts

    def _verdict(self, target: Target, limit: float, one: Measured | None, reckoned: float | None) -> str:
        if one is not None and one.met is not None:
            return "unsure" if not one.sure else "met" if one.met else "missed"
        if one is not None or reckoned is None:
            return ""
        return "met" if target.is_met(reckoned, limit) else "missed"

    def _why(self, kpi: Kpi, one: Measured | None, reckoned: float | None) -> str:
        reason = one.why if one is not None else unmeasured(self.spec, kpi) if reckoned is None else None
        if reason is None and one is not None and one.assumed:
            fields = ", ".join(f"“{field.replace('_', ' ')}”" for field, _ in one.assumed)
            reason = Message(
                "nothing says how often which value of {fields} comes: measure it on real cases", fields=fields
            )
        if reason is None and one is None and reckoned is None:
            reason = Message("only a simulation tells this")
        if reason is None and one is not None and one.met is None and one.target:
            reason = Message("its target is of another kind, so that nothing can be compared")
        return self.speech.heading(reason) if reason is not None else ""

    # what the model says

    def _reckoned(self, kpi: Kpi) -> float | None:
        """The figure by the model alone, where it has one; `inf` where it has no end."""
        name, section = kpi.of.name if kpi.of else "", section_of(self.spec, kpi)
        if kpi.when is not None:
            return None
        if section == "processes":
            return self._of_process(kpi, name)
        if section == "roles":
            return self._of_role(kpi, name)
        return self._of_handoff(kpi, name) if section == "handoffs" else None

    def _of_process(self, kpi: Kpi, name: str) -> float | None:
        found = self.known.processes.get(name)
        if found is None or not found.lead.mean:
            return None
        if kpi.measure == "cycle_time":
            return found.lead.percentile(_SHARES[kpi.at]) if kpi.at in _SHARES else found.lead.mean
        plain = {
            "on_time": found.kept, "conversion": found.profile.success, "throughput": found.cases,
            "cost": found.cost.case if kpi.at in (None, "mean") else None,
            "waiting_time": sum(one.hours for one in found.waits if one.role) if kpi.at in (None, "mean") else None,
        }  # fmt: skip
        return plain.get(kpi.measure)

    def _of_role(self, kpi: Kpi, name: str) -> float | None:
        found = self.known.roles.get(name)
        if found is None:
            return None
        if kpi.measure == "utilisation":
            return found.load.utilisation
        if kpi.measure == "waiting_time" and kpi.at in (None, "mean"):
            return found.waiting.queue.wait * self.known.scale(name)
        return None

    def _of_handoff(self, kpi: Kpi, name: str) -> float | None:
        handoff = self.spec.handoffs[name]
        if kpi.measure == "first_time_right":
            return 1 - (handoff.rework or 0) / 10_000
        if kpi.measure == "conversion":
            return 1 - (handoff.decline or 0) / 10_000
        if kpi.measure != "on_time":
            return None
        kept = whole = 0.0
        for process, figures in self.known.processes.items():
            for path, step in self.spec.processes[process].all_steps.items():
                limit = self.known.limits.get((process, path, "deliver"))
                if isinstance(step, HandoffStep) and step.handoff is not None and step.handoff.name == name and limit:
                    often = figures.cases * figures.profile.visits.get(path, 0.0)
                    whole, kept = whole + often, kept + often * limit.kept
        return kept / whole if whole else None
