"""What a scenario came to, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crmdsl.diagnostics import Catalogue, Message, Row, Span


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the machine said no: the rule, its place in the spec and a sentence."""

    rule: str
    place: str
    message: Message

    @property
    def reason(self) -> Message:
        """The sentence with its rule."""
        return Message("{sentence} (`{rule}`)", sentence=self.message, rule=self.rule)


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the trace: when (local time of the company), who did what, from where to where.

    `by` is empty where time passed or an event came from outside. `effects` is what the case asked of the world.
    """

    at: datetime
    by: str
    what: Message
    before: str
    after: str
    effects: tuple[Message, ...] = ()
    refused: Refused | None = None

    def as_json(self, catalogue: Catalogue | None = None) -> dict[str, Any]:
        """The line as JSON values."""
        return {
            "at": self.at.isoformat(timespec="minutes"),
            "by": self.by or None,
            "what": self.what.text(catalogue),
            "before": self.before,
            "after": self.after,
            "effects": [effect.text(catalogue) for effect in self.effects],
            "refused": None
            if self.refused is None
            else {
                "rule": self.refused.rule,
                "place": self.refused.place,
                "message": self.refused.message.text(catalogue),
            },
        }


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was expected, what happened, and whether the two agree."""

    expected: Message
    happened: Message
    passed: bool


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """A scenario that was run. `span` is where its `then` stands, `line` where the scenario itself does."""

    name: str
    file: str
    line: int
    span: Span
    checks: tuple[Check, ...]
    trace: tuple[Act, ...]
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return all(check.passed for check in self.checks)

    @property
    def expected(self) -> Message:
        """What was expected: of what failed only, if anything did."""
        return Row([check.expected for check in self._telling()], "; ")

    @property
    def happened(self) -> Message:
        """What happened instead, or as well."""
        return Row([check.happened for check in self._telling()], "; ")

    def _telling(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed) or self.checks

    def as_json(self, catalogue: Catalogue | None = None) -> dict[str, Any]:
        """The result as JSON values."""
        return {
            "name": self.name,
            "passed": self.passed,
            "expected": self.expected.text(catalogue),
            "happened": self.happened.text(catalogue),
            "file": self.file,
            "line": self.line,
            "trace": [act.as_json(catalogue) for act in self.trace],
        }
