"""A table of cases as texts, before it is Markdown or HTML."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.analysis.boundaries import Row, Table
from crmdsl.backends.diagrams.phrases import FIGURES
from crmdsl.diagnostics import Message
from crmdsl.report.tables.words import Words


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed; `figures` are the columns that hold figures, which stand under each other from the right."""

    language: str
    title: str
    company: str
    about: str
    columns: tuple[str, ...]
    figures: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    signature: tuple[str, ...]


def sheet(table: Table, words: Words) -> Sheet:
    """The texts of a table."""
    company = words.spec.company
    names = [words.heading(table, column) for column in table.columns]
    decided = [Message("Level"), Message("Who signs"), Message("Signatures"), Message("Within")]
    return Sheet(
        words.language,
        words.title(table.chain),
        company.title if company and company.title else words.spec.name,
        words.say(Message("Who decides the cases at the limits")),
        ("#", *names, *(words.say(one) for one in decided)),
        frozenset(place for place, column in enumerate(table.columns, 1) if column.base in FIGURES),
        tuple((str(number), *_cells(table, row, words)) for number, row in enumerate(table.rows, 1)),
        tuple(words.say(note) for note in notes(table, words)),
        tuple(words.say(one) for one in (Message("Approved by"), Message("Date"), Message("Signature"))),
    )


def notes(table: Table, words: Words) -> list[Message]:
    """What a reader must know of a table."""
    ladder = Message("Every level named signs, in the order given")
    bands = Message("Exactly one level decides each case")
    found = [ladder if table.chain.mode == "ladder" else bands]
    if managers := words.managers(table.chain):
        found.append(Message("The requester's manager is, by the role of who asks: {roles}", roles=managers))
    if "requester" in table.chain.separation:
        found.append(Message("Who asks never signs, whatever his roles"))
    if "levels" in table.chain.separation:
        found.append(Message("Nobody signs twice"))
    if table.left_out:
        found.append(
            Message("The chain has more cases than are listed: these are {count} of them", count=len(table.rows))
            if table.rows
            else Message("The chain has too many cases to list")
        )
    if table.unproven:
        found.append(Message("Cases that hang on how fields compare, or on the state, are listed only in part"))
    return found


def _cells(table: Table, row: Row, words: Words) -> list[str]:
    values = [words.value(column, value) for column, value in zip(table.columns, row.values, strict=True)]
    if not row.levels:
        return [*values, "–", words.otherwise(table.chain), "0", "–"]
    levels = [table.chain.levels[name] for name in row.levels]
    order = [f"{place}. " if len(levels) > 1 else "" for place in range(1, len(levels) + 1)]
    texts = (
        map(words.title_of, levels), [words.signers(table.chain, level) for level in levels],
        map(words.quorum, levels), map(words.within, levels),
    )  # fmt: skip
    return [*values, *("\n".join(map("".join, zip(order, each, strict=True))) for each in texts)]
