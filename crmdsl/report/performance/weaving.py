"""How work passes through the company, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmdsl.analysis.dependence import Dependence
from crmdsl.analysis.performance.structure import Path, Structure
from crmdsl.diagnostics import Catalogue, Message, quoted
from crmdsl.diagnostics.numbers import Numeral

_MANY = 3
"""Customers from which on an internal supplier is told."""
_OFTEN = 0.05


def woven(
    found: Structure, points: Sequence[Dependence], translate: Catalogue | None, most: int | None
) -> Iterator[tuple[Message, list[str]]]:
    """The parts of the report on structure, each with its heading."""
    for heading, said in (
        (Message("how a case passes from hand to hand"), _paths(found)),
        (Message("across departments, in a week"), _borders(found, most)),
        (Message("on whom it hangs"), _people(found, points, most)),
        (Message("internal suppliers and parts"), _suppliers(found, most)),
    ):
        yield heading, [one.text(translate) for one in said]


def _paths(found: Structure) -> Iterator[Message]:
    for one in found.paths:
        yield Message(
            "`{name}`: {passes} passes a case, {borders} of them between departments",
            name=one.process, passes=Numeral(f"{one.passes:,.1f}"), borders=Numeral(f"{one.borders:,.1f}"),
        )  # fmt: skip
        yield from _way(one)


def _way(one: Path) -> Iterator[Message]:
    if len(one.likeliest) > 1:
        yield Message("likeliest way, {share}: {steps}", share=_share(one.chance), steps=quoted(one.likeliest))
    for steps, again in one.loops:
        yield Message("goes round in {steps}: {share} is done again", steps=quoted(steps), share=_share(again))


def _borders(found: Structure, most: int | None) -> Iterator[Message]:
    for one in found.borders[:most]:
        rate = Numeral(f"{one.rate:,.1f}")
        yield Message("{rate} times from `{giver}` to `{taker}`", rate=rate, giver=one.giver, taker=one.taker)
    for name, _, inside in found.silos[:most]:
        yield Message("`{name}` keeps {share} of its passes to itself", name=name, share=_share(inside))


def _people(found: Structure, points: Sequence[Dependence], most: int | None) -> Iterator[Message]:
    for one in points:
        where = quoted(one.processes)
        yield Message("`{role}` is one person, and without it nothing succeeds in {where}", role=one.role, where=where)
    for role in found.cuts:
        yield Message("without `{role}` the others no longer hand anything to each other", role=role)
    for role, share in [one for one in found.between if one[1] >= _OFTEN][:most]:
        yield Message("{share} of the shortest ways between others lead over `{role}`", role=role, share=_share(share))


def _suppliers(found: Structure, most: int | None) -> Iterator[Message]:
    for supplier in found.suppliers[:most]:
        role, who, rate = supplier.role, quoted(supplier.customers), Numeral(f"{supplier.rate:,.1f}")
        if len(supplier.customers) >= _MANY:
            yield Message("`{role}` has many customers: {who}, {rate} requests a week", role=role, who=who, rate=rate)
        else:
            yield Message("`{role}` delivers to {who}, {rate} requests a week", role=role, who=who, rate=rate)
    for one in found.waits[:most]:
        rate = Numeral(f"{one.rate:,.1f}")
        yield Message("`{name}` waits for `{other}`, {rate} times a week", name=one.giver, other=one.taker, rate=rate)


def _share(share: float) -> Message:
    return Numeral(f"{share * 100:.1f}%")
