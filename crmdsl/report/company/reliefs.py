"""What it is worth to relieve a bottleneck, with the arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crmdsl.analysis.performance.relief import LESS, Relief
from crmdsl.diagnostics import Message
from crmdsl.ir.operations.week import YEAR
from crmdsl.report.company.figures import Known
from crmdsl.report.company.places import Place, Places
from crmdsl.report.company.speech import Figure, Speech

_LEAST = 0.05
"""Days a year under which a relief is not worth a line."""


@dataclass(frozen=True, slots=True)
class ReliefView:
    """A relief. `ends_growth`: a queue stops growing, and `days` have no end. `sums` is the arithmetic."""

    rank: int
    kind: str
    name: str
    title: str
    place: Place | None
    role: str
    role_title: str
    departments: tuple[str, ...]
    wait_before: Figure
    wait_after: Figure
    load_before: Figure
    load_after: Figure
    days: Figure
    money: Figure
    ends_growth: bool
    yaml: str
    source: str
    sums: tuple[str, ...]


def reliefs(known: Known, places: Places, speech: Speech) -> tuple[ReliefView, ...]:
    """Every relief that is worth something, the best first."""
    found = [one for one in known.found.reliefs if one.days > _LEAST]
    return tuple(_relief(number, one, known, places, speech) for number, one in enumerate(found, 1))


def _relief(rank: int, one: Relief, known: Known, places: Places, speech: Speech) -> ReliefView:
    place = places.of(one.name) if one.kind != "person" else None
    week = known.week(one.role)
    declared = places.spec.roles[one.role]
    excerpt = places.excerpt(declared, places.role(one.role)) if place is None else None
    days = speech.endless("days") if math.isinf(one.days) else _days(one.days, speech)
    anchor, source = (place.yaml, place.source) if place else ("", "")
    if excerpt is not None:
        anchor, source = excerpt.anchor, excerpt.place
    return ReliefView(
        rank, one.kind, one.name, title(one, places, speech), place, one.role, places.role(one.role),
        tuple(dict.fromkeys((*places.departments((one.role,)), *(place.departments if place else ())))),
        speech.time(one.wait_before, week), speech.time(one.wait_after, week),
        speech.share(one.load_before), speech.share(one.load_after), days, speech.money(one.money),
        math.isinf(one.days), anchor, source, tuple(_sums(one, known, places, speech)),
    )  # fmt: skip


def title(one: Relief, places: Places, speech: Speech) -> str:
    """What is done."""
    if one.kind == "person":
        more = Message.counted(
            "One person more as {role}", "{count} persons more as {role}", count=one.persons, role=places.role(one.role)
        )
        return speech.say(more)
    place = places.of(one.name)
    if one.kind == "effort":
        return speech.say(Message("10% less effort at “{step}”", step=place.title))
    return speech.say(Message("Half the rework at “{step}”", step=place.title))


def _days(days: float, speech: Speech) -> Figure:
    """Days of lead time that the cases of a year win together."""
    hours = days * speech.week.day / 60
    number = speech.number(days)
    said = Message.counted("{number} working day", "{number} working days", count=1 if number == "1" else 2,
                           number=number)  # fmt: skip
    return replace(speech.time(hours), text=speech.say(said))


def _sums(one: Relief, known: Known, places: Places, speech: Speech) -> Iterator[str]:
    """The arithmetic, step by step."""
    week, role = known.week(one.role), places.role(one.role)
    capacity = known.roles[one.role].load.capacity
    yield speech.say(
        Message("Load of {role}: {before} now, {after} then.", role=role, before=speech.share(one.load_before).text,
                after=speech.share(one.load_after).text)
    )  # fmt: skip
    if math.isfinite(one.wait_before) and math.isfinite(one.wait_after):
        yield speech.say(
            Message("Wait for {role}: {before} now, {after} then.", role=role,
                    before=speech.time(one.wait_before, week).whole, after=speech.time(one.wait_after, week).whole)
        )  # fmt: skip
        yield from _lead(one, known, speech)
    elif math.isfinite(one.wait_after):
        yield speech.say(
            Message("Wait for {role}: it grows without end now; {after} then.", role=role,
                    after=speech.time(one.wait_after, week).whole)
        )  # fmt: skip
    yield from _money(one, capacity.hourly_cost, speech)


def _lead(one: Relief, known: Known, speech: Speech) -> Iterator[str]:
    """How the days of lead time come about."""
    scale = known.scale(one.role)
    shorter = (one.wait_before - one.wait_after) * scale
    waits = one.passed / scale if scale else 0.0
    won = one.passed * (one.wait_before - one.wait_after)
    if won > 0:
        yield speech.say(
            Message(
                "In a year the cases that succeed wait for it {times} times: {times} × {minutes} less = {hours}.",
                times=speech.number(waits, 0), minutes=_minutes(shorter, speech), hours=_hours(won, speech),
            )
        )  # fmt: skip
    if one.direct > 0:
        yield speech.say(
            Message("Less work on their own way: {hours}.", hours=_hours(one.direct, speech))
        )  # fmt: skip
    yield speech.say(
        Message(
            "Together {hours}, at {day} h a day: {days} working days of lead time, over all cases of a year.",
            hours=_hours(won + one.direct, speech), day=speech.number(speech.week.day / 60),
            days=speech.number(one.days),
        )
    )  # fmt: skip


def _minutes(hours: float, speech: Speech) -> str:
    minutes = hours * 60
    if minutes < 120:
        return speech.say(Message("{number} min", number=speech.number(minutes, 2 if minutes < 1 else 1)))
    return speech.say(Message("{number} h", number=speech.number(hours, 2)))


def _hours(hours: float, speech: Speech) -> str:
    return speech.say(Message("{number} h", number=speech.number(hours, 0 if hours >= 10 else 1)))


def _money(one: Relief, hourly: int, speech: Speech) -> Iterator[str]:
    """How the money comes about."""
    hours = _hours(one.hours, speech)
    money = speech.money(abs(one.money)).text
    if one.kind == "person":
        each = _hours(one.hours / YEAR, speech)
        if not hourly:
            yield speech.say(Message("No hourly cost is given, so that the person costs nothing here."))
            return
        yield speech.say(
            Message("Cost: {each} a week × {weeks} weeks = {hours}, at {rate} an hour: {money} a year.",
                    each=each, weeks=YEAR, hours=hours, rate=speech.money(hourly).text, money=money)
        )  # fmt: skip
        return
    times = speech.number(one.cases, 0)
    if one.kind == "effort":
        yield speech.say(
            Message("Work saved: asked for {times} times a year, {share} of it is {hours}; its hours cost {money}.",
                    times=times, share=speech.share(LESS).text, hours=hours, money=money)
        )  # fmt: skip
    else:
        yield speech.say(
            Message("Work saved: delivered {times} times a year now, with half the rework {hours} less; they cost "
                    "{money}.", times=times, hours=hours, money=money)
        )  # fmt: skip
