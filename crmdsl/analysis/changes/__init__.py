"""What is different between two specs of a company: who decides what, what is open when,
who may do what, and everything declared."""

from __future__ import annotations

from crmdsl.analysis.changes import access, chains, declared, guards
from crmdsl.analysis.changes.change import Change, Pair
from crmdsl.ir.program import Program

SECTIONS = (chains, guards, access, declared)
"""The parts of the comparison, each a module with a function `find(pair)` that yields changes, in the order in which
they are told."""


def analyze(
    before: Program, now: Program, torn: tuple[bool, bool] = (False, False), *, sound: bool = True
) -> list[Change]:
    """All differences, section by section; of what has faults, those that are sure.

    `torn` tells of each side whether a file of it could not be read: what is not there may stand in that. Unless both
    are `sound`, read without an error, nothing is said of what would be generated of chains, handoffs and processes.
    """
    pair = Pair(before, now, torn, sound)
    return [change for section in SECTIONS for change in section.find(pair)]
