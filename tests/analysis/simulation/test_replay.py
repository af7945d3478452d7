"""The log of a simulation runs again on the generated package without one deviation."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdsl.analysis.simulation.job import Job
from crmdsl.analysis.simulation.log import as_lines, entries
from crmdsl.analysis.simulation.replaying import Replay, from_lines
from crmdsl.analysis.simulation.settings import Settings

SPECS = Path(__file__).parents[3] / "specs"
MONDAY = 1768204800
"""12 January 2026, 8:00 UTC."""


def job(name: str, days: int, seed: int = 1) -> Job:
    folder = SPECS / name
    files = sorted(folder.rglob("*.yaml"))
    texts = tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files)
    return Job(name, texts, (), Settings(MONDAY, days, 0, seed))


@pytest.mark.checkout
@pytest.mark.parametrize(("name", "days"), [("valvotech", 10)])
def test_every_event_is_what_the_package_does(name: str, days: int) -> None:
    engine = job(name, days).run(0)
    lines = list(as_lines(entries(engine)))
    replay = Replay(engine.compiled.organisation, engine.compiled.processes)
    assert list(replay.run(from_lines(lines))) == []
    assert len(lines) > 500
