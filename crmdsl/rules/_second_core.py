"""A second core clears rules of a large spec: what it finds nothing with is not asked again.

Where a core is idle, a fork of this process goes through the rules of `APART`, while this one goes through the
others, and sends back the code of each that finds nothing, which on a sound spec is all of them. Every other rule is
asked here: so each diagnostic and each exception is made in this process, and a fork that is slow, fails or is not to
be had costs a few milliseconds and nothing else. Nobody waits for it: when this process has done the others, it takes
those of `APART` that are not cleared yet, the last first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

LARGE = 500_000
"""Characters of a spec from which a fork, which costs some milliseconds and pages of memory, is worth it."""
LOAD = Path("/proc/loadavg")
APART = (
    "approval-gap", "approval-hole", "approval-overlap", "dead-level", "dead-outcome", "outcome-gap",
    "unchecked-condition",
    "access-missing", "access-leak", "unused-grant",
    "separation-unsatisfiable", "signer-missing", "escalation-unstaffed",
)  # fmt: skip
"""The rules on proofs, access and separation: about half of the work, sharing next to nothing with the other half."""


class Clearing:
    """The rules that a fork has found nothing with so far. `pid` is 0 where there is none."""

    def __init__(self, pid: int = 0, answers: int = -1) -> None:
        self.pid = pid
        self._answers = answers
        self._told = b""

    def nothing(self, rule: Any) -> bool:
        """Whether a rule is known to find nothing."""
        if not self.pid or rule.CODE not in APART:
            return False
        with suppress(BlockingIOError):
            while part := os.read(self._answers, 4096):
                self._told += part
        return rule.CODE.encode("ascii") in self._told.split(b"\n")[:-1]

    def end(self) -> None:
        """Leave no process behind, whether it has come to its end or not."""
        if not self.pid:
            return
        from signal import SIGKILL

        os.close(self._answers)
        with suppress(ChildProcessError, ProcessLookupError):
            os.kill(self.pid, SIGKILL)
            os.waitpid(self.pid, 0)


@contextmanager
def clearing(program: Program, rules: Iterable[Any]) -> Iterator[Clearing]:
    """Clear rules on a second core, if the spec is large and there is one."""
    found = _forked(program, rules) if worthwhile(program) else Clearing()
    try:
        yield found
    finally:
        found.end()


def turn(rule: Any) -> tuple[bool, int]:
    """The place of a rule here: those of `APART` behind the others, the last first, and those that run last."""
    return getattr(rule, "LAST", False), -APART.index(rule.CODE) if rule.CODE in APART else -len(APART)


def worthwhile(program: Program) -> bool:
    """Whether a fork saves time, for a large spec beside an idle core, and is safe: no other thread holds a lock."""
    if sum(len(source.text) for source in program.spec.sources.values()) < LARGE:
        return False
    threading = sys.modules.get("threading")
    alone = threading is None or threading.active_count() == 1
    return alone and hasattr(os, "fork") and hasattr(os, "sched_getaffinity") and _idle()


def _idle() -> bool:
    """Whether this process may use another core, and fewer processes run than there are cores, this one included.

    Beside others that want the cores a fork takes longer than doing the rules here. Linux tells in `/proc/loadavg`.
    """
    if len(os.sched_getaffinity(0)) < 2:
        return False
    try:
        return int(LOAD.read_text("ascii").split()[3].partition("/")[0]) < (os.cpu_count() or 1)
    except (OSError, ValueError, IndexError):
        return False


def _forked(program: Program, rules: Iterable[Any]) -> Clearing:
    answers, telling = os.pipe()
    os.set_blocking(answers, False)
    parent = os.getpid()
    try:
        pid = os.fork()
        if pid == 0:
            _clear(program, rules, telling)
    except OSError:  # no room for another process
        os.close(answers)
        return Clearing()
    finally:
        if os.getpid() != parent:
            os._exit(0)  # a fork never goes back to what this process was doing, whatever interrupts it
        os.close(telling)
    return Clearing(pid, answers)


def _clear(program: Program, rules: Iterable[Any], telling: int) -> None:
    """Tell the code of each rule that finds nothing, as long as somebody listens."""
    known = {rule.CODE: rule for rule in rules}
    for code in APART:
        if code in known and _finds_nothing(program, known[code]):
            os.write(telling, f"{code}\n".encode("ascii"))


def _finds_nothing(program: Program, rule: Any) -> bool:
    """Whether a rule comes to its end without a word; one that raises is asked again where that is seen."""
    try:
        return next(iter(rule.check(program)), None) is None
    except Exception:  # noqa: BLE001 - whatever it is, it comes again
        return False
