"""What each kind of node looks like: its size, and its shapes with the upper left corner at (0, 0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crmdsl.backends.diagrams import icons
from crmdsl.backends.diagrams.diagram import Node, Row, Who
from crmdsl.backends.diagrams.marks import NOBODY, Mark, colour_of, mark_of, person, texture
from crmdsl.backends.diagrams.metrics import shorten, width, wrap
from crmdsl.backends.diagrams.scene import (
    FAILURE,
    GREY,
    INK,
    LINE,
    PAPER,
    SUCCESS,
    Item,
    Moved,
    Shape,
    Text,
    circle,
    path,
    rect,
    tint,
)

ROOM = 200.0
PAD = 12.0


@dataclass(frozen=True, slots=True)
class Card:
    """A node as it is drawn. `shape` is what the layout clips edges to: `box`, `diamond` or `circle`."""

    width: float
    height: float
    items: tuple[Item, ...]
    shape: str = "box"


def card(node: Node, colours: Mapping[str, int]) -> Card:
    """The card of a node; `colours` are the numbers of the roles' colours."""
    drawn = {
        "start": _start, "fork": _bar, "join": _bar, "success": _end, "failure": _end, "decide": _decide,
        "onward": _onward, "approval": _approval, "handoff": _handoff, "anytime": _anytime,
    }.get(node.kind, _task)  # fmt: skip
    return drawn(node, colours)


class _Lines:
    """Lines of text under each other, with a mark before each."""

    def __init__(self, left: float, top: float) -> None:
        self.items: list[Shape | Text] = []
        self.left, self.y, self.widest = left, top, 0.0

    def add(self, text: str, size: float, *, bold: bool = False, colour: str = INK, indent: float = 0) -> None:
        """A line of text."""
        self.y += size * 1.28
        self.items.append(Text(self.left + indent, self.y - size * 0.26, text, size, bold, colour))
        self.widest = max(self.widest, indent + width(text, size, bold=bold))

    def text(
        self, text: str, size: float, room: float = ROOM, lines: int = 2, *,
        bold: bool = False, colour: str = INK, indent: float = 0,
    ) -> None:  # fmt: skip
        """A text in as many lines as it needs, up to `lines`."""
        for line in wrap(text, size, room, lines, bold=bold):
            self.add(line, size, bold=bold, colour=colour, indent=indent)

    def title(self, text: str, mark: str = "") -> None:
        """The title, behind the mark of the node's kind."""
        if mark:
            self.items += getattr(icons, mark)(self.left, self.y + 2, LINE)
        self.text(text, 13, lines=3, bold=True, indent=21.0 if mark else 0.0)
        self.y += 2

    def who(self, whos: tuple[Who, ...], colours: Mapping[str, int], indent: float = 0) -> None:
        """Who acts, a line each (three at most)."""
        shown = whos if len(whos) <= 3 else whos[:2]
        for who in shown:
            self.items += person(self.left + indent, self.y + 3, mark_of(who.role, colours))
            self.text(who.label, 11.5, ROOM - indent, colour=GREY, indent=15 + indent)
        if len(shown) < len(whos):
            self.add(f"+ {len(whos) - len(shown)}", 11.5, colour=GREY, indent=15 + indent)

    def timer(self, text: str) -> None:
        """A time with what happens after it."""
        if text:
            self.items += icons.clock(self.left, self.y + 2.5)
            self.text(text, 11, lines=3, colour=GREY, indent=15)


def _task(node: Node, colours: Mapping[str, int]) -> Card:
    lines = _Lines(PAD + 5 if node.kind == "task" else PAD, PAD - 3)
    lines.title(node.title, {"wait": "envelope", "call": "plus"}.get(node.kind, ""))
    if node.detail:
        lines.text(node.detail, 11.5, lines=3, colour=GREY)
    lines.who(node.who, colours)
    lines.timer(node.timer)
    wide, high = max(110.0, lines.left + lines.widest + PAD), lines.y + PAD - 3
    frame: list[Item] = []
    if node.kind == "task":
        mark = mark_of(node.who[0].role, colours) if node.who else NOBODY
        hue = mark.colour
        frame = [
            rect(0, 0, wide, high, fill=tint(hue, 0.07), stroke=tint(hue, 0.75), radius=8),
            path(f"M 8 0 H 6 A 6 8 0 0 0 0 8 V {high - 8:.1f} A 6 8 0 0 0 6 {high:.1f} H 8 Z", fill=hue),
            *texture(0, 6, 8, high - 12, mark),
        ]
    elif node.kind == "wait":
        frame = [rect(0, 0, wide, high, fill="#f4f6f8", stroke=LINE, radius=min(18, high / 2), dash="5 3")]
    else:
        frame = [
            rect(0, 0, wide, high, fill=PAPER, stroke=LINE, radius=4),
            rect(3, 3, wide - 6, high - 6, stroke=LINE, radius=2, thick=0.8),
        ]
    return Card(wide, high, (*frame, *lines.items))


def _start(_: Node, __: Mapping[str, int]) -> Card:
    return Card(18, 18, (circle(9, 9, 8, fill=INK),), "circle")


def _bar(_: Node, __: Mapping[str, int]) -> Card:
    return Card(84, 7, (rect(0, 0, 84, 7, fill=INK, radius=3),))


def _end(node: Node, _: Mapping[str, int]) -> Card:
    good = node.kind == "success"
    colour, mark = (SUCCESS, icons.tick) if good else (FAILURE, icons.cross)
    lines = wrap(node.title, 12, ROOM * 0.8, 3, bold=True)
    high = 12.0 + 16 * max(1, len(lines))
    wide = 46.0 + max((width(line, 12, bold=True) for line in lines), default=0)
    texts = [Text(32, 6 + 16 * n + 12, line, 12, True, colour) for n, line in enumerate(lines)]
    frame = rect(0, 0, wide, high, fill=tint(colour, 0.09), stroke=colour, radius=min(14, high / 2), thick=1.6)
    return Card(wide, high, (frame, *mark(9, high / 2 - 8, colour, 16), *texts))


def _onward(node: Node, _: Mapping[str, int]) -> Card:
    title = shorten(node.title, 11, ROOM, bold=True)
    wide = width(title, 11, bold=True) + 24
    tip = f"M 0 0 H {wide - 8:.1f} L {wide:.1f} 10 L {wide - 8:.1f} 20 H 0 Z"
    return Card(wide, 20, (path(tip, fill="#e8edf2", stroke=LINE, thick=1.2), Text(8, 14, title, 11, True)))


def _decide(node: Node, _: Mapping[str, int]) -> Card:
    lines = wrap(node.title, 11.5, 92, 3, bold=True)
    text_high, text_wide = 14.0 * len(lines), max((width(line, 11.5, bold=True) for line in lines), default=10)
    high = max(48.0, text_high * 2.15)
    wide = max(80.0, text_wide / (1 - text_high / high) + 4)
    top = (high - text_high) / 2
    texts = [Text(wide / 2, top + 14 * n + 10.8, t, 11.5, True, INK, "middle") for n, t in enumerate(lines)]
    corners = f"M {wide / 2:.1f} 0 L {wide:.1f} {high / 2:.1f} L {wide / 2:.1f} {high:.1f} L 0 {high / 2:.1f} Z"
    return Card(wide, high, (path(corners, fill="#fff8e1", stroke="#8a6d00", thick=1.4), *texts), "diamond")


def _anytime(node: Node, _: Mapping[str, int]) -> Card:
    wide = width(node.title, 12, bold=True) + 2 * PAD + 15
    items = [rect(0, 0, wide, 28, fill=PAPER, stroke=LINE, radius=14, dash="2 3"), *icons.clock(PAD, 8.5, 11, LINE)]
    return Card(wide, 28, (*items, Text(PAD + 16, 18.2, node.title, 12, True)))


def _approval(node: Node, colours: Mapping[str, int]) -> Card:
    head = _Lines(PAD, PAD - 3)
    head.title(node.title, "tick")
    if node.detail:
        head.text(node.detail, 11.5, lines=3, colour=GREY)
    head.timer(node.timer)
    rows = [_level(row, colours) for row in node.rows]
    wide = max([150.0, PAD * 2 + head.widest, *(lines.widest + 2 * PAD + 14 for lines in rows)])
    items: list[Item] = [*head.items]
    y = head.y + 6
    for row, lines in zip(node.rows, rows, strict=True):
        items.append(path(f"M 0 {y:.1f} H {wide:.1f}", stroke=tint(LINE, 0.35), thick=0.9))
        mark = mark_of(row.who[0].role, colours) if row.who else Mark(tint(GREY, 0.5))
        items.append(rect(PAD - 3, y + 6, 4, lines.y - 6, fill=mark.colour, radius=2))
        items += texture(PAD - 3, y + 6, 4, lines.y - 6, mark)
        items.append(Moved(PAD + 9, y, tuple(lines.items)))
        y += lines.y + 6
    frame = rect(0, 0, wide, y + (0 if rows else 4), fill=PAPER, stroke=LINE, radius=3, thick=1.5)
    return Card(wide, y + (0 if rows else 4), (frame, *items))


def _level(row: Row, colours: Mapping[str, int]) -> _Lines:
    """A level of an approval: its name, who signs, when, and how long they may take."""
    lines = _Lines(0, 3)
    lines.text(row.title, 11.5, bold=True)
    lines.who(row.who, colours)
    lines.who(row.may, colours, 15)
    for line in wrap(row.note, 10, ROOM + 30, 3):
        lines.add(line, 10, colour=GREY)
    lines.timer(row.timer)
    return lines


def _handoff(node: Node, colours: Mapping[str, int]) -> Card:
    head = _Lines(PAD, PAD - 3)
    head.title(node.title, "exchange")
    if node.detail:
        head.text(node.detail, 11.5, lines=3, colour=GREY)
    head.timer(node.timer)
    cells = [_phase(row, colours) for row in node.rows]
    total = max(PAD + head.widest, sum(cell.widest + 26 for cell in cells))
    spare = (total - sum(cell.widest + 26 for cell in cells)) / max(1, len(cells))
    high = max((cell.y for cell in cells), default=0) + 8
    items: list[Item] = [*head.items]
    x, y = 0.0, head.y + 7
    for number, (row, cell) in enumerate(zip(node.rows, cells, strict=True)):
        wide = cell.widest + 26 + spare
        hue = colour_of(row.who[0].role, colours) if row.who else GREY
        items.append(_chevron(x, y, wide, high, first=number == 0, last=number == len(cells) - 1, fill=tint(hue, 0.1)))
        items.append(Moved(x + (10 if number == 0 else 17), y, tuple(cell.items)))
        x += wide
    total = max(total, x) + 6
    frame = rect(0, 0, total, y + high, fill=PAPER, radius=3)
    outline = rect(0, 0, total, y + high, stroke=LINE, radius=3, thick=1.5)
    return Card(total, y + high, (frame, *items, outline))


def _phase(row: Row, colours: Mapping[str, int]) -> _Lines:
    """A phase of a handoff: its name, whose turn it is, and how long they may take."""
    lines = _Lines(0, 4)
    lines.text(row.title, 11.5, 130, bold=True)
    for who in row.who[:2]:
        lines.items += person(0, lines.y + 2.5, mark_of(who.role, colours), 9)
        lines.text(who.label, 10.5, 170, colour=GREY, indent=13)
    lines.timer(row.timer)
    return lines


def _chevron(x: float, y: float, wide: float, high: float, *, first: bool, last: bool, fill: str) -> Shape:
    """A field that points to the next one."""
    tip, right = 8.0, x + wide
    start = f"M {x:.1f} {y:.1f}" + (
        f" V {y + high:.1f}" if first else f" L {x + tip:.1f} {y + high / 2:.1f} L {x:.1f} {y + high:.1f}"
    )
    end = (
        f" H {right + 6:.1f} V {y:.1f}"
        if last
        else f" H {right:.1f} L {right + tip:.1f} {y + high / 2:.1f} L {right:.1f} {y:.1f}"
    )
    return path(f"{start}{end} Z", fill=fill, stroke=tint(LINE, 0.35), thick=0.9)
