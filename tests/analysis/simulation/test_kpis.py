"""Every kind of key figure, against what the event log of the same replication says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from crmdsl.analysis.simulation.engine import Engine
from crmdsl.analysis.simulation.figures import figures
from crmdsl.analysis.simulation.log import entries
from crmdsl.analysis.simulation.unmeasured import unmeasured
from crmdsl.analysis.simulation.worktime import OpenHours
from tests.analysis.simulation.company import job

SPEC = """crmdsl: 1
company: {name: Small, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}, years: 2025..2028}}
departments: {shop: {head: boss}}
roles:
  boss: {department: shop, headcount: 1, hourly_cost: 60 EUR}
  clerk: {department: shop, reports_to: boss, hourly_cost: 30 EUR}
  maker: {department: shop, reports_to: boss, hourly_cost: 20 EUR}
people:
  bea: {roles: boss}
  anna: {roles: clerk, unit: north_office, territory: north}
  carl: {roles: clerk, unit: south_office, territory: south}
  mara: {roles: maker}
  nico: {roles: maker}
territories: {north: {}, south: {}}
product_lines: {boilers: {}, pumps: {}}
sales_network:
  north_office: {kind: employees, role: clerk, manager: boss, territories: north, functions: acquire}
  south_office: {kind: employees, role: clerk, manager: boss, territories: south, functions: acquire}
channels:
  web: {kind: online, volume: 6 per day, feeds: job}
  shop: {kind: offline, volume: 2 per day, feeds: job}
  fair: {kind: offline}
entities:
  thing:
    owner: clerk
    fields:
      size: money
      kind: plain | fancy
      line: product_line
      made: optional flag
      points: {type: optional integer, min: 0}
      fee: {type: optional money}
access:
  grants:
    - {role: clerk, can: [create, read, update], on: thing, scope: all}
    - {role: [maker, boss], can: [read, update], on: thing, scope: all}
approvals:
  discount:
    entity: thing
    requester: clerk
    levels: {chief: {approver: boss, effort: 6m, within: 4h}}
    separation: [requester, levels]
handoffs:
  making:
    entity: thing
    customer: clerk
    supplier: maker
    gives: size
    returns: made
    effort: {mean: 40m, cv: 1}
    deliver: 6h
    rework: 20%
    feedback: {scale: 5, below: 3, chance: 25%}
  moving: {entity: thing, customer: clerk, supplier: boss, gives: size, effort: 1m}
processes:
  job:
    entity: thing
    owner: boss
    start: work
    steps:
      work:
        role: clerk
        effort: {mean: 20m, cv: 1}
        within: 2h
        outcomes:
          plain: {to: make, when: kind = plain, chance: 60%, set: {points: 2, fee: 10 EUR}}
          fancy: {to: ask, when: kind = fancy, chance: 40%, set: {points: 5, fee: 35 EUR}}
      ask: {approval: discount, outcomes: {approved: make, rejected: {to: lost, chance: 30%}}}
      make: {handoff: making, outcomes: {accepted: pack, declined: lost}}
      pack: {process: packing, outcomes: {success: done, failure: lost}}
      done: {end: success}
      lost: {end: failure}
  packing:
    entity: thing
    owner: boss
    start: wrap
    steps:
      wrap: {role: clerk, effort: 10m, outcomes: {wrapped: out, broken: {to: spoilt, chance: 10%}}}
      out: {end: success}
      spoilt: {end: failure}
kpis:
"""
KPIS = {
    "cases": "of: job, measure: count",
    "fancy": "of: job, measure: count, when: kind = fancy",
    "lost": "of: job, measure: count, when: state = lost",
    "known": "of: job, measure: count, field: fee",
    "points": "of: thing, measure: sum, field: points",
    "fees": "of: job, measure: sum, field: fee, when: kind = fancy, by: channel",
    "usual_fee": "of: job, measure: sum, field: fee, at: p50",
    "sizes": "of: job, measure: sum, field: size",
    "lines": "of: job, measure: count, by: product_line",
    "big": "of: job, measure: count, when: size > 50 EUR",
    "months": "of: job, measure: throughput, by: month",
    "people": "of: job, measure: conversion, by: person, target: at least 1%",
    "units": "of: job, measure: cycle_time, by: unit",
    "places": "of: web, measure: count, by: territory",
    "cost": "of: shop, measure: cost",
    "kept": "of: job, measure: on_time",
    "score": "of: making, measure: satisfaction",
    "good": "of: making, measure: satisfaction, target: at least 70%",
    "makers": "of: making, measure: satisfaction, by: person",
    "first": "of: making, measure: first_time_right",
    "of_maker": "of: maker, measure: first_time_right",
    "delivered": "of: making, measure: on_time",
    "paid": "of: making, measure: cost",
    "waited": "of: making, measure: waiting_time",
    "approved": "of: discount, measure: conversion",
    "deciding": "of: discount, measure: cycle_time",
    "load": "of: clerk, measure: utilisation",
    "loads": "of: clerk, measure: utilisation, by: person",
    "pieces": "of: clerk, measure: count, by: month",
    "sold": "of: clerk, measure: sum, field: fee, by: person",
    "packed": "of: packing, measure: conversion",
    "packing_time": "of: packing, measure: cycle_time",
}
NOT = {
    "no_scores": ("of: moving, measure: satisfaction", "nobody gives a score"),
    "no_handoff": ("of: packing, measure: satisfaction", "has none"),
    "no_limit": ("of: moving, measure: on_time", "no time limit"),
    "no_cases": ("of: fair, measure: count", "feeds no process"),
    "no_role": ("of: job, measure: utilisation", "only a role"),
    "no_field": ("of: job, measure: sum", "needs a `field`"),
    "no_number": ("of: job, measure: sum, field: kind", "can be added up"),
}
DAYS = 28


@dataclass
class Run:
    """A replication: its figures, and its log by case."""

    engine: Engine
    figures: dict[str, float]
    cases: dict[str, list[dict[str, Any]]]

    def ended(self, *states: str) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any]]]:
        """The cases that ended in some states, with the values of their records."""
        for log in self.cases.values():
            if log[-1]["to"][0] in states:
                fields = {**log[0]["record"]["fields"]}
                for entry in log:
                    fields |= entry.get("values", {})
                yield log, fields

    @property
    def open(self) -> OpenHours:
        return self.engine.staff.calendars.company

    def hours(self, first: dict[str, Any], last: dict[str, Any]) -> float:
        """Open hours between two entries of the log."""
        one, two = (round(datetime.fromisoformat(entry["at"]).timestamp()) for entry in (first, last))
        return self.open.between(one, two) / 3600


@pytest.fixture(scope="module")
def run() -> Run:
    kpis = {**KPIS, **{name: text for name, (text, _) in NOT.items()}}
    engine = job(SPEC + "".join(f"  {name}: {{{text}}}\n" for name, text in kpis.items()), DAYS).run(0)
    cases: dict[str, list[dict[str, Any]]] = {}
    for entry in entries(engine):
        cases.setdefault(entry["case"], []).append(entry)
    return Run(engine, figures(engine), cases)


def owner_of(log: list[dict[str, Any]]) -> str:
    return str(next(entry["by"] for entry in log if "clerk" in entry.get("role", ())))


def acts(run: Run, event: str) -> list[dict[str, Any]]:
    return [entry for log in run.cases.values() for entry in log if entry["event"] == event]


def test_cases_and_values_of_their_fields(run: Run) -> None:
    found, cases = run.figures, list(run.ended("done", "lost"))
    fancy = [log for log, fields in cases if fields["kind"] == "fancy"]
    assert found["kpi/cases"] == found["kpi/known"] == len(cases) > 100
    assert found["kpi/fancy"] == len(fancy)
    assert found["kpi/lost"] == len(list(run.ended("lost")))
    assert found["kpi/points"] == 5 * len(fancy) + 2 * (len(cases) - len(fancy))
    assert found["kpi/usual_fee"] == 1000
    for channel in ("web", "shop"):
        assert found[f"kpi/fees/{channel}"] == 3500 * sum(log[0]["channel"] == channel for log in fancy)
    assert found["kpi/fees"] == 3500 * len(fancy)
    assert sum(found[f"kpi/lines/{line}"] for line in ("boilers", "pumps")) == len(cases)


def test_what_hangs_on_arbitrary_values_says_so(run: Run) -> None:
    arbitrary = {name: share for name, share in run.figures.items() if name.startswith("open/")}
    assert arbitrary == {"open/sizes/size": 1.0, "open/lines/line": 1.0, "open/big/size": 1.0}
    sizes = [fields["size"] for _, fields in run.ended("done", "lost")]
    assert run.figures["kpi/sizes"] == pytest.approx(100 * sum(float(size.split()[0]) for size in sizes))


def test_splits(run: Run) -> None:
    found, good = run.figures, {"anna": [], "carl": []}  # type: dict[str, float], dict[str, list[float]]
    tried = {"anna": 0, "carl": 0}
    for log, _ in run.ended("done", "lost"):
        owner = owner_of(log)
        tried[owner] += 1
        if log[-1]["to"] == ["done"]:
            good[owner].append(run.hours(log[0], log[-1]))
    for name, unit, place in (("anna", "north_office", "north"), ("carl", "south_office", "south")):
        assert found[f"kpi/people/{name}"] == pytest.approx(len(good[name]) / tried[name])
        assert found[f"kpi/units/{unit}"] == pytest.approx(sum(good[name]) / len(good[name]))
        assert found[f"kpi/places/{place}"] == sum(
            log[0]["channel"] == "web" and owner_of(log) == name for log, _ in run.ended("done", "lost")
        )
    ended = [log[-1]["at"][:7] for log, _ in run.ended("done", "lost")]
    january = found["kpi/months/2026-01"] * 20 / 7
    assert january == pytest.approx(ended.count("2026-01"), rel=0.01)


def test_handoffs_and_chains(run: Run) -> None:
    found, accepts, rejects = run.figures, acts(run, "accept"), acts(run, "reject")
    back = {entry["case"] for entry in rejects if entry["from"] == ["make.delivered"]}
    scores = [entry["score"] for entry in accepts]
    assert found["kpi/score"] == pytest.approx(sum(scores) / len(scores))
    assert found["kpi/good"] == pytest.approx(sum(score >= 3 for score in scores) / len(scores))
    assert {"kpi/makers/mara", "kpi/makers/nico"} < set(found)
    right = 1 - sum(entry["case"] in back for entry in accepts) / len(accepts)
    assert found["kpi/first"] == found["kpi/of_maker"] == pytest.approx(right)
    late = {entry["case"] for log in run.cases.values() for entry in log if entry["kind"] == "deadline"
            and "make.promised" in entry["from"]}  # fmt: skip
    assert found["kpi/delivered"] == pytest.approx(1 - sum(entry["case"] in late for entry in accepts) / len(accepts))
    asked = [entry for entry in rejects if entry["from"] == ["ask.chief"]]
    approved = acts(run, "approve")
    assert found["kpi/approved"] == pytest.approx(len(approved) / (len(approved) + len(asked)))
    first = {entry["case"]: entry for entry in acts(run, "fancy")}
    took = [run.hours(first[entry["case"]], entry) for entry in (*approved, *asked)]
    assert found["kpi/deciding"] == pytest.approx(sum(took) / len(took))
    assert 0 < found["kpi/waited"] < 8
    assert 10_00 < found["kpi/paid"] < 25_00


def test_roles_and_parts(run: Run) -> None:
    found, wrapped, broken = run.figures, acts(run, "wrapped"), acts(run, "broken")
    assert found["kpi/packed"] == pytest.approx(len(wrapped) / (len(wrapped) + len(broken)))
    begun = {entry["case"]: entry for entry in acts(run, "accept")}
    took = [run.hours(begun[entry["case"]], entry) for entry in wrapped]
    assert found["kpi/packing_time"] == pytest.approx(sum(took) / len(took))
    assert found["kpi/load"] == pytest.approx((found["kpi/loads/anna"] + found["kpi/loads/carl"]) / 2, abs=0.01)
    fees = {"plain": 1000, "fancy": 3500}
    for name in ("anna", "carl"):
        assert found[f"kpi/sold/{name}"] == sum(
            fees[fields["kind"]] for log, fields in run.ended("done", "lost") if any(e.get("by") == name for e in log)
        )
    done = [*acts(run, "plain"), *acts(run, "fancy"), *wrapped, *broken, *acts(run, "accept")]
    done += [entry for entry in acts(run, "reject") if entry["from"] == ["make.delivered"]]
    assert found["kpi/pieces/2026-01"] == sum(entry["at"][:7] == "2026-01" for entry in done)
    assert 0 < found["kpi/kept"] < 1
    assert found["kpi/cost"] > 0


@pytest.mark.parametrize("name", NOT)
def test_what_cannot_be_simulated_says_why(run: Run, name: str) -> None:
    why = unmeasured(run.engine.spec, run.engine.spec.kpis[name])
    assert why is not None
    assert NOT[name][1] in why.text()
    assert f"kpi/{name}" not in run.figures
