"""What a target cannot say exactly: refused, never approximated."""

from __future__ import annotations

from crmdsl.conditions.ast import Expr
from crmdsl.diagnostics import Message


class Inexpressible(Exception):
    """A part of a condition that a target cannot say; `part` has its place in the condition's text."""

    def __init__(self, part: Expr, message: Message) -> None:
        super().__init__(str(message))
        self.part = part
        self.message = message
