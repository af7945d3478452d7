"""Lowering: a resolved spec → what back ends and analyses work on."""

from __future__ import annotations

from crmdsl.ir.program import Program
from crmdsl.resolve.resolved import Resolved


def lower(resolved: Resolved) -> Program:
    """The program of a resolved spec; its parts are worked out when they are first asked for."""
    return Program(resolved)
