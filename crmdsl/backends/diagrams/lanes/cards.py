"""What each kind of step looks like in a lane: narrower than in the state machine, and the lane says who acts."""

from __future__ import annotations

from collections.abc import Mapping

from crmdsl.backends.diagrams import icons
from crmdsl.backends.diagrams.cards import Card
from crmdsl.backends.diagrams.diagram import Node, Row, Who
from crmdsl.backends.diagrams.marks import NOBODY, mark_of, person, texture
from crmdsl.backends.diagrams.metrics import shorten, width, wrap
from crmdsl.backends.diagrams.overlay import Note
from crmdsl.backends.diagrams.scene import GREY, INK, LINE, PAPER, SUCCESS, Item, Text, circle, path, rect, tint
from crmdsl.backends.diagrams.words import word

WIDE, WIDER, PAD = 132.0, 156.0, 8.0
TITLE, SMALL = 11.5, 9.5
MARK = 190.0
"""The room of the title of a mark at the end of a way."""
LEVELS, SIGNERS = 4, 3
"""Levels of an approval, and signers of a level, that a card has room for; a line says how many more there are."""


def card(node: Node, colours: Mapping[str, int], lane: str, language: str, note: Note | None = None) -> Card:
    """The card of a step in the lane of a role, with the figures of a note."""
    match node.kind:
        case "start":
            return Card(20, 20, (circle(10, 10, 9, fill=PAPER, stroke=INK, thick=2), _triangle()), "circle")
        case "fork" | "join":
            return Card(8, 44, (rect(0, 0, 8, 44, fill=INK, radius=3),))
        case "decide":
            return _decide(node)
        case "success":
            return _success(node)
    return _box(node, colours, lane, language, note)


def _triangle() -> Item:
    return path("M 7.5 5.5 L 14.5 10 L 7.5 14.5 Z", fill=INK)


class _Column:
    """Lines of text under each other in a box of a width."""

    def __init__(self, wide: float, left: float, top: float) -> None:
        self.items: list[Item] = []
        self.wide, self.left, self.y = wide, left, top

    def room(self, indent: float = 0) -> float:
        return self.wide - self.left - PAD - indent

    def lines(
        self, text: str, size: float, most: int, *, bold: bool = False, colour: str = INK, indent: float = 0
    ) -> None:
        for line in wrap(text, size, self.room(indent), most, bold=bold):
            self.y += size * 1.25
            self.items.append(Text(self.left + indent, self.y - size * 0.25, line, size, bold, colour))

    def who(self, whos: tuple[Who, ...], colours: Mapping[str, int], most: int = 2, indent: float = 0) -> None:
        shown = whos if len(whos) <= most else whos[: most - 1]
        for who in shown:
            self.items += person(self.left + indent, self.y + 2.5, mark_of(who.role, colours), 8.5)
            self.lines(who.label, SMALL, 2, colour=GREY, indent=12 + indent)
        if len(shown) < len(whos):
            self.lines(f"+ {len(whos) - len(shown)}", SMALL, 1, colour=GREY, indent=12 + indent)

    def clock(self, text: str) -> None:
        if text:
            self.items += icons.clock(self.left, self.y + 2.2, 8.5)
            self.lines(text, SMALL, 4, colour=GREY, indent=12)

    def note(self, note: Note) -> None:
        """Figures in a field of their own."""
        left, top = self.left - 2, self.y + 4
        wide = self.wide - left - PAD + 2
        high = 15.0 + (12 if note.wait else 0)
        self.items.append(rect(left, top, wide, high, fill=note.fill, radius=3))
        title = shorten(note.title, SMALL, wide - 8, bold=True)
        self.items.append(Text(left + 4, top + 10.8, title, SMALL, True, note.ink))
        if note.wait:
            self.items += icons.hourglass(left + 3, top + 15, 9, note.ink)
            self.items.append(Text(left + 15, top + 22.8, shorten(note.wait, SMALL, wide - 19), SMALL, False, note.ink))
        self.y = top + high


def _box(node: Node, colours: Mapping[str, int], lane: str, language: str, note: Note | None) -> Card:
    wide = WIDER if node.kind in ("approval", "handoff") else WIDE
    lines = _Column(wide, 13 if node.kind == "task" else PAD + 1, 5)
    mark = {"approval": "tick", "handoff": "exchange", "wait": "envelope", "call": "plus", "anytime": ""}.get(node.kind)
    indent = 0.0
    if mark:
        lines.items += getattr(icons, mark)(lines.left, lines.y + 1.5, LINE, 12)
        indent = 17
    elif node.kind == "anytime":
        lines.items += icons.clock(lines.left, lines.y + 2, 11, LINE)
        indent = 16
    lines.lines(node.title, TITLE, 3, bold=True, indent=indent)
    if node.kind == "approval":
        for row in node.rows[:LEVELS]:
            _level(lines, row, colours)
        if len(node.rows) > LEVELS:
            lines.lines(f"+ {len(node.rows) - LEVELS}", SMALL, 1, colour=GREY, indent=10)
    elif node.kind == "handoff":
        _sides(lines, node, colours, language)
    else:
        if node.detail:
            lines.lines(node.detail, SMALL, 3, colour=GREY)
        lines.who(tuple(who for who in node.who if who.role != lane), colours)
    lines.clock(node.timer)
    if note is not None:
        lines.note(note)
    high = lines.y + 6
    return Card(wide, high, (*_frame(node, wide, high, colours, lane), *lines.items))


def _frame(node: Node, wide: float, high: float, colours: Mapping[str, int], lane: str) -> list[Item]:
    mark = mark_of(lane, colours)
    hue = mark.colour
    if node.kind == "task":
        bar = f"M 7 0 H 6 A 6 7 0 0 0 0 7 V {high - 7:.1f} A 6 7 0 0 0 6 {high:.1f} H 7 Z"
        return [
            rect(0, 0, wide, high, fill=PAPER, stroke=tint(hue, 0.85), radius=7, thick=1.3),
            path(bar, fill=hue),
            *texture(0, 6, 7, high - 12, mark),
        ]
    if node.kind in ("wait", "anytime"):
        return [rect(0, 0, wide, high, fill=PAPER, stroke=LINE, radius=min(15, high / 2), dash="5 3", thick=1.3)]
    if node.kind == "call":
        inner = rect(3, 3, wide - 6, high - 6, stroke=LINE, radius=2, thick=0.8)
        return [rect(0, 0, wide, high, fill=PAPER, stroke=LINE, radius=4, thick=1.3), inner]
    if node.kind == "handoff":
        edge = f"M 0 0 H {wide:.1f} V {high:.1f} H 0 Z M 4 0 V {high:.1f} M {wide - 4:.1f} 0 V {high:.1f}"
        return [path(edge, fill=PAPER, stroke=LINE, thick=1.4)]
    cut = 7.0
    corners = (
        f"M {cut} 0 H {wide - cut:.1f} L {wide:.1f} {cut} V {high - cut:.1f} L {wide - cut:.1f} {high:.1f} "
        f"H {cut} L 0 {high - cut:.1f} V {cut} Z"
    )
    return [path(corners, fill=PAPER, stroke=LINE, thick=1.5)]


def _level(lines: _Column, row: Row, colours: Mapping[str, int]) -> None:
    """A level of an approval: who signs with his mark, each of several in a line of his own, and who that may be."""
    if len(row.who) > 1:
        lines.lines(f"{row.title}:", SMALL, 3, colour=INK)
        lines.who(row.who, colours, SIGNERS)
        return
    who = row.who[0].label if row.who else row.note
    mark = mark_of(row.who[0].role, colours) if row.who else NOBODY
    lines.items += person(lines.left, lines.y + 3, mark, 8)
    same = row.title.casefold() == who.casefold()
    lines.lines(who if same or not who else f"{row.title}: {who}", SMALL, 4, colour=INK, indent=12)
    lines.who(row.may, colours, SIGNERS, 12)


def _sides(lines: _Column, node: Node, colours: Mapping[str, int], language: str) -> None:
    """Customer and supplier of a handoff, and how long each phase may take."""
    if not node.rows:
        return
    supplier, customer = node.rows[0].who, node.rows[-1].who
    for whos, key in ((supplier, "from"), (customer, "for")):
        for who in whos[:1]:
            lines.items += person(lines.left, lines.y + 2.5, mark_of(who.role, colours), 8.5)
            more = f" + {len(whos) - 1}" if len(whos) > 1 else ""
            lines.lines(f"{word(key, language)} {who.label}{more}", SMALL, 2, indent=12)
    times = [
        f"{word(key, language)} {row.timer}"
        for key, row in zip(("respond", "deliver", "verify"), node.rows, strict=False)
        if row.timer
    ]
    if times:
        lines.y += 1
        lines.items.append(path(f"M {lines.left:.1f} {lines.y + 1:.1f} H {lines.wide - 9:.1f}", stroke=tint(LINE, 0.4)))
        lines.y += 1
    for time in times:
        lines.clock(time)


def _decide(node: Node) -> Card:
    texts = wrap(node.title, 10.5, 74, 3, bold=True)
    text_high, text_wide = 12.5 * len(texts), max((width(line, 10.5, bold=True) for line in texts), default=10)
    high = max(46.0, text_high * 2.3)
    wide = max(64.0, text_wide / (1 - text_high / high) + 4)
    top = (high - text_high) / 2
    corners = f"M {wide / 2:.1f} 0 L {wide:.1f} {high / 2:.1f} L {wide / 2:.1f} {high:.1f} L 0 {high / 2:.1f} Z"
    shown = [Text(wide / 2, top + 12.5 * n + 9.7, t, 10.5, True, INK, "middle") for n, t in enumerate(texts)]
    return Card(wide, high, (path(corners, fill="#fff8e1", stroke="#8a6d00", thick=1.4), *shown), "diamond")


def _success(node: Node) -> Card:
    texts = wrap(node.title, 11, 92, 3, bold=True)
    high = 12 + 13.5 * max(1, len(texts))
    wide = 36 + max((width(line, 11, bold=True) for line in texts), default=0)
    shown = [Text(27, 6 + 13.5 * n + 10.5, line, 11, True, SUCCESS) for n, line in enumerate(texts)]
    frame = rect(0, 0, wide, high, fill=tint(SUCCESS, 0.09), stroke=SUCCESS, radius=min(13, high / 2), thick=2)
    return Card(wide, high, (frame, *icons.tick(7, high / 2 - 7, SUCCESS, 14), *shown))
