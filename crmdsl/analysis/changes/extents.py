"""Regions of cases as people read them: for each field its ranges or values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from crmdsl.analysis.changes.change import Extent, Range
from crmdsl.conditions.regions import Box, Somebody, Space
from crmdsl.conditions.regions.cases import written
from crmdsl.conditions.regions.points import runs
from crmdsl.conditions.regions.space import FACTOR
from crmdsl.conditions.regions.variables import Choice, Relation, Scale, Sum, Variable
from crmdsl.conditions.unparse import quoted

ALL_BUT = 6
"""So many values of a word may be listed before those left out are, if they are fewer."""


def extents(space: Space, region: Box) -> tuple[Extent, ...]:
    """What a region says of each of its variables, in the order in which conditions mention them."""
    gone = tuple(
        f"{one.name}." for one in space.variables
        if one.base == "reference" and one.missing and region.get(one.index) == one.missing
    )  # fmt: skip
    found = []
    for one in space.variables:
        mask = region.get(one.index)
        if mask is None or mask == one.full or (gone and one.name.startswith(gone)):
            continue
        if one.base == "reference" and mask == one.known and _implied(space, region, one):
            continue
        found.append(extent(space, one, mask))
    return tuple(found)


def _implied(space: Space, region: Box, reference: Variable) -> bool:
    """Whether a region says of something behind a reference that it is known, so that the reference is."""
    return any(
        other.name.startswith(f"{reference.name}.") and not region.get(other.index, other.full) & other.missing
        for other in space.variables
        if other.index in region
    )


def extent(space: Space, one: Variable, mask: int) -> Extent:
    """The values of a variable in some of its cells."""
    missing = bool(mask & one.missing)
    inner = mask & one.known
    if isinstance(one, Sum):
        return _of_sum(space, one, inner)
    if isinstance(one, Relation):
        return Extent(one.name.partition("\0")[0], "condition", values=_held(mask), missing=bool(mask & 4))
    if not inner:
        return Extent(one.name, one.base, missing=True)
    if inner == one.known:
        return Extent(one.name, one.base, missing=missing, known=True)
    if isinstance(one, Scale):
        return Extent(one.name, one.base, ranges=tuple(_ranges(space, one, inner)), missing=missing)
    assert isinstance(one, Choice)  # noqa: S101 - there is no other kind
    if one.base == "person":
        return _of_people(space, one, inner, missing=missing)
    places = [place for place in range(one.count()) if inner >> place & 1]
    others = bool(one.open_ and inner & 1)
    if others:
        places = [place for place in range(1, one.count()) if not inner >> place & 1]
    words = tuple(_word(one, one.values[place]) for place in places)
    return Extent(one.name, one.base, values=words, others=others, missing=missing)


def _held(mask: int) -> tuple[str, ...]:
    return tuple(word for place, word in enumerate(("true", "false")) if mask >> place & 1)


def _word(one: Choice, value: Any) -> str:
    if one.base == "flag":
        return "true" if value else "false"
    return quoted(value) if one.base == "text" else str(value)


# figures


def _ranges(space: Space, one: Scale, mask: int) -> Iterator[Range]:
    for start, end in runs(mask):
        low, high = one.ends(start, end)
        low = None if start == 0 else low
        high = None if end > len(one.order) else high
        yield _range(one, low, high, lambda value: written(one.base, value, space.world.currency))


def _range(one: Scale, low: Any, high: Any, say: Any) -> Range:
    """The values between two cuts."""
    if one.dense:
        return Range(
            None if low is None else say(low[0]), None if high is None else say(high[0]),
            after=low is not None and low[1] == 1, short=high is not None and high[1] == 0,
        )  # fmt: skip
    return Range(None if low is None else say(low), None if high is None else say(high - 1))


def _of_sum(space: Space, one: Sum, mask: int) -> Extent:
    """A sum as text, in the unit of what is added, and its values."""
    parts = list(_terms(space, one))
    common = min(abs(worth) for worth, _ in parts)
    if any((worth / common).denominator != 1 for worth, _ in parts):
        common = Fraction(1)
    common = -common if parts[0][0] < 0 else common
    text = ""
    for worth, product in parts:
        factor: Fraction = worth / common
        shown = product if abs(factor) == 1 else f"{_plain(abs(factor))} * {product}"
        text += shown if not text else f" {'-' if factor < 0 else '+'} {shown}"
    base = _unit({space.variables[index].base for index in one.variables})
    found = []
    for start, end in runs(mask):
        low = None if start == 0 else one.order[start - 1]
        high = None if end > len(one.order) else one.order[end - 1]
        found.append(_turned(_sum_range(one, low, high), common, base, space.world.currency))
    return Extent(text, base, ranges=tuple(found if common > 0 else found[::-1]))


def _terms(space: Space, one: Sum) -> Iterator[tuple[Fraction, str]]:
    """The products of a sum with their factors, where each variable counts as conditions write it."""
    for product, factor in one.terms.items():
        worth = Fraction(factor)
        for index in product:
            worth /= Fraction(FACTOR.get(space.variables[index].base, 1))
        yield worth, " * ".join(space.variables[index].name for index in product)


def _unit(bases: set[str]) -> str:
    """The unit of a sum."""
    if bases <= {"date", "instant"}:
        return "elapsed"
    return next((base for base in ("money", "duration") if base in bases), "number")


def _sum_range(one: Sum, low: Any, high: Any) -> tuple[Any, Any, bool, bool]:
    """The ends of a sum as it counts, and whether they are outside."""
    if one.dense:
        return (
            None if low is None else low[0], None if high is None else high[0],
            low is not None and low[1] == 1, high is not None and high[1] == 0,
        )  # fmt: skip
    return low, None if high is None else high - 1, False, False


def _turned(ends: tuple[Any, Any, bool, bool], by: Fraction, base: str, currency: str) -> Range:
    """The ends of a sum, divided by what its figures were multiplied with."""
    low, high, after, short = ends
    low, high = (None if end is None else Fraction(end) / by for end in (low, high))
    if by < 0:
        low, high, after, short = high, low, short, after

    def say(value: Any) -> str | None:
        if value is None:
            return None
        if base == "elapsed":
            return f"{_plain(value / 1440)}d elapsed"
        return written(base, int(value), currency) if base != "number" and value.denominator == 1 else _plain(value)

    return Range(say(low), say(high), after, short)


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


# persons


def _of_people(space: Space, one: Choice, mask: int, *, missing: bool) -> Extent:
    """Persons by what conditions ask of them: by one part of it alone, if that tells them apart from the others."""
    inside = [value for place, value in enumerate(one.values) if mask >> place & 1]
    outside = [value for place, value in enumerate(one.values) if not mask >> place & 1]
    for part in sorted(space.asked.get(one.index, set())):
        mine, theirs = ({_part(space, value, part) for value in several} for several in (inside, outside))
        if part and not mine & theirs:
            values = tuple(sorted(mine))
            return Extent(".".join((one.name, *part)), part[-1], values=values, missing=missing)
    words = tuple(dict.fromkeys(_person(value) for value in inside))
    return Extent(one.name, one.base, values=words, missing=missing)


def _part(space: Space, value: Somebody, part: tuple[str, ...]) -> str:
    found = space.part(value, part)
    return " + ".join(sorted(found)) if isinstance(found, frozenset) else str(found or "–")


def _person(value: Somebody) -> str:
    if value.named:
        return value.name
    return ", ".join(word for word in (" + ".join(sorted(value.roles)), value.unit, value.territory) if word)
