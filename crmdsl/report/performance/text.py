"""The figures as text, for whoever sits with the people of the company."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice

from crmdsl.analysis.dependence import Dependence
from crmdsl.analysis.performance.figures import Performance, ProcessFigures
from crmdsl.analysis.performance.relief import Relief
from crmdsl.analysis.performance.structure import Structure
from crmdsl.diagnostics import Catalogue, Message
from crmdsl.diagnostics.numbers import Numeral
from crmdsl.model.currencies import DECIMALS
from crmdsl.report.columns import Cell, count, hours, plain, share, table
from crmdsl.report.performance.weaving import woven

_MOST = 10
_SURE = 0.995
"""Times that are kept as surely as that are not told one by one."""


def render(
    found: Performance,
    structure: Structure,
    points: Sequence[Dependence],
    title: str,
    translate: Catalogue | None = None,
    *,
    every: bool = False,
) -> str:
    """The report as text in the language of a catalogue; `every` tells what is left out of long lists too."""
    most = None if every else _MOST
    parts: list[Sequence[str]] = [[title]]
    if not _arrives(found):
        parts.append([one.text(translate) for one in _nothing_arrives()])
    told = (*_parts(found, translate, most), *woven(structure, points, translate, most), _how(found, translate))
    for heading, lines in told:
        if lines:
            parts.append([heading.text(translate), *(f"  {line}" for line in lines)])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _parts(found: Performance, translate: Catalogue | None, most: int | None) -> Iterator[tuple[Message, list[str]]]:
    arrives = _arrives(found)
    yield Message("load of the roles, in a typical week"), _roles(found, translate) if arrives else []
    yield (
        Message("processes, by the cases that succeed")
        if arrives
        else Message("one case alone, for which nobody waits"),
        _processes(found, translate),
    )
    yield Message("where cases wait"), _waits(found, translate)
    yield Message("times that are not always kept"), _limits(found, translate, most)
    yield Message("what a relief wins in a year"), _reliefs(found, translate, most)


def _arrives(found: Performance) -> bool:
    """Whether any case comes at all."""
    return any(one.cases for one in found.processes)


def _nothing_arrives() -> Iterator[Message]:
    """What is said first where no case comes: no figure below has a queue in it."""
    yield Message("nothing arrives: give a process `arrivals`, or a channel `volume` and `feeds`")
    yield Message("without it no load and no wait can be told; what follows is one case that never meets another")


def _how(found: Performance, translate: Catalogue | None) -> tuple[Message, list[str]]:
    return Message("how it is reckoned"), [
        one.text(translate) for one in assumptions(found, hours(found.week.day / 60))
    ]


def _roles(found: Performance, translate: Catalogue | None) -> list[str]:
    heads = [
        Message("role"), Message("persons"), Message("hours"), Message("asked for"), Message("load"), Message("wait"),
        Message("waiting"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in found.roles:
        queue = one.waiting.queue
        full = not queue.stable
        rows.append([
            one.role, str(one.load.capacity.persons), hours(one.load.capacity.hours), hours(one.load.hours),
            share(one.load.utilisation), Message("without end") if full else hours(queue.wait),
            Message("{hours} more a week", hours=hours(one.grows)) if full else Numeral(f"{queue.length:.1f}"),
        ])  # fmt: skip
    return table(heads, rows, translate)


def _processes(found: Performance, translate: Catalogue | None) -> list[str]:
    heads = [
        Message("process"), Message("cases a week"), Message("success"), Message("lead time"),
        Message("9 of 10 within"), Message("touch time"), Message("flow efficiency"), Message("cost per case"),
        Message("rework"), Message("promise kept"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.process, Numeral(f"{one.cases:,.1f}"), share(one.profile.success), _time(one.lead.mean, found),
            _time(one.lead.percentile(0.9), found), hours(one.touch), share(one.efficiency),
            _money(one.cost.case, found), _money(one.cost.rework, found), _kept(one),
        ]
        for one in found.processes
    ]  # fmt: skip
    return table(heads, rows, translate)


def _kept(one: ProcessFigures) -> Cell:
    return "" if one.kept is None else Message("{share} in {promise}", share=share(one.kept), promise=one.promise)


def _waits(found: Performance, translate: Catalogue | None) -> list[str]:
    """For each process with cases the places where they wait longest, for us and for others."""
    lines = []
    for one in found.processes:
        for outside in (False, True):
            told: list[Message] = []
            for wait in [w for w in one.waits if (not w.role) is outside and w.hours > 0.005][:3]:
                step = wait.place.removeprefix(f"{one.process}.")
                time = _time(wait.hours, found)
                told.append(
                    Message("{time} from outside in `{step}`", time=time, step=step)
                    if outside
                    else Message("{time} for `{role}` in `{step}`", time=time, role=wait.role, step=step)
                )
            if told and one.cases:
                lines.append(f"{one.process}: " + ", ".join(message.text(translate) for message in told))
    return lines


def _limits(found: Performance, translate: Catalogue | None, most: int | None) -> list[str]:
    heads = [Message("step"), Message("limit"), Message("takes"), Message("kept")]
    risky = sorted((one for one in found.limits if one.kept < _SURE), key=lambda one: one.kept)
    rows: list[list[Cell]] = [
        [f"{one.process}.{one.place}", f"{one.key} {one.limit}", _time(one.time.mean, found), share(one.kept)]
        for one in risky[:most]
    ]
    return table(heads, rows, translate) if rows else []


def _reliefs(found: Performance, translate: Catalogue | None, most: int | None) -> list[str]:
    lines = []
    for number, one in enumerate([one for one in found.reliefs if one.days > 0.05][:most], 1):
        what, how = _relief(one, found)
        lines += [f"{number:2}. {what.text(translate)}", f"    {how.text(translate)}"]
    return lines


def _relief(one: Relief, found: Performance) -> tuple[Message, Message]:
    """What a relief is and wins, and how that comes about."""
    name = {
        "person": Message.counted(
            "one person more for `{name}`", "{count} persons more for `{name}`", count=one.persons or 1, name=one.name
        ),
        "effort": Message("10% less effort for `{name}`", name=one.name),
        "rework": Message("half the rework of `{name}`", name=one.name),
    }[one.kind]
    money = _money(one.money, found)
    if not math.isfinite(one.days):
        return (
            Message(
                "{relief}: the queue of `{role}` no longer grows, {money}", relief=name, role=one.role, money=money
            ),
            Message(
                "load {before} → {after}, wait {wait}",
                before=share(one.load_before), after=share(one.load_after), wait=hours(one.wait_after),
            ),
        )  # fmt: skip
    return (
        Message("{relief}: {days} days of lead time, {money}", relief=name, days=count(one.days), money=money),
        Message(
            "`{role}`: load {before} → {after}, wait {wait} → {then}; {cases} times a year, {hours} of work",
            role=one.role, before=share(one.load_before), after=share(one.load_after), wait=hours(one.wait_before),
            then=hours(one.wait_after), cases=count(one.cases),
            hours=Numeral(("+" if one.kind == "person" else "−") + f"{plain(one.hours)}h"),
        ),
    )  # fmt: skip


def assumptions(found: Performance, day: Message | str) -> Iterator[Message]:
    """What is taken for granted; `day` says how long a working day is."""
    yield Message("a week is a typical one: no holidays, no absences; a month has 21 days, a year 52 weeks")
    yield Message(
        "work of a role is one queue, first come first served, without priorities; cases come from outside at random "
        "(Poisson), and how evenly work passes from role to role is reckoned by Whitt's QNA, by two moments"
    )
    yield Message(
        "waits are those of G/G/c by Allen and Cunneen: exact where arrivals are random and one serves or work is "
        "exponential, else near"
    )
    yield Message("somebody with half of his time for it takes two hours for an hour of work")
    yield Message("times are open hours of the company's calendar ({day} a day), clock time is turned into them; "
                  "nights and weekends come on top", day=day)  # fmt: skip
    yield Message(
        "chances are the model's; 9 of 10 and the chances to be in time take the time to be gamma-distributed"
    )
    yield Message("money is what hours and steps cost; what a shorter lead time is worth to the customer is not in it")
    for name in found.left_out:
        yield Message("`{name}` is left out: it has an error, or no case of it ever ends", name=name)
    if found.growing:
        yield Message("`{name}` sets itself off as often as it runs: what it adds is left out", name=found.growing)
    for role in found.guessed:
        yield Message("nobody says how many persons `{role}` has: one is counted", role=role)
    if not _arrives(found):
        yield from islice(_nothing_arrives(), 1)


def _time(time: float, found: Performance) -> Cell:
    """A time in days of the company's calendar, in hours where it is short."""
    if not math.isfinite(time):
        return Message("without end")
    day = found.week.day / 60
    return Numeral(f"{time / day:,.1f}d") if time >= day else hours(time)


def _money(minor: float, found: Performance) -> Message:
    amount = (minor or 0.0) / 10 ** DECIMALS.get(found.currency, 2)
    text = f"{amount:,.0f}" if abs(amount) >= 1000 else f"{amount:,.2f}"
    return Numeral(f"{text.replace('-', '−')} {found.currency}")
