"""Whether a file of the spec could not be read to its end: what is not there may then stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODES = frozenset({"yaml-syntax", "not-utf8", "too-large", "unreadable-file"})
"""Faults after which nobody knows what else a file says."""


def torn(program: Program) -> bool:
    """Whether one of these faults was found; what depends on all that a spec says is then not to be told."""
    return any(fault.code in CODES for fault in program.resolved.memo.get("reading", ()))
