"""A second core goes through rules of a large spec: what it finds is not looked for again.

Where a core is idle, a fork of this process goes through the rules of `APART`, while this one goes through the
others, and sends back what each finds, which on a sound spec is nothing. What it does not send is asked here, an
exception above all: so a fork that is slow, fails or is not to be had costs a few milliseconds and nothing else.
Nobody waits for it: when this process has done the others, it takes those of `APART` that were not sent yet, the last
first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdsl.diagnostics.collection import MOST

if TYPE_CHECKING:
    from crmdsl.diagnostics import Diagnostic
    from crmdsl.ir.program import Program

LARGE = 500_000
"""Characters of a spec from which a fork, which costs some milliseconds and pages of memory, is worth it."""
ROOM = 1_048_576
"""Bytes that may wait in the pipe: as many as Linux grants to everybody."""
LOAD = Path("/proc/loadavg")
APART = (
    "approval-gap", "approval-hole", "approval-overlap", "dead-level", "dead-outcome", "outcome-gap",
    "unchecked-condition",
    "access-missing", "access-leak", "unused-grant",
    "separation-unsatisfiable", "signer-missing", "escalation-unstaffed",
)  # fmt: skip
"""The rules on proofs, access and separation: about half of the work, sharing next to nothing with the other half."""


class Findings:
    """What a fork has found so far, by rule. `pid` is 0 where there is none."""

    def __init__(self, pid: int = 0, answers: int = -1) -> None:
        self.pid = pid
        self._answers = answers
        self._told = bytearray()
        self._found: dict[str, list[Diagnostic]] = {}

    def found(self, rule: Any) -> list[Diagnostic] | None:
        """All that a rule finds, `None` where that is not known."""
        if not self.pid or rule.CODE not in APART:
            return None
        with suppress(BlockingIOError):
            while part := os.read(self._answers, ROOM):
                self._told += part
        while self._take():
            pass
        return self._found.get(rule.CODE)

    def _take(self) -> bool:
        """Read one answer, if it has come whole: code and size on a line, and as many bytes."""
        heading, line, rest = self._told.partition(b"\n")
        code, _, size = heading.decode("ascii").partition(" ")
        if not line or len(rest) < int(size):
            return False
        self._found[code] = received(bytes(rest[: int(size)]))
        self._told = rest[int(size) :]
        return True

    def end(self) -> None:
        """Leave no process behind, whether it has come to its end or not."""
        if not self.pid:
            return
        from signal import SIGKILL

        os.close(self._answers)
        with suppress(ChildProcessError, ProcessLookupError):
            os.kill(self.pid, SIGKILL)
            os.waitpid(self.pid, 0)


def sent(found: list[Diagnostic]) -> bytes:
    """Diagnostics as bytes: none for none, so that a sound spec needs no `pickle`."""
    if not found:
        return b""
    import pickle

    return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)


def received(answer: bytes) -> list[Diagnostic]:
    """The diagnostics that a fork of this process has sent."""
    if not answer:
        return []
    import pickle

    found: list[Diagnostic] = pickle.loads(answer)  # noqa: S301 - from our own fork, through a pipe of our own
    return found


@contextmanager
def second_core(program: Program, rules: Iterable[Any]) -> Iterator[Findings]:
    """Go through rules on a second core, if the spec is large and there is one."""
    found = _forked(program, rules) if worthwhile(program) else Findings()
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


def _forked(program: Program, rules: Iterable[Any]) -> Findings:
    answers, telling = os.pipe()
    os.set_blocking(answers, False)
    parent = os.getpid()
    try:
        pid = os.fork()
        if pid == 0:
            _clear(program, rules, telling)
    except OSError:  # no room for another process
        os.close(answers)
        return Findings()
    finally:
        if os.getpid() != parent:
            os._exit(0)  # a fork never goes back to what this process was doing, whatever interrupts it
        os.close(telling)
    return Findings(pid, answers)


def _clear(program: Program, rules: Iterable[Any], telling: int) -> None:
    """Tell what each rule finds, as long as somebody listens."""
    _widen(telling)
    known = {rule.CODE: rule for rule in rules}
    for code in APART:
        if code in known and (found := _found(program, known[code])) is not None:
            answer = sent(found)
            answer = f"{code} {len(answer)}\n".encode("ascii") + answer
            while answer:
                answer = answer[os.write(telling, answer) :]


def _widen(telling: int) -> None:
    """Make room for a thousand diagnostics, where the system lets us: to write more waits until somebody reads."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(telling, fcntl.F_SETPIPE_SZ, ROOM)


def _found(program: Program, rule: Any) -> list[Diagnostic] | None:
    """What a rule finds, as far as it is told; one that raises is asked again where that is seen."""
    try:
        return list(islice(rule.check(program), MOST + 1))
    except Exception:  # noqa: BLE001 - whatever it is, it comes again
        return None
