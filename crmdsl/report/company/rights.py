"""Who may do what with which records: the matrix of access as a part of the report."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.backends.diagrams.words import called
from crmdsl.ir.program import Program
from crmdsl.report.access.matrix import ITALICS, LEGEND, PER_PERSON, PER_RECORD, Notes, Sheet, sheets
from crmdsl.report.company.speech import Speech


@dataclass(frozen=True, slots=True)
class Rights:
    """A table for each entity, what their letters mean and depend on, and the rules of separation."""

    legend: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]
    separations: tuple[tuple[str, str], ...]
    """The actions that nobody does both, and whether on one record or at all."""


def rights(program: Program, speech: Speech) -> Rights | None:
    """The matrix; nothing where nobody is granted anything."""
    notes = Notes()
    found = tuple(sheets(program, lambda declared: called(declared, speech.language), notes))
    if not found:
        return None
    rules = tuple(
        (", ".join(".".join(action) for action in rule.actions),
         speech.say(PER_PERSON if rule.per_person else PER_RECORD))
        for rule in program.policy.separations
    )  # fmt: skip
    legend = speech.say(LEGEND.having(mark=speech.say(ITALICS)))
    return Rights(legend, found, tuple(notes.numbers), rules)
