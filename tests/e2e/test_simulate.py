"""`crmdsl simulate` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmdsl.cli.process import run
from tests.analysis.simulation.company import text

SHORT = ["--days", "14", "--warm-up", "0", "--replications", "2"]


@pytest.fixture
def small(tmp_path: Path) -> str:
    (tmp_path / "small.yaml").write_text(
        text(more="kpis:\n  fast: {of: job, measure: cycle_time, target: at most 1d}\n")
    )
    return str(tmp_path / "small.yaml")


def test_figures_and_what_if(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", small, *SHORT, "--format", "json", "--what-if", "roles.clerk.headcount=1,3"]) == 0
    out = capsys.readouterr().out
    data = json.loads(out, parse_constant=lambda name: pytest.fail(name))
    assert data["kpis"][0]["met"] is True
    assert [one["changes"] for one in data["what_if"]] == [
        {"roles.clerk.headcount": "1"}, {"roles.clerk.headcount": "3"},
    ]  # fmt: skip
    waits = {one["figure"]: one["mean"] for one in data["what_if"][1]["differences"]}
    assert waits["busy/clerk"] < 0
    assert data["overruled"] == []
    assert data["stuck"] == []


def test_text_in_both_languages_and_a_log(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "events.jsonl"
    assert run(["simulate", small, *SHORT, "--log", str(log)]) == 0
    said = capsys.readouterr()
    assert "where the time of a case goes" in said.out
    assert "█" not in said.err
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert entries[0]["kind"] == "start"
    assert [one["at"] for one in entries] == sorted(one["at"] for one in entries)
    assert run(["simulate", small, *SHORT, "--lang", "it"]) == 0
    assert "dove va il tempo di una pratica" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--what-if", "roles.clrk.headcount=3"], "did you mean `clerk`?"),
        (["--what-if", "roles.clerk.headcount"], "is no change"),
        (["--backlog", "jb=3"], "no process `jb`"),
        (["--backlog", "job.wrk=3"], "no step `wrk` in `job`; did you mean `work`?"),
        (["--backlog", "job.done=3"], "no case lies at `job.done`"),
        (["--backlog", "job.work=some"], "is no backlog: write `job.work=20`"),
        (["--precision", "0%"], "is no precision"),
        (["--days", "0"], "must not be so small"),
        (["--days", "99999"], "knows the years 2025 to 2028 only"),
        (["--start", "soon"], "is no date"),
    ],
)
def test_wrong_usage(small: str, more: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", small, *more]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_backlog_at_a_step(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["simulate", small, *SHORT, "--backlog", "job.work=7", "--backlog", "job.work=2", "--backlog", "job=1"]
    assert run([*asked, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [(one["at"], one["cases"]) for one in data["backlog"]] == [("job.work", 9), ("job", 1)]
    assert data["backlog"][0]["still_there"]["mean"] == 0
    assert 0 < data["backlog"][0]["left_hours"]["mean"] < data["backlog"][0]["last_left_hours"]["mean"]
    assert run(asked) == 0
    assert "the backlog, in open hours from the start" in capsys.readouterr().out


def test_a_changed_spec_with_errors_is_told(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", small, "--what-if", "roles.clerk.reports_to=nobody_here"]) == 1
    assert "unknown-name" in capsys.readouterr().out


def test_a_queue_that_grows_is_told_with_since_when(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "small.yaml").write_text(text(arrivals="arrivals: 30 per day, ", clerks="headcount: 1"))
    spec = str(tmp_path / "small.yaml")
    assert run(["simulate", spec, *SHORT]) == 0
    out = capsys.readouterr().out
    assert "`clerk`: grows since 2026-01-0" in out
    assert "without end" in out
    assert run(["simulate", spec, *SHORT, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["queues"][0]["grows_since"].startswith("2026-01-0")
    assert data["roles"][0]["wait_hours"] is None
    assert data["waits"][0]["hours"] is None
