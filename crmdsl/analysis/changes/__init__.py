"""What is different between two specs of a company: who decides what, what is open when, and everything declared."""

from __future__ import annotations

from crmdsl.analysis.changes import chains, guards
from crmdsl.analysis.changes.change import Change, Pair
from crmdsl.ir.program import Program

SECTIONS = (chains, guards)
"""The parts of the comparison, each a module with a function `find(pair)` that yields changes, in the order in which
they are told."""


def analyze(before: Program, now: Program) -> list[Change]:
    """All differences, section by section; of what has faults, those that are sure."""
    pair = Pair(before, now)
    return [change for section in SECTIONS for change in section.find(pair)]
