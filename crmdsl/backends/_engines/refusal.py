"""What an engine cannot say, as a diagnostic with the repair."""

from __future__ import annotations

from crmdsl.backends.faults import Inexpressible
from crmdsl.diagnostics import Diagnostic, Message, Span

HELP = Message("say it otherwise, or compile for another target: `--target python` says all that the language does")


def inexpressible(span: Span, message: Message) -> Diagnostic:
    """That a part of the spec cannot be said."""
    return Inexpressible.at(span, message, help=HELP)
