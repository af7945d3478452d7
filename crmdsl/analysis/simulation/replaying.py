"""An event log run again on a generated package: whether its cases have done what the package allows, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where a case does not do what its log says: the entry, what the log says there, and what the package does."""

    case: str
    number: int
    what: str
    logged: Any
    found: Any


class Replay:
    """The cases of a log on a package: its organisation, and the class of the cases of each process by name."""

    def __init__(self, organisation: Any, classes: Mapping[str, Any]) -> None:
        self.organisation = organisation
        self.classes = classes
        self.cases: dict[str, Any] = {}
        self.seen: dict[str, int] = {}

    def run(self, log: Iterable[Mapping[str, Any]]) -> Iterator[Deviation]:
        """The deviations of a log; a case is left alone after its first."""
        lost: set[str] = set()
        for entry in log:
            name = str(entry["case"])
            self.seen[name] = number = self.seen.get(name, -1) + 1
            if name not in lost:
                for found in self._entry(name, number, entry):
                    lost.add(name)
                    yield found

    def _entry(self, name: str, number: int, entry: Mapping[str, Any]) -> Iterator[Deviation]:
        before = self.cases.get(name)
        if before is not None and list(before.states) != entry["from"]:
            yield Deviation(name, number, "from", entry["from"], list(before.states))
            return
        after = self._start(entry) if before is None else self._next(before, entry)
        if not after:
            yield Deviation(name, number, "refused", entry["event"], str(after))
            return
        self.cases[name] = after
        if list(after.states) != entry["to"]:
            yield Deviation(name, number, "to", entry["to"], list(after.states))
        if entry["kind"] == "deadline" and before is not None:
            said = [one.event for one in after.trail()][len(before.trail()) :]
            if "+".join(said) != entry["event"]:
                yield Deviation(name, number, "event", entry["event"], "+".join(said))
        due = [{"state": one.state, "limit": one.kind, "at": one.due.isoformat()} for one in after.deadlines()]
        if due != entry.get("due", []):
            yield Deviation(name, number, "due", entry.get("due", []), due)

    def _start(self, entry: Mapping[str, Any]) -> Any:
        cls = self.classes[entry["process"]]
        record = cls.MACHINE.record().from_json(entry["record"])
        by = self.organisation.person(entry["by"]) if entry.get("by") else None
        return cls.begun(by, datetime.fromisoformat(entry["at"]), record, self.organisation)

    def _next(self, case: Any, entry: Mapping[str, Any]) -> Any:
        at = datetime.fromisoformat(entry["at"])
        if entry["kind"] == "deadline":
            return case.advance(at)
        values = self._values(case, entry)
        if entry["kind"] == "outside":
            return case.receive(entry["event"], at, values)
        by = self.organisation.person(entry["by"])
        return case.fire(entry["event"], by, at, values, reason=entry.get("reason"), score=entry.get("score"))

    def _values(self, case: Any, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The values of an entry as the package takes them."""
        found: dict[str, Any] = {}
        for name, value in entry.get("values", {}).items():
            field = self._field(case, entry["event"], name.split("."))
            found[name] = field.outward(field.from_json(value))
        return found

    def _field(self, case: Any, event: str, path: list[str]) -> Any:
        """The field that comes with an event in one of the states of a case."""
        for state in case.states:
            for opening in case.MACHINE.nodes[state].openings:
                if opening.event == event and tuple(path) in opening.paths:
                    return _end(case.MACHINE.entity_at(opening.node.path), path)
        return _end(type(case.record), path)


def _end(record: Any, path: list[str]) -> Any:
    for name in path[:-1]:
        record = record.FIELDS[name].entity
    return record.FIELDS[path[-1]]


def from_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The entries of a log in JSON Lines."""
    return (json.loads(line) for line in lines if line.strip())
