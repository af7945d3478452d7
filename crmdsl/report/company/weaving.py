"""How work passes between departments, and on whom it hangs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmdsl.analysis.dependence import Dependence
from crmdsl.analysis.performance.structure import Structure
from crmdsl.diagnostics import Message
from crmdsl.report.company.places import Places
from crmdsl.report.company.speech import Figure, Speech

_MOST = 12
_OFTEN = 0.25


@dataclass(frozen=True, slots=True)
class Border:
    """Work that passes from one department to another, so often a week."""

    giver: str
    taker: str
    departments: tuple[str, ...]
    times: Figure


@dataclass(frozen=True, slots=True)
class Woven:
    """The borders, the busiest first, and what is to be said of people."""

    borders: tuple[Border, ...]
    sentences: tuple[str, ...]


def woven(found: Structure, points: Sequence[Dependence], places: Places, speech: Speech) -> Woven:
    """What there is to say of a structure."""
    borders = tuple(
        Border(places.department(one.giver), places.department(one.taker), (one.giver, one.taker),
               speech.count(one.rate, "rate"))
        for one in found.borders[:_MOST]
    )  # fmt: skip
    said = []
    for point in points:
        where = ", ".join(map(places.process, point.processes))
        said.append(Message("{role} is one person, and nobody stands in: without that person nothing succeeds in "
                            "{processes}.", role=places.role(point.role), processes=where))  # fmt: skip
    for role, share in found.between:
        if share >= _OFTEN:
            said.append(
                Message("Much hangs on {role}: {share} of the shortest ways between others lead over there.",
                        role=places.role(role), share=speech.share(share).text)
            )  # fmt: skip
    return Woven(borders, tuple(map(speech.say, said)))
