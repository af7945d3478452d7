"""A sheet with a heading, a picture and a legend: what all pictures but those of processes are drawn on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crmdsl.backends.diagrams.metrics import shorten, width, wrap
from crmdsl.backends.diagrams.pills import Link, pills
from crmdsl.backends.diagrams.scene import GREY, INK, LINE, Item, Moved, Scene, Shape, Text, path, tint

MARGIN, HEAD = 32.0, 66.0
TITLE, SUBTITLE = 24.0, 13.5
LEAST = 560.0
"""No sheet is narrower, so that its heading has room."""
Sample = tuple[Sequence[Item], str]
"""A row of a legend: a mark in a square of 18 points, and what it means."""


@dataclass(slots=True)
class Sheet:
    """A picture while it is drawn; `width` and `height` are those of what stands between heading and legend.

    `about` tells somebody who does not see the picture what is in it.
    """

    title: str
    subtitle: str
    about: str
    language: str
    width: float = 0
    height: float = 0
    body: list[Item] = field(default_factory=list)
    legend: list[Sample] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    """The ways to other pictures."""

    def add(self, *items: Item) -> None:
        """Put something on the sheet."""
        self.body += items

    def reach(self, right: float, bottom: float) -> None:
        """Make room up to a point."""
        self.width, self.height = max(self.width, right), max(self.height, bottom)

    def scene(self) -> Scene:
        """The picture with everything in its place."""
        room = max(self.width, LEAST)
        rows, deep = _rows(self.legend, room)
        wide, high = room + 2 * MARGIN, HEAD + self.height + (22 + deep if rows else 0) + 2 * MARGIN
        body = Moved(MARGIN + (room - self.width) / 2, MARGIN + HEAD, tuple(self.body))
        links, free = pills(self.links, room, 5)
        if free < width(self.title, TITLE, bold=True):
            links, free = pills(self.links, room, -23)
            free = room
        heading = Moved(MARGIN, MARGIN, (*self._heading(room, free), *links))
        legend = (Moved(MARGIN, high - MARGIN - deep, rows),) if rows else ()
        return Scene(wide, high, self.title, self.language, (heading, body, *legend), self.about)

    def _heading(self, room: float, free: float) -> Iterator[Text]:
        yield Text(0, 22, shorten(self.title, TITLE, free, bold=True), TITLE, True)
        lines = wrap(self.subtitle, SUBTITLE, room, 2)
        size = SUBTITLE if len(lines) < 2 else SUBTITLE - 1.5
        for number, line in enumerate(wrap(self.subtitle, size, room, 2)):
            yield Text(0, 45 + 15 * number, line, size, False, GREY)


def _rows(samples: Iterable[Sample], room: float) -> tuple[tuple[Item, ...], float]:
    """The legend in rows of at most `room` points, and how high it is."""
    items: list[Item] = [path(f"M 0 0 H {room:.1f}", stroke=tint(LINE, 0.25), thick=1)]
    x, y = 0.0, 12.0
    for marks, text in samples:
        shown = shorten(text, 11.5, 240)
        wide = 24 + width(shown, 11.5) + 20
        if x and x + wide - 20 > room:
            x, y = 0.0, y + 22
        items.append(Moved(x, y, (*marks, Text(24, 12, shown, 11.5, False, GREY))))
        x += wide
    return (tuple(items), y + 18) if len(items) > 1 else ((), 0)


class Lines:
    """Lines of text under each other from (`left`, `top`), none wider than `room` points."""

    def __init__(self, room: float, left: float = 0, top: float = 0) -> None:
        self.items: list[Item] = []
        self.room, self.left, self.y = room, left, top
        self.widest = 0.0

    def add(
        self, text: str, size: float = 11.5, *, bold: bool = False, colour: str = INK, mark: Sequence[Shape] = (),
        indent: float = 0, most: int = 1,
    ) -> None:  # fmt: skip
        """A text in at most `most` lines; `mark`, drawn around (0, 0) to (12, 12), stands before the first."""
        shift = indent + (17 if mark else 0)
        if mark:
            self.items.append(Moved(self.left + indent, self.y + size * 0.64 - 6, tuple(mark)))
        for line in wrap(text, size, self.room - shift, most, bold=bold):
            self.y += size * 1.32
            self.items.append(Text(self.left + shift, self.y - size * 0.3, line, size, bold, colour))
            self.widest = max(self.widest, shift + width(line, size, bold=bold))

    def gap(self, high: float) -> None:
        """Some room."""
        self.y += high


def said(texts: Iterable[str], between: str = " · ") -> str:
    """What is there of some texts in one line."""
    return between.join(text for text in texts if text)
