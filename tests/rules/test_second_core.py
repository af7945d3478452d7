"""What a second core clears is what would have found nothing: the diagnostics are the same with and without it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.spec_generator import generate
from crmdsl import rules
from crmdsl.api import check_text
from crmdsl.diagnostics import Diagnostic
from crmdsl.rules import _second_core as second_core
from crmdsl.rules import access_missing, approval_gap

SOUND = generate(300)
GAP = SOUND.replace("when: discount > 10% or (discount", "when: discount > 11% or (discount", 1)
NO_GRANT = GAP.replace("can: [read, update], on: [customer_0", "can: [read], on: [customer_0", 1)
FAULTY = generate(300, 4) + "nothing: {}\n"

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The forks that were made, of any spec and beside any thread."""
    begun: list[int] = []
    real = second_core._forked

    def forked(program: Any, asked: Any) -> second_core.Clearing:
        made = real(program, asked)
        begun.append(made.pid)
        return made

    monkeypatch.setattr(second_core, "_forked", forked)
    monkeypatch.setattr(second_core, "worthwhile", lambda _: True)
    return begun


def left(pids: list[int]) -> bool:
    """Whether one of these processes is still a child of ours."""
    for pid in pids:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue
        return True
    return False


@forks
@pytest.mark.parametrize("text", [SOUND, GAP, NO_GRANT, FAULTY], ids=["sound", "gap", "no grant", "faulty"])
def test_the_same_is_told(text: str, started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = check_text({"a.yaml": text}).diagnostics
    assert len(started) == 1
    assert not left(started)
    monkeypatch.setattr(second_core, "worthwhile", lambda _: False)
    assert check_text({"a.yaml": text}).diagnostics == with_it
    assert bool(with_it) == (text is not SOUND)
    assert len(started) == 1


@forks
def test_what_is_cleared_is_not_asked_again(started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    parent, asked, forked = os.getpid(), [], second_core._forked

    def waited(program: Any, every: Any) -> second_core.Clearing:
        made = forked(program, every)
        os.waitid(os.P_PID, made.pid, os.WEXITED | os.WNOWAIT)
        return made

    def check(_: Any) -> Iterator[Diagnostic]:
        if os.getpid() == parent:
            asked.append("here")
        yield from ()

    monkeypatch.setattr(second_core, "_forked", waited)
    monkeypatch.setattr(approval_gap, "check", check)
    assert check_text({"a.yaml": SOUND}).diagnostics == ()
    assert asked == []
    assert not left(started)


@forks
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_goes_wrong_is_seen(
    error: type[BaseException], started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(_: Any) -> Iterator[Diagnostic]:
        raise error

    monkeypatch.setattr(approval_gap, "check", check)
    with pytest.raises(error):
        check_text({"a.yaml": SOUND})
    assert not left(started)


@forks
def test_a_fork_that_dies_is_missed_by_nobody(started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    parent, real = os.getpid(), access_missing.check

    def check(program: Any) -> Iterator[Diagnostic]:
        if os.getpid() != parent:
            os._exit(9)
        return real(program)

    monkeypatch.setattr(access_missing, "check", check)
    assert {one.code for one in check_text({"a.yaml": NO_GRANT}).diagnostics} == {"approval-hole", "access-missing"}
    assert not left(started)


def test_without_room_for_a_process_it_goes_on_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise OSError

    monkeypatch.setattr(os, "fork", fork, raising=False)
    monkeypatch.setattr(second_core, "worthwhile", lambda _: True)
    assert check_text({"a.yaml": SOUND}).diagnostics == ()


@pytest.mark.parametrize(
    ("large", "cores", "load", "forked"),
    [
        (0, {0, 1}, "9.00 9.00 9.00 1/300 77\n", True),
        (0, {0, 1}, "0.00 0.00 0.00 2/300 77\n", False),
        (0, {0}, "0.00 0.00 0.00 1/300 77\n", False),
        (0, {0, 1}, "", False),
        (1_000_000, {0, 1}, "0.00 0.00 0.00 1/300 77\n", False),
    ],
    ids=["free", "busy", "one core", "unknown", "small"],
)
def test_only_large_specs_beside_an_idle_core_are_forked(
    large: int, cores: set[int], load: str, forked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "load").write_text(load)
    monkeypatch.setattr(second_core, "LARGE", large)
    monkeypatch.setattr(second_core, "LOAD", tmp_path / "load")
    monkeypatch.setattr(second_core, "sys", SimpleNamespace(modules={}))
    monkeypatch.setattr(os, "fork", lambda: 0, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    source = SimpleNamespace(text=SOUND)
    program: Any = SimpleNamespace(spec=SimpleNamespace(sources={"a.yaml": source}))
    assert second_core.worthwhile(program) is forked


def test_every_rule_apart_is_one() -> None:
    assert set(second_core.APART) <= {rule.CODE for rule in rules.rules()}
