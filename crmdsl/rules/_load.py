"""What the two rules on the load of roles share: which roles are meant, and how their load is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.diagnostics.message import Row

if TYPE_CHECKING:
    from crmdsl.analysis.performance.load import Load
    from crmdsl.ir.program import Program

_MOST = 4
"""Pieces of work that are told one by one."""
SIZE = ("headcount", "availability")
"""What is said of a role that others' shares of the same work hang on."""
_AIM = 0.85
"""The utilisation that a repair leads below."""


def loaded(program: Program) -> Iterator[Load]:
    """The roles of the company with work, of which it is known how many persons they have and what others do of it."""
    spec = program.spec
    if not any(process.arrivals for process in spec.processes.values()) and not any(
        channel.volume and channel.feeds for channel in spec.channels.values()
    ):
        return
    from crmdsl.analysis.performance.load import loads

    unread = {name for name in spec.roles if any(f"roles.{name}.{key}" in spec.unread for key in SIZE)}
    for load in loads(program.resolved).roles.values():
        if load.capacity.known and unread.isdisjoint(role for share in load.shares for role, _ in share.work.roles):
            yield load


def diagnostic(program: Program, code: str, severity: Severity, load: Load) -> Diagnostic:
    """What is said of a role with that load."""
    role = program.spec.roles[load.capacity.role]
    return Diagnostic(code, severity, role.name_span, _message(load), _help(load))


def _message(load: Load) -> Message:
    work = _work(load)
    name, asked = load.capacity.role, _hours(load.hours)
    if not load.capacity.hours:
        return Message(
            "`{name}` has no working hours and is asked for `{asked}` a week: {work}", name=name, asked=asked, work=work
        )
    has, share = _hours(load.capacity.hours), percent(load.utilisation)
    if load.hours > load.capacity.hours:
        more = _hours(load.hours - load.capacity.hours)
        return Message(
            "`{name}` has `{has}` a week and is asked for `{asked}`, {share}; "
            "its backlog grows by `{more}` a week: {work}",
            name=name, has=has, asked=asked, share=share, more=more, work=work,
        )  # fmt: skip
    return Message(
        "`{name}` has `{has}` a week and is asked for `{asked}`, {share}: {work}",
        name=name, has=has, asked=asked, share=share, work=work,
    )  # fmt: skip


def _work(load: Load) -> Row:
    """Where the work comes from, most first."""
    told: dict[str, float] = {}
    for share in load.shares:
        place = f"{share.work.process}.{share.work.place}"
        told[place] = told.get(place, 0.0) + share.hours
    parts: list[Message | str] = [f"`{place}` `{_hours(hours)}`" for place, hours in list(told.items())[:_MOST]]
    rest = sum(list(told.values())[_MOST:])
    if rest:
        parts.append(Message("the rest `{hours}`", hours=_hours(rest)))
    return Row(parts)


def _help(load: Load) -> Message:
    wanted, capacity = load.persons_for(_AIM), load.capacity
    if not wanted:
        return Message("give `{name}` persons, `availability` and a calendar with hours", name=capacity.role)
    share = percent(load.hours / (wanted * capacity.each))
    if not capacity.hours:
        return Message.counted("{count} person has time for it", "{count} persons have time for it", count=wanted)
    return Message(
        "with {wanted} persons instead of {now} it is {share}; without more of them `{less}` a week must go elsewhere",
        wanted=wanted, now=capacity.persons, share=share, less=_hours(max(load.hours - _AIM * capacity.hours, 1 / 60)),
    )  # fmt: skip


def percent(share: float) -> str:
    """A share as people write it."""
    tenths = round(share * 1000)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"


def _hours(hours: float) -> str:
    return f"{hours:.1f}".removesuffix(".0") + "h" if hours >= 1 or not hours else f"{max(1, round(hours * 60))}m"
