"""What is wrong with a spec, as data; the renderers beside this module turn it into text."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar, NamedTuple

from crmdsl.diagnostics.message import Message
from crmdsl.diagnostics.span import Span


class Severity(Enum):
    """How much a diagnostic weighs: an error fails the run, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Related(NamedTuple):
    """Another place that belongs to the fault, with what it has to do with it."""

    span: Span
    message: Message


class Fix(NamedTuple):
    """A repair that is certain: put `text` in the place of `span`."""

    span: Span
    text: str


class Diagnostic(NamedTuple):
    """One fault of a spec: its code, where it is, what is wrong, and how to repair it."""

    code: str
    severity: Severity
    span: Span
    message: Message
    help: Message | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None


class Fault:
    """A code that arises while a spec is read. The docstring of a subclass is its documentation.

    Like a rule module's docstring it says why, and shows wrong and right; `crmdsl explain` prints it.
    """

    code: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR

    @classmethod
    def at(
        cls,
        span: Span,
        message: Message,
        *,
        help: Message | None = None,  # noqa: A002 - the word of the JSON contract
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """The diagnostic of this fault at a place."""
        return Diagnostic(cls.code, cls.severity, span, message, help, related, fix)
