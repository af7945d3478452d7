"""Tells what happens to a case, act by act, on a terminal."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

BOLD, DIM, RED, GREEN, YELLOW, PLAIN = (
    ("\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m") if sys.stdout.isatty() else ("",) * 6
)
DUE = {
    "within": "due", "level": "to be signed by", "respond": "to be answered by", "deliver": "to be delivered by",
    "verify": "to be verified by", "timeout": "waits until",
}  # fmt: skip
"""How a time limit is told."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MARGIN = " " * 18


def chapter(number: int, title: str) -> None:
    """A heading."""
    print(f"\n{BOLD}── {number} · {title} {'─' * max(3, 88 - len(title))}{PLAIN}", flush=True)


class Story:
    """One case and the clock on the wall. Acts are told as they happen; the case itself decides what may."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.case: Any = None

    def begin(self, case: Any, words: str) -> None:
        """The case that was started."""
        self.case = case
        self._told(words)

    def wait(self, words: str = "", **span: float) -> None:
        """Let time pass (`hours=`, `days=`); what falls due meanwhile happens, and is told."""
        self.at += timedelta(**span)
        after = self.case.advance(self.at)
        self.case = after
        if words and after.effects:
            self._told(f"{YELLOW}{words}{PLAIN}", clock=False)

    def act(self, words: str, event: str, by: Any = None, **given: Any) -> None:
        """Somebody (or, without `by`, another system) does something that is possible."""
        who = {"by": by} if by is not None else {}
        after = getattr(self.case, event)(at=self.at, **who, **given)
        if not after:
            sys.exit(f"the demo is broken: {event} was refused: {after}")
        self.case = after
        self._told(words)

    def refused(self, words: str, event: str, by: Any) -> None:
        """Somebody tries what he may not, and is told why not."""
        refusal = self.case.why_not(by, event)
        if refusal is None:
            sys.exit(f"the demo is broken: {event} by {by.name} was not refused")
        print(f"{MARGIN}{RED}✗ {words}{PLAIN}")
        print(f"{MARGIN}  {refusal.message} {DIM}({refusal.rule}, {refusal.place}){PLAIN}")

    def aside(self, words: str) -> None:
        """Something worth saying."""
        print(f"{MARGIN}{DIM}{words}{PLAIN}")

    def _told(self, words: str, *, clock: bool = True) -> None:
        when = f"{DAYS[self.at.weekday()]} {self.at:%d %b %H:%M}" if clock else ""
        print(f"{DIM}{when:16}{PLAIN}  {words}")
        print(f"{MARGIN}{GREEN}→ {' and '.join(self.case.states)}{PLAIN}{self._due()}")
        for effect in self.case.effects:
            print(f"{MARGIN}  {DIM}{in_words(effect)}{PLAIN}")

    def _due(self) -> str:
        """The next deadline."""
        due = [deadline for deadline in self.case.deadlines() if deadline.kind != "promise"]
        if not due or self.case.ended:
            return ""
        when = due[0].due.replace(tzinfo=None)
        return f"{DIM}   {DUE[due[0].kind]} {DAYS[when.weekday()]} {when:%d %b %H:%M}{PLAIN}" if when >= self.at else ""


def in_words(effect: Any) -> str:
    """An effect of the case, for people."""
    kind = type(effect).__name__
    if kind == "Emit":
        return f"tells the other systems: {effect.event}"
    if kind == "Notify":
        return f"tells {', '.join(effect.roles)}: {effect.event}"
    if kind == "Remind":
        return f"reminds {', '.join(effect.roles)} of {effect.state}"
    if kind == "Escalate":
        return f"{', '.join(effect.roles)} may act as well now"
    if kind == "Set":
        return f"{effect.entity}.{effect.field} is now {effect.value}"
    return f"opens a case of {effect.process}"
