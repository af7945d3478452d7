"""The event log: what happened to which case when, the same for cases simulated and for real ones.

One entry an event. JSON Lines has one entry a line; in CSV the columns are the same, and lists and maps are JSON.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from crmdsl.analysis.simulation.course import PASS, Course

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.engine import Engine

COLUMNS = (
    "case", "process", "kind", "event", "at", "began", "by", "role", "from", "to", "values", "reason", "score",
    "record", "channel", "due",
)  # fmt: skip
"""`kind` is `start`, `act` (of a person), `outside` (an event from outside) or `deadline` (a time limit passed)."""


def entries(engine: Engine) -> Iterator[dict[str, Any]]:
    """The entries of a replication, in the order of their times."""
    found: list[tuple[int, int, dict[str, Any]]] = []
    for course in engine.courses:
        for at, entry in _of(engine, course):
            found.append((at, len(found), entry))
    found.sort(key=lambda one: one[:2])
    for _, _, entry in found:
        yield entry


def _of(engine: Engine, course: Course) -> Iterator[tuple[int, dict[str, Any]]]:
    local = engine.compiled.processes[course.process].CLOCK.local
    first = course.cases[0]
    start: dict[str, Any] = {"case": course.name, "process": course.process, "kind": "start", "event": "start"}
    start |= {"at": local(course.born).isoformat(), "to": list(first.states), "record": course.record.as_json()}
    if course.channel:
        start["channel"] = course.channel
    yield course.born, start | _due(first)
    for number, deed in enumerate(course.deeds):
        before, after = course.cases[number], course.cases[number + 1]
        entry: dict[str, Any] = {"case": course.name, "process": course.process}
        kind = "deadline" if deed.event == PASS else "outside" if deed.by is None else "act"
        at = deed.at
        if kind == "deadline":
            passed = [one for one in after.trail() if one.event][len([one for one in before.trail() if one.event]) :]
            entry |= {"kind": kind, "event": "+".join(one.event for one in passed), "at": local(at).isoformat()}
        else:
            entry |= {"kind": kind, "event": deed.event, "at": local(at).isoformat()}
        if deed.began is not None:
            entry["began"] = local(deed.began).isoformat()
        if deed.by is not None:
            entry |= {"by": deed.by.name, "role": list(deed.by.roles)}
        entry |= {"from": list(before.states), "to": list(after.states)}
        if deed.values:
            entry["values"] = _values(course, deed.base, deed.values)
        if deed.reason is not None:
            entry["reason"] = deed.reason
        if deed.score is not None:
            entry["score"] = deed.score
        yield at, entry | _due(after)


def _values(course: Course, base: tuple[str, ...], values: Any) -> dict[str, Any]:
    """Values as they stand in the JSON of records."""
    record = course.cls.MACHINE.entity_at(base)
    found = {}
    for name, value in values.items():
        cls = record
        *way, last = name.split(".")
        for part in way:
            cls = cls.FIELDS[part].entity
        field = cls.FIELDS[last]
        found[name] = field.as_json(field.inward(value))
    return found


def _due(case: Any) -> dict[str, Any]:
    """The time limits that run after an event."""
    dues = [{"state": one.state, "limit": one.kind, "at": one.due.isoformat()} for one in case.deadlines()]
    return {"due": dues} if dues else {}


def as_lines(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The log as JSON Lines."""
    for entry in found:
        yield json.dumps(entry, ensure_ascii=False) + "\n"


def as_csv(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The log as CSV, with a first line that names the columns."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for entry in found:
        writer.writerow([_cell(entry.get(column)) for column in COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
