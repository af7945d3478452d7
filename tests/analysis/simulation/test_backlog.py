"""Cases that lie at a step when a simulation begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crmdsl.analysis.simulation.engine import Engine
from crmdsl.analysis.simulation.figures import figures
from crmdsl.analysis.simulation.log import as_lines, entries
from crmdsl.analysis.simulation.lying import NoWay
from crmdsl.analysis.simulation.replaying import Replay, from_lines
from tests.analysis.simulation.company import job, text

TASK = "role: clerk, effort: {mean: 30m, cv: 1}"
STEPS = f"""
    work: {{{TASK}, outcomes: {{finish: both, refuse: {{to: lost, chance: 60%}}}}}},
    both: {{parallel: {{
      here: {{start: pick, steps: {{
        pick: {{{TASK}, outcomes: {{picked: pack}}}},
        pack: {{{TASK}, outcomes: {{packed: ready}}}}, ready: {{end: success}}}}}},
      there: {{{TASK}}}}}, then: payment}},
    payment: {{wait: {{event: paid, from: bank, timeout: 10d}},
      outcomes: {{paid: done, timeout: {{to: remind, chance: 5%}}}}}},
    remind: {{{TASK}, within: 3d, late: escalate, outcomes: {{again: payment, give_up: {{to: lost, chance: 0%}}}}}},
    never: {{{TASK}, outcomes: {{finish: done}}}},
    done: {{end: success}}, lost: {{end: failure}}"""
SPEC = text(steps=STEPS, arrivals="", more="integrations:\n  bank: {kind: other, sends: [paid]}\n")
LYING = {"job.both.here.pack": 4, "job.both.there": 2, "job.payment": 3, "job.remind": 3, "job": 2}


@pytest.fixture(scope="module")
def engine() -> Engine:
    one = job(SPEC, 14)
    return replace(one, settings=replace(one.settings, backlog=LYING)).run(0)


def test_as_many_are_at_the_step_at_the_first_instant(engine: Engine) -> None:
    start = engine.settings.start
    for name, count in LYING.items():
        place = name.partition(".")[2]
        lying = [one for one in engine.courses if one.lay == place and place]
        assert len(lying) == (count if place else 0)
        for one in lying:
            last = [case for case, deed in zip(one.cases[1:], one.deeds, strict=True) if deed.at <= start][-1]
            assert any(state == place or state.startswith(place + ".") for state in last.states)


def test_a_way_that_needs_time_began_earlier(engine: Engine) -> None:
    begun = {one.lay: (engine.settings.start - one.born) / 86_400 for one in engine.courses}
    assert begun["payment"] == 0
    assert begun["remind"] >= 14, "ten working days"


def test_the_log_runs_again_without_a_deviation(engine: Engine) -> None:
    lines = list(as_lines(entries(engine)))
    assert len(lines) > 30
    assert list(Replay(engine.compiled.organisation, engine.compiled.processes).run(from_lines(lines))) == []


def test_what_is_made_up_counts_for_nothing(engine: Engine) -> None:
    found = figures(engine)
    assert found["started/job"] == 1.0, "the two that waited to begin, in two weeks"
    assert {one.course.lay for one in engine.watch.ended_cases} <= {""}
    assert found["backlog/job.both.here.pack/still"] == 0
    assert 0 < found["backlog/job.both.here.pack/left"] <= found["backlog/job.both.here.pack/last"] < 16
    assert engine.watch.cases["job"].area == engine.watch.cases["job"].stays


@pytest.mark.parametrize(("name", "said"), [("job.never", "none leads a case"), ("job.nowhere", "no step")])
def test_no_way_leads_there(name: str, said: str) -> None:
    one = job(SPEC, 1)
    with pytest.raises(NoWay, match=said):
        replace(one, settings=replace(one.settings, backlog={name: 1})).run(0)
