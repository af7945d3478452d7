"""The log of a simulation runs again on the generated package without one deviation."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from random import Random

import pytest

from crmdsl.analysis.simulation.job import Job
from crmdsl.analysis.simulation.log import COLUMNS, as_csv, as_lines, entries
from crmdsl.analysis.simulation.replaying import Deviation, Replay, from_lines
from crmdsl.analysis.simulation.settings import Settings
from tests.analysis.simulation.company import run
from tests.analysis.simulation.company import text as company
from tests.generators.specs import spec, text

SPECS = Path(__file__).parents[3] / "specs"
MONDAY = 1768204800
"""12 January 2026, 8:00 UTC."""


def job(name: str, days: int, seed: int = 1) -> Job:
    folder = SPECS / name
    files = sorted(folder.rglob("*.yaml"))
    texts = tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files)
    return Job(name, texts, (), Settings(MONDAY, days, 0, seed))


def deviations(one: Job, least: int) -> list[Deviation]:
    """Where the log of a simulation, written and read again, is not what the package does."""
    engine = one.run(0)
    assert not engine.stuck
    lines = list(as_lines(entries(engine)))
    assert len(lines) >= least
    replay = Replay(engine.compiled.organisation, engine.compiled.processes)
    return list(replay.run(from_lines(lines)))


@pytest.mark.checkout
def test_every_event_is_what_the_package_does() -> None:
    assert deviations(job("valvotech", 5), 300) == []


@pytest.mark.slow
@pytest.mark.checkout
@pytest.mark.parametrize(("name", "days"), [("valvotech", 20), ("termolinea", 5), ("montalta", 5)])
def test_so_it_is_in_every_company(name: str, days: int) -> None:
    assert deviations(job(name, days, seed=3), 800) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("CRMDSL_THOROUGH", "1")) * 3))
def test_so_it_is_in_generated_companies(seed: int) -> None:
    body = spec(Random(seed), 3)
    for process in body["processes"].values():
        process["arrivals"] = "6 per day"
    files = (("generated.yaml", text(body).encode()),)
    assert deviations(Job("generated", files, (), Settings(MONDAY, 10, 0, seed, 600)), 100) == []


def test_a_log_that_says_something_else_deviates() -> None:
    engine = run(company(), 2)
    log = list(entries(engine))
    replay = Replay(engine.compiled.organisation, engine.compiled.processes)
    assert list(replay.run(log)) == []
    log[-1] = {**log[-1], "event": "nonsense"} if log[-1]["kind"] == "act" else log[-1]
    log[0] = {**log[0], "to": ["done"]}
    replay = Replay(engine.compiled.organisation, engine.compiled.processes)
    assert {one.what for one in replay.run(log)} >= {"to"}


def test_csv_has_the_columns_of_the_log() -> None:
    lines = list(csv.DictReader(io.StringIO("".join(as_csv(entries(run(company(), 2)))))))
    assert tuple(lines[0]) == COLUMNS
    assert json.loads(lines[0]["to"]) == ["work"]
    assert {line["kind"] for line in lines} == {"start", "act"}
