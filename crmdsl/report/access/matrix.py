"""The matrix of access (role × entity × action × field), as text, CSV, data and as a page that an auditor signs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.analysis.access import Way, ways
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.diagnostics import Catalogue
    from crmdsl.ir.program import Program
    from crmdsl.model.declaration import Declaration

LETTERS = {"create": "C", "read": "R", "update": "U", "delete": "D", "export": "E"}
COLUMNS = ("role", "entity", "field", "action", "scope", "when", "below", "place")

TITLE = Message("Who may do what")
LEGEND = Message(
    "C create, R read, U update, D delete, E export; what is not there is denied. A letter alone holds on every "
    "record; a number behind it says on which records, or while what holds; {mark}: read because of a role below."
)
ITALICS = Message("in italics")
RECORD, NOTES = Message("record"), Message("Notes")
ROLE, SENSITIVE = Message("Role"), Message("sensitive")
SEPARATION, CHECKED = Message("Never both"), Message("Checked by")
DAY, SIGNATURE = Message("Day"), Message("Signature")
PER_RECORD, PER_PERSON = Message("on one record"), Message("by one person")


def data(found: Iterable[Way]) -> list[dict[str, str]]:
    """The ways as data."""
    return [{name: getattr(way, name) for name in COLUMNS} for way in found]


def as_csv(program: Program) -> str:
    """A line for each way; a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in data(ways(program)):
        writer.writerow([f"'{value}" if value[:1] in ("=", "+", "-", "@") else value for value in row.values()])
    return text.getvalue()


def as_text(program: Program, catalogue: Catalogue | None = None) -> str:
    """A table for each entity: a line for each role, its letters for each field."""
    notes = Notes()
    blocks = []
    for entity, fields in _entities(program).items():
        rows = _cells(program, entity, fields)
        if not rows:
            continue
        shown = [[role, *(" ".join(_letter(way, notes) for way in cell) or "·" for cell in cells)]
                 for role, cells in rows.items()]  # fmt: skip
        head = [entity, RECORD.text(catalogue), *fields]
        widths = [max(len(row[at]) for row in [head, *shown]) for at in range(len(head))]
        lines = ["  ".join(part.ljust(width) for part, width in zip(row, widths, strict=True)).rstrip()
                 for row in [head, *shown]]  # fmt: skip
        blocks.append("\n".join(lines))
    legend = [LEGEND.having(mark="^").text(catalogue), *(f"{number}: {text}" for text, number in notes.numbers.items())]
    return "\n\n".join([*blocks, "\n".join(legend)]) + "\n"


class Notes:
    """The scopes and conditions that letters refer to, numbered as they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def of(self, way: Way) -> int | None:
        """The number of what a way depends on; none where it depends on nothing."""
        if way.free:
            return None
        text = "; ".join([way.scope] * (way.scope != "all") + [f"when {way.when}"] * bool(way.when))
        return self.numbers.setdefault(text, len(self.numbers) + 1)


def _letter(way: Way, notes: Notes) -> str:
    number = notes.of(way)
    return f"{LETTERS[way.action]}{number or ''}{'^' if way.below else ''}"


def _entities(program: Program) -> dict[str, list[str]]:
    return {name: list(resource.fields) for name, resource in program.policy.resources.items()}


def _cells(program: Program, entity: str, fields: list[str]) -> dict[str, list[list[Way]]]:
    """For each role that holds anything on an entity, its ways by field; what matters less is left out."""
    found: dict[str, dict[str, list[Way]]] = {}
    for way in ways(program):
        if way.entity == entity:
            found.setdefault(way.role, {}).setdefault(way.field, []).append(way)
    return {
        role: [_telling(found[role].get(field, [])) for field in ("", *fields)] for role in program.spec.roles
        if role in found
    }  # fmt: skip


def _telling(cell: list[Way]) -> list[Way]:
    """The ways of a cell without those that another covers, and each once."""
    kept: dict[tuple[str, str, str], Way] = {}
    for way in sorted(cell, key=lambda one: (list(LETTERS).index(one.action), bool(one.below))):
        if way.free or not any(one.free and one.action == way.action for one in cell):
            kept.setdefault((way.action, way.scope, way.when), way)
    return list(kept.values())


class Mark(NamedTuple):
    """A letter of a cell, the number of what it depends on, whether it comes of a role below, and its grant's place."""

    letter: str
    number: int | None
    below: bool
    place: str


class Sheet(NamedTuple):
    """The table of an entity, labels in a language: its columns (and which are sensitive), and a row for each role."""

    entity: str
    title: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, str, tuple[tuple[Mark, ...], ...]], ...]
    """Role, label, and the marks of each cell, the record's first."""


def sheets(program: Program, label: Callable[[Declaration], str], notes: Notes) -> Iterator[Sheet]:
    """The tables of all entities on which somebody holds anything; what letters depend on is noted.

    `label` says what people call something.
    """
    spec = program.spec
    for entity, fields in _entities(program).items():
        declared = spec.entities[entity]
        rows = tuple(
            (role, label(spec.roles[role]), tuple(
                tuple(Mark(LETTERS[way.action], notes.of(way), bool(way.below), way.place) for way in cell)
                for cell in cells
            ))
            for role, cells in _cells(program, entity, fields).items()
        )  # fmt: skip
        if rows:
            heads = tuple((label(declared.fields[name]), declared.fields[name].sensitive) for name in fields)
            yield Sheet(entity, label(declared), heads, rows)


def as_html(program: Program, catalogue: Catalogue | None = None, language: str | None = None) -> str:
    """The page: one file, to be printed; nothing in it comes from elsewhere."""
    spec, notes = program.spec, Notes()
    language = language or (spec.company.language if spec.company else "en")
    title = spec.company.title if spec.company else spec.name

    def label(declared: Declaration) -> str:
        return (declared.label.in_(language) if declared.label is not None else None) or declared.name

    tables = [_table(sheet, catalogue) for sheet in sheets(program, label, notes)]
    listed = "".join(f"<li value={number}><code>{escape(text)}</code></li>\n" for text, number in notes.numbers.items())
    words = {name: escape(one.text(catalogue)) for name, one in (
        ("title", TITLE), ("legend", LEGEND.having(mark=ITALICS)), ("notes", NOTES), ("checked", CHECKED), ("day", DAY),
        ("signature", SIGNATURE), ("separation", SEPARATION),
    )}  # fmt: skip
    from crmdsl.resources import templates

    page = (templates("access") / "matrix.html").read_text(encoding="utf-8")
    filled = {
        "LANGUAGE": escape(language), "COMPANY": escape(title), "TABLES": "".join(tables), "NOTED": listed,
        "RULES": _rules(program, catalogue), **{name.upper(): text for name, text in words.items()},
    }  # fmt: skip
    for name, text in filled.items():
        page = page.replace("{{" + name + "}}", text.replace("{{", "{&#123;"))
    return page


def _table(sheet: Sheet, catalogue: Catalogue | None) -> str:
    sensitive = escape(SENSITIVE.text(catalogue))
    heads = "".join(
        f'<th scope="col">{escape(title)}' + (f"<br><small>{sensitive}</small>" if secret else "") + "</th>"
        for title, secret in sheet.heads
    )
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f"<td>{' '.join(map(_marked, cell))}</td>" for cell in cells) + "</tr>\n"
        for _, label, cells in sheet.rows
    )  # fmt: skip
    first = f'<th scope="col">{escape(ROLE.text(catalogue))}</th>'
    first += f'<th scope="col">{escape(RECORD.text(catalogue))}</th>'
    return (
        f"<h2>{escape(sheet.title)}</h2>\n<table><thead><tr>{first}{heads}</tr></thead>\n<tbody>\n{body}"
        "</tbody></table>\n"
    )


def _marked(mark: Mark) -> str:
    text = f"{mark.letter}<sup>{mark.number}</sup>" if mark.number else mark.letter
    return f'<span title="{escape(mark.place, quote=True)}">{f"<i>{text}</i>" if mark.below else text}</span>'


def _rules(program: Program, catalogue: Catalogue | None) -> str:
    """The rules of separation, as items of a list."""
    return "".join(
        f"<li><code>{escape(', '.join('.'.join(action) for action in rule.actions))}</code> "
        f"({escape((PER_PERSON if rule.per_person else PER_RECORD).text(catalogue))})</li>\n"
        for rule in program.policy.separations
    )
