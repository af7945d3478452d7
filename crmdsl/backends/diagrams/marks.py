"""How a role is recognised: its colour, and a form of its mark that changes when the colours begin again.

There are eleven colours that everybody tells apart. The twelfth role has the colour of the first, and a hollow
mark; the twenty-third a hollow head alone, and so on, so that no two of 88 roles look alike, in black and white neither
where their names stand beside the marks, as they always do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from crmdsl.backends.diagrams.scene import GREY, PAPER, ROLE_COLOURS, Shape, circle, number, path, rect

TURNS = 8
"""The forms of a mark."""


class Mark(NamedTuple):
    """The colour of a role, and how often the colours have begun again before it."""

    colour: str
    turn: int = 0


NOBODY = Mark(GREY)


def mark_of(role: str, numbers: Mapping[str, int]) -> Mark:
    """The mark of a role, grey for what is no role; `numbers` are those of `role_colours`."""
    if role not in numbers:
        return NOBODY
    turn, colour = divmod(numbers[role], len(ROLE_COLOURS))
    return Mark(ROLE_COLOURS[colour], turn % TURNS)


def colour_of(role: str, numbers: Mapping[str, int]) -> str:
    """The colour of a role, grey for what is no role."""
    return mark_of(role, numbers).colour


def person(x: float, y: float, mark: Mark, size: float = 10) -> list[Shape]:
    """Somebody who acts, in a square with its upper left corner at (x, y)."""
    hollow_body, hollow_head, square = _form(mark.turn)
    line = size * 0.13
    radius = size * 0.28
    inset = line / 2 if hollow_body else 0.0
    left, right, low = x + inset, x + size - inset, y + size - inset
    bow = y + size * 0.38 + inset
    body = (
        f"M {number(left)} {number(low)} C {number(left)} {number(bow)} {number(right)} {number(bow)} "
        f"{number(right)} {number(low)} Z"
    )
    return [
        path(body, fill=PAPER, stroke=mark.colour, thick=line) if hollow_body else path(body, fill=mark.colour),
        _head(x + size / 2, y + radius, radius, mark.colour, hollow=hollow_head, square=square),
    ]


def _form(turn: int) -> tuple[bool, bool, bool]:
    """Whether the body is hollow, whether the head is, and whether the head has corners."""
    hollow_body, hollow_head = ((False, False), (True, True), (False, True), (True, False))[turn % 4]
    return hollow_body, hollow_head, turn >= TURNS // 2


def _head(x: float, y: float, radius: float, colour: str, *, hollow: bool, square: bool) -> Shape:
    fill, stroke, thick = (PAPER, colour, radius * 0.46) if hollow else (colour, "none", 0.0)
    reach = radius - thick / 2
    if square:
        return rect(x - reach, y - reach, 2 * reach, 2 * reach, fill=fill, stroke=stroke, thick=thick)
    return circle(x, y, reach, fill=fill, stroke=stroke, thick=thick)


def texture(x: float, y: float, wide: float, high: float, mark: Mark) -> Iterator[Shape]:
    """What tells the bar of a role from one of the same colour: nothing, a line along it, notches across it, both."""
    along, across = mark.turn % 2 == 1, mark.turn % 4 >= 2
    if along:
        yield rect(x + wide * 0.36, y, wide * 0.28, high, fill=PAPER)
    if across:
        step, thick = (9.0, 2.2) if mark.turn < TURNS // 2 else (5.0, 1.6)
        for place in range(1, int(high / step)):
            yield rect(x, y + place * step, wide, thick, fill=PAPER)
