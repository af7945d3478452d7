"""The diagnostics are the same with and without a second core."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.spec_generator import generate
from crmdsl import rules
from crmdsl.api import check_text
from crmdsl.diagnostics import Diagnostic
from crmdsl.diagnostics.languages import catalogue
from crmdsl.diagnostics.render import Report, github, json, sarif, text
from crmdsl.rules import _second_core as second_core
from crmdsl.rules import access_missing, approval_gap
from tests.golden.test_cases import BASE, cases, marked
from tests.rules.test_golden import ALONE, FILES, Case, blocks

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

    def forked(program: Any, asked: Any) -> second_core.Findings:
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


@pytest.fixture
def waited(started: list[int], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The same, where all that a fork finds is there before anything is asked here."""
    forked = second_core._forked

    def waiting(program: Any, asked: Any) -> second_core.Findings:
        made = forked(program, asked)
        os.waitid(os.P_PID, made.pid, os.WEXITED | os.WNOWAIT)
        return made

    monkeypatch.setattr(second_core, "_forked", waiting)
    return started


def wrong() -> Iterator[dict[str, str]]:
    """The golden cases of the rules that a second core goes through."""
    for title, case in cases():
        if any(code in second_core.APART for code in re.findall("«([a-z-]+)»", case)):
            yield {"base.yaml": BASE, f"{title.partition(':')[0]}.yaml": marked(case)[0]}
    for case in (Case(block) for file in FILES for block in blocks(file)[1:]):
        if any(code in second_core.APART for _, _, code in case.expected):
            yield {"case.yaml": case.text} | ({} if case.title.endswith(ALONE) else {"base.yaml": BASE})


def elsewhere(real: Any) -> Any:
    """The check of a rule, which no process but a fork of this one may make."""
    parent = os.getpid()

    def check(program: Any) -> Iterator[Diagnostic]:
        assert os.getpid() != parent
        yield from real(program)

    return check


@forks
def test_what_is_sent_is_told_in_the_same_words(waited: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    told: set[str] = set()
    for files in wrong():
        with monkeypatch.context() as patched:
            for rule in rules.rules():
                if rule.CODE in second_core.APART:
                    patched.setattr(rule, "check", elsewhere(rule.check))
            there = check_text(files)
        with monkeypatch.context() as patched:
            patched.setattr(second_core, "worthwhile", lambda _: False)
            here = check_text(files)
        assert there.diagnostics == here.diagnostics
        told |= {one.code for one in here.diagnostics}
        with_it, without = (Report("s", one.diagnostics, one.sources) for one in (there, here))
        for form in (text, json, sarif, github):
            assert form.render(with_it) == form.render(without)
        assert text.render(with_it, translate=catalogue("it")) == text.render(without, translate=catalogue("it"))
    assert set(second_core.APART) - told <= {"signer-missing"}
    assert not left(waited)


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
