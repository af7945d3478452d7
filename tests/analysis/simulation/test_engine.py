"""What a company does whose figures are known by hand, and what the worst input comes to."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from crmdsl.analysis.performance.queueing import Queue
from crmdsl.analysis.simulation.engine import Engine
from crmdsl.analysis.simulation.figures import figures
from crmdsl.analysis.simulation.network.intervals import interval
from crmdsl.analysis.simulation.observing import NOBODY_FREE
from tests.analysis.simulation.company import WORK, job, run, text


def finite(engine: Engine) -> dict[str, float]:
    """The figures, none of which is beyond numbers; Little's law holds exactly for every queue and process."""
    found = figures(engine)
    assert all(math.isfinite(value) for value in found.values())
    for line in (*engine.watch.queues.values(), *engine.watch.cases.values()):
        assert line.area == line.stays
        assert sum(line.weeks) == line.area
    return found


@pytest.mark.slow
def test_two_clerks_are_a_queue_of_two_servers() -> None:
    one = job(text(), 182, warm_up=14)
    waits = [figures(one.run(number))["busy/clerk"] for number in range(4)]
    expected = Queue(2, 2.0, 0.5, 1.0).wait
    assert expected in interval(waits, 0.99)


def test_rework_is_done_again() -> None:
    ways = "finish: {to: done, chance: 80%}, again: work"
    steps = f"work: {{role: clerk, effort: 5m, outcomes: {{{ways}}}}}, done: {{end: success}}"
    engine = run(text(steps=steps), 112)
    visits = engine.watch.pieces["clerk"] / len(engine.watch.ended_cases)
    assert visits == pytest.approx(1 / 0.8, abs=0.05)
    finite(engine)


def test_that_a_field_is_known_does_not_say_what_it_is() -> None:
    """A condition has shown that it is known; which way a case goes by its value, its chance still says."""
    ways = (
        "look: {role: clerk, effort: 5m, edits: checked, outcomes: {seen: {to: work, when: checked is known}}},"
        " work: {role: clerk, effort: 5m, outcomes: {finish: gate}},"
        " gate: {decide: {good: {when: checked is known and checked = true, to: done, chance: 90%}, bad: lost}},"
        " done: {end: success}, lost: {end: failure}"
    )
    engine = run(text(steps=ways).replace("start: work", "start: look"), 56)
    assert figures(engine)["success/job"] == pytest.approx(0.9, abs=0.04)
    assert not engine.mover.bent


def test_who_has_half_his_time_takes_twice_as_long() -> None:
    steps = "work: {role: clerk, effort: 1h, outcomes: {finish: done}}, done: {end: success}"
    engine = run(text(arrivals="arrivals: 1 per day, ", steps=steps, clerks="headcount: 9, availability: 50%"))
    found = finite(engine)
    assert found["lead/job/mean"] == pytest.approx(2.0)


def test_a_missed_limit_brings_the_superior_in() -> None:
    steps = (
        "work: {role: clerk, effort: 1h, within: 2h, late: escalate, outcomes: {finish: done}}, done: {end: success}"
    )
    engine = run(text(arrivals="arrivals: 9 per day, ", steps=steps, clerks="headcount: 1"))
    found = finite(engine)
    assert found["effect/Escalate"] > 0
    assert found["worked/boss"] > 0
    assert "grows/clerk" not in found


def test_the_first_that_holds_of_the_priorities_is_served_first() -> None:
    arrivals = "arrivals: 15 per day, priority: {high: kind = fancy}, "
    engine = run(text(arrivals=arrivals, clerks="headcount: 1"), 84)
    waits: dict[str, list[int]] = {"fancy": [], "plain": []}
    for course in engine.courses:
        waits[course.record._kind].append(course.tally.get(NOBODY_FREE, 0))
    fancy, plain = (sum(waits[kind]) / len(waits[kind]) for kind in ("fancy", "plain"))
    assert fancy < plain / 2


def test_people_who_are_absent_do_nothing() -> None:
    people = "people:\n  ada: {roles: clerk, absent: [2026-01-12..2026-01-18]}\n  bea: {roles: boss}\n"
    engine = run(text(arrivals="arrivals: 2 per day, ", more=people), 14)
    begun = [deed.began for course in engine.courses for deed in course.deeds if deed.began is not None]
    assert min(begun) >= datetime(2026, 1, 19, 8, tzinfo=UTC).timestamp()
    waits = engine.watch.waiting["job.work", "clerk"]
    assert waits.seconds["nobody_on_duty"] > 0
    finite(engine)


def test_a_backlog_is_there_from_the_start() -> None:
    from dataclasses import replace

    one = job(text(arrivals=""), 7)
    engine = replace(one, settings=replace(one.settings, backlog={"job": 5})).run(0)
    assert len(engine.watch.ended_cases) == 5
    assert engine.watch.queues["clerk"].most == 3  # two of them are begun at once


# the worst input


def test_nothing_arrives() -> None:
    found = finite(run(text(arrivals="")))
    assert "ended/job" not in found


@pytest.mark.parametrize("chance", [0, 100])
def test_a_chance_of_none_or_all(chance: int) -> None:
    ways = f"finish: {{to: done, chance: {chance}%}}, fail: {{to: lost, chance: {100 - chance}%}}"
    steps = f"work: {{role: clerk, effort: 5m, outcomes: {{{ways}}}}}, done: {{end: success}}, lost: {{end: failure}}"
    assert finite(run(text(steps=steps)))["success/job"] == chance / 100


def test_work_that_takes_no_time() -> None:
    ways = "finish: {to: done, chance: 50%}, again: work"
    steps = f"work: {{role: clerk, effort: 0m, outcomes: {{{ways}}}}}, done: {{end: success}}"
    found = finite(run(text(steps=steps)))
    assert found["lead/job/mean"] == 0
    assert found["utilisation/clerk"] == 0


@pytest.mark.parametrize("arrivals", ["16 per day", "24 per day"])
def test_a_queue_that_grows_has_no_finite_wait(arrivals: str) -> None:
    engine = run(text(arrivals=f"arrivals: {arrivals}, ", clerks="headcount: 1"), 56)
    found = finite(engine)
    assert found["utilisation/clerk"] > 0.9
    if arrivals.startswith("24"):
        assert 0 <= found["grows/clerk"] < 7 * 24


@pytest.mark.parametrize("clerks", ["headcount: 0", "headcount: 2, availability: 0%"])
def test_a_role_with_nobody(clerks: str) -> None:
    found = finite(run(text(clerks=clerks)))
    assert found["grows/clerk"] < 24
    assert "ended/job" not in found
    assert found["left/clerk"] > 100


def test_a_calendar_without_hours() -> None:
    assert finite(run(text(hours="{mon-fri: []}")))["steps"] == 0


def test_more_events_than_are_allowed() -> None:
    found = finite(run(text(arrivals="arrivals: 100_000 per hour, "), events=2_000))
    assert found["exhausted"] == 1


def test_a_case_that_goes_round_without_end() -> None:
    ring = "work: {role: clerk, effort: 0m, outcomes: {again: {to: work, chance: 99.99%}, finish: done}}"
    engine = run(text(steps=f"{ring}, done: {{end: success}}"), events=5_000)
    assert finite(engine)["exhausted"] == 1
    assert 500 < max(len(course.deeds) for course in engine.courses) < 1_500  # each act looks through all before it


def test_a_part_in_a_branch_ends_at_any_time_by_its_chance() -> None:
    more = (
        "  part: {entity: thing, owner: boss, start: work, anytime: {give_up: {to: lost, chance: 40%}}, steps: "
        f"{{work: {WORK}, done: {{end: success}}, lost: {{end: failure}}}}}}\n"
    )
    inner = "inner: {process: part, outcomes: {success: good, failure: bad}}, good: {end: success}, bad: {end: failure}"
    branches = f"one: {{start: inner, steps: {{{inner}}}}}, two: {{role: clerk, effort: 5m}}"
    ends = "done: {end: success}, lost: {end: failure}"
    steps = f"work: {{parallel: {{{branches}}}, then: done, on_failure: lost}}, {ends}"
    engine = run(text(arrivals="arrivals: 4 per day, ", steps=steps, more=more), 112)
    assert not engine.stuck
    assert finite(engine)["success/job"] == pytest.approx(0.6, abs=0.08)
