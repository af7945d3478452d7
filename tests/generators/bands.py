"""Chains of bands: every case in exactly one, until a limit is moved by one unit.

All cases are divided along one field after the other, as people write chains: `amount > a and amount <= b and ...`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

TOP = 1_000_000
"""The greatest value of every field, in its smallest unit."""
KINDS = ("money", "percent", "integer")
Band = dict[int, tuple[int | None, int | None]]
"""Limits by field: from a value (outside) up to another (inside); `None` is no limit."""


@dataclass
class Chain:
    """Bands, and what was planted in them: `gap` and `overlap` tell the band and the field whose limit was moved."""

    fields: int
    bands: list[Band] = field(default_factory=list)
    gap: tuple[int, int] | None = None
    overlap: tuple[int, int] | None = None


def divided(bands: int, fields: int, random: Random) -> Chain:
    """All cases in so many bands, each cut in two along some field until there are enough."""
    parts: list[Band] = [{}]
    while len(parts) < bands:
        band = parts.pop(random.randrange(min(len(parts), 8)))
        for index in sorted(range(fields), key=lambda _: random.random()):
            low, high = band.get(index, (None, None))
            first, last = -1 if low is None else low, TOP if high is None else high
            if last - first > 6:
                cut = random.randrange(first + 3, last - 2)
                parts += [{**band, index: (low, cut)}, {**band, index: (cut, high)}]
                break
    return Chain(fields, parts)


def planted(chain: Chain, random: Random, *, gap: bool, overlap: bool) -> Chain:
    """The chain with a limit of one band moved by one unit so that a gap opens, of another so that two overlap."""
    limits = [
        (place, index)
        for place, band in enumerate(chain.bands)
        for index, (_, high) in band.items()
        if high is not None
    ]
    random.shuffle(limits)
    if gap and limits:
        chain.gap = place, index = limits.pop()
        low, high = chain.bands[place][index]
        chain.bands[place][index] = low, (high or 0) - 1
    limits = [one for one in limits if chain.gap is None or (one[0] != chain.gap[0] and one[1] != chain.gap[1])]
    if overlap and limits:
        chain.overlap = place, index = limits.pop()
        low, high = chain.bands[place][index]
        chain.bands[place][index] = low, (high or 0) + 1
    return chain


def kind(index: int) -> str:
    """The type of a field."""
    return KINDS[index % len(KINDS)]


def value(index: int, number: int) -> str:
    """A value in the smallest unit as the language writes it."""
    if kind(index) == "integer":
        return str(number)
    return f"{number // 100}.{number % 100:02d}{' EUR' if kind(index) == 'money' else '%'}"


def limit(index: int, low: int | None, high: int | None) -> str:
    """The limits of one field."""
    parts = [f"f{index} > {value(index, low)}"] if low is not None else []
    parts += [f"f{index} <= {value(index, high)}"] if high is not None else []
    return " and ".join(parts)


def disguised(index: int, low: int | None, high: int | None, random: Random) -> str:
    """The limits of one field in one of the ways in which people write them."""
    form = random.randrange(6)
    if form == 0 and low is not None and high is not None:
        return f"f{index} between {value(index, low + 1)} and {value(index, high)}"
    if form == 1 and low is not None:
        rest = limit(index, None, high)
        return f"not (f{index} <= {value(index, low)})" + (f" and {rest}" if rest else "")
    if form == 2 and high is not None:
        rest = limit(index, low, None)
        return f"2 * f{index} < {value(index, 2 * high + 1)}" + (f" and {rest}" if rest else "")
    if form == 3 and low is not None and high is not None:
        return f"not (f{index} < {value(index, low + 1)} or {value(index, high)} < f{index})"
    if form == 4 and high is not None:
        rest = limit(index, low, None)
        return f"f{index} - {value(index, high)} <= {value(index, 0)}" + (f" and {rest}" if rest else "")
    return limit(index, low, high)


def condition(band: Band, write: Callable[[int, int | None, int | None], str] = limit) -> str:
    """The condition of a band."""
    return " and ".join(write(index, low, high) for index, (low, high) in sorted(band.items()))


def spec(chain: Chain, conditions: Sequence[str] | None = None) -> str:
    """A company with the chain."""
    return company([(chain, conditions if conditions is not None else [condition(band) for band in chain.bands])])


def company(chains: Sequence[tuple[Chain, Sequence[str]]]) -> str:
    """A company with chains, each with its conditions and over an entity of its own: `chain`, `chain1`, `chain2` ..."""
    entities, approvals = [], []
    for number, (chain, texts) in enumerate(chains):
        fields = "\n".join(
            f"      f{index}: {{type: {kind(index)}, min: {value(index, 0)}, max: {value(index, TOP)}}}"
            for index in range(chain.fields)
        )
        levels = "\n".join(f"      l{place}: {{when: '{text}', approver: boss}}" for place, text in enumerate(texts))
        entities.append(f"  order{number or ''}:\n    owner: agent\n    fields:\n{fields}\n")
        approvals.append(
            f"  chain{number or ''}:\n    entity: order{number or ''}\n    requester: agent\n    levels:\n{levels}\n"
        )
    return f"""crmdsl: 1
company: {{name: B, language: en, currency: EUR, timezone: Europe/Rome, calendar: office}}
calendars: {{office: {{hours: {{mon-fri: ["09:00-13:00", "14:00-18:00"]}}}}}}
departments: {{sales: {{head: boss}}}}
roles: {{agent: {{department: sales}}, boss: {{department: sales}}}}
entities:
{"".join(entities)}approvals:
{"".join(approvals)}"""
