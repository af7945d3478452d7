"""What the owner of a process does with a case as such: reassign and reopen it."""

from __future__ import annotations

from typing import Any

from crmdsl.model.processes import Call, Parallel
from tests.reference.cases import CaseData, Path, Refused, record_at
from tests.reference.evaluation import Record
from tests.reference.moves import Run, names
from tests.reference.organisation import Person

ACTS = ("reassign", "reopen")


def is_act_of_owner(data: CaseData, event: str) -> bool:
    """Whether an event is one of these: the process has an owner, and no event of its own that is called so."""
    return event in ACTS and bool(data.root.process.owner) and event not in data.events.values()


def remember(run: Run) -> None:
    """Keeps in mind in which step of the process a case is before something happens to it."""
    root = run.data.root
    if root.ended is None and root.active is not None:
        run.data.stood = root.active.step.name


def perform(run: Run, event: str, by: str | None, to: str | None, values: dict[str, Any]) -> None:
    data = run.data
    if event == "reassign" and data.root.ended is not None:
        raise Refused("not-in-state", "it has ended")
    if event == "reopen" and (data.root.ended is None or data.stood is None):
        raise Refused("not-in-state", "it runs" if data.root.ended is None else "it never was in a step")
    person = run.organisation.people.get(by or "")
    if person is None:
        raise Refused("unknown-person")
    if not person.holds(names(data.root.process.owner)):
        raise Refused("wrong-role")
    if values:
        raise Refused("not-editable")
    if event == "reassign":
        reassign(run, to)
    else:
        reopen(run)


def reassign(run: Run, to: str | None) -> None:
    """The record gets another owner, and nothing else changes."""
    person = run.organisation.people.get(to or "")
    if person is None:
        raise Refused("unknown-person", "to")
    if run.spec.entities[run.data.record[""]].owner and not owns(run, person, run.data.record):
        raise Refused("wrong-owner")
    run.data.record["#owner"] = person.name
    run.note("reassign")


def reopen(run: Run) -> None:
    """The step that it ended from is entered again, by nobody."""
    root, step = run.data.root, run.data.stood
    assert step is not None
    root.ended = None
    kind = type(root.steps[step])
    run.note("reopen", "what has parts" if kind in (Parallel, Call) else kind.__name__)
    run.enter(root, step)


def owns(run: Run, person: Person, record: Record) -> bool:
    """Whether a person may own a record by his roles."""
    return person.holds(names(run.spec.entities[record[""]].owner))


def claim(run: Run, person: Person, path: Path) -> None:
    """A record without an owner becomes the first person's of its owner role who acts on it."""
    record = record_at(run.data, path)
    if record is not None and record.get("#owner") is None and owns(run, person, record):
        record["#owner"] = person.name
