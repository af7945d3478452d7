"""The roles: how busy they are, and how long work waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.analysis.performance.figures import RoleFigures
from crmdsl.diagnostics import Message
from crmdsl.report.company.figures import Known, heat
from crmdsl.report.company.places import Place, Places
from crmdsl.report.company.speech import Figure, Speech

_TASKS = 5


@dataclass(frozen=True, slots=True)
class Task:
    """Work that a role is asked for: where, and how many hours a week."""

    place: Place
    hours: Figure
    times: Figure


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with work. `heat` is 0 to 4; `grows` says that and how its queue grows, empty where it does not."""

    role: str
    title: str
    department: str
    department_title: str
    persons: int
    hours: Figure
    asked: Figure
    load: Figure
    heat: int
    wait: Figure
    waiting: Figure
    grows: str
    guessed: bool
    tasks: tuple[Task, ...]
    yaml: str
    source: str


def roles(known: Known, places: Places, speech: Speech) -> tuple[RoleView, ...]:
    """Every role with work, the busiest first."""
    return tuple(_role(one, known, places, speech) for one in known.found.roles)


def _role(one: RoleFigures, known: Known, places: Places, speech: Speech) -> RoleView:
    declared = places.spec.roles[one.role]
    department = declared.department.name if declared.department else ""
    queue, capacity = one.waiting.queue, one.load.capacity
    excerpt = places.excerpt(declared, places.role(one.role))
    return RoleView(
        one.role, places.role(one.role), department, places.department(department) if department else "",
        capacity.persons, speech.work(capacity.hours), speech.work(one.load.hours),
        speech.share(one.load.utilisation), heat(one.load.utilisation), speech.time(queue.wait, capacity.week),
        speech.count(queue.length), growth(one, speech), one.role in known.found.guessed,
        tuple(_tasks(one, places, speech)), excerpt.anchor if excerpt else "", excerpt.place if excerpt else "",
    )  # fmt: skip


def growth(one: RoleFigures, speech: Speech) -> str:
    """That a queue grows, and by how much: no wait can be told of it."""
    if one.waiting.queue.stable:
        return ""
    if not one.load.capacity.hours:
        return speech.say(Message("Nobody is there for this work: from the first week on, nothing of it is done."))
    return speech.say(
        Message(
            "From the first week on the queue grows, each week by {hours}: no wait can be told.",
            hours=speech.work(one.grows).text,
        )
    )


def _tasks(one: RoleFigures, places: Places, speech: Speech) -> Iterator[Task]:
    for share in one.load.shares[:_TASKS]:
        place = places.inside(share.work.process, share.work.place)
        yield Task(place, speech.work(share.hours), speech.count(share.rate, "rate"))
