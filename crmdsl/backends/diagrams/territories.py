"""Territories in each other: a box a territory, in it the numbers of those who sell there, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crmdsl.backends.diagrams.metrics import shorten, width
from crmdsl.backends.diagrams.scene import GREY, INK, LINE, PAPER, Group, Item, Text, circle, ink_on, rect
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics import Message
from crmdsl.model.network import Unit

WIDE, PAD, GAP, HEAD, ROW = 232.0, 10.0, 10.0, 28.0, 22.0
DEEPEST = 4
"""Boxes in each other; what lies deeper stands in the last of them, with the way to it before its name."""
PART = 40
"""Territories on one picture."""
BADGE = 8.5
SHADES = ("#ffffff", "#f3f6f9", "#e9eef3", "#dfe6ed")


@dataclass(frozen=True, slots=True)
class Seller:
    """A unit with the number by which pictures name it, and the colour of its role."""

    number: int
    unit: Unit
    colour: str


@dataclass(slots=True)
class Area:
    """A territory while it is drawn: what stands under its name, what lies in it, how large it is."""

    name: str
    title: str
    rows: list[tuple[str, list[Seller]]]
    inner: list[Area] = field(default_factory=list)
    wide: float = WIDE
    high: float = 0
    shelves: list[list[Area]] = field(default_factory=list)

    @property
    def head(self) -> float:
        """The height of its name and rows."""
        return HEAD + ROW * len(self.rows) + (4 if self.rows else 0)


def ordered(view: View) -> list[str]:
    """Every territory, each behind the one it lies in."""
    found: dict[str, None] = {}
    below = _below(view)
    waiting = [*reversed(below.get("", ()))]
    while waiting or len(found) < len(view.spec.territories):
        name = waiting.pop() if waiting else next(name for name in view.spec.territories if name not in found)
        if name not in found:
            found[name] = None
            waiting += reversed(below.get(name, ()))
    return list(found)


def parts(view: View) -> list[list[str]]:
    """The territories of each picture: all, or `PART` of them at a time."""
    names = ordered(view)
    return [names[start : start + PART] for start in range(0, len(names), PART)]


def drawn(view: View, sellers: Sequence[Seller], names: Sequence[str], room: float) -> tuple[list[Group], float]:
    """The boxes of some territories with those around them, in at most `room` points, and how high they are."""
    tops = _areas(view, sellers, names)
    groups: list[Group] = []
    y = 0.0
    for shelf in _packed(tops, room, 1):
        groups += _shelf(shelf, 0, y, 0)
        y += max(area.high for area in shelf) + GAP
    return groups, y - GAP


def _parent(view: View, name: str) -> str:
    parent = view.spec.territories[name].parent
    return parent.name if parent and parent.name in view.spec.territories else ""


def _below(view: View) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in view.spec.territories:
        found.setdefault(_parent(view, name), []).append(name)
    return found


def _around(view: View, name: str) -> list[str]:
    """The territories around one, the outermost first."""
    found: list[str] = []
    above = _parent(view, name)
    while above and above not in found:
        found.append(above)
        above = _parent(view, above)
    return found[::-1]


def _areas(view: View, sellers: Sequence[Seller], names: Sequence[str]) -> list[Area]:
    """The outermost boxes, with the others in them."""
    made: dict[str, Area] = {}
    tops: list[Area] = []
    shown = dict.fromkeys(name for each in names for name in (*_around(view, each), each))
    for name in shown:
        around = _around(view, name)
        home = made.get(around[min(len(around), DEEPEST - 1) - 1]) if around else None
        titles = [called(view.spec.territories[each], view.language) for each in (*around[DEEPEST - 1 :], name)]
        title = " › ".join(titles) if len(titles) < 3 else f"{titles[0]} › … › {titles[-1]}"
        made[name] = Area(name, title, list(_rows(view, sellers, name)))
        (home.inner if home else tops).append(made[name])
    return tops


def _rows(view: View, sellers: Sequence[Seller], name: str) -> Iterator[tuple[str, list[Seller]]]:
    """Who sells in a territory, by product line where there are some."""
    here = [seller for seller in sellers if any(ref.name == name for ref in seller.unit.territories)]
    lines = view.spec.product_lines
    whole = [seller for seller in here if not seller.unit.product_lines or not lines]
    if whole:
        yield view.lower(Message("all lines") if lines else Message("sold by")), whole
    for line, declared in lines.items():
        found = [seller for seller in here if any(ref.name == line for ref in seller.unit.product_lines)]
        if found:
            yield called(declared, view.language), found


# sizes and places


def _packed(areas: Sequence[Area], room: float, depth: int) -> list[list[Area]]:
    """Boxes beside each other in as many rows as they need."""
    shelves: list[list[Area]] = []
    used = 0.0
    for area in areas:
        _measure(area, room - 2 * PAD, depth)
        if not shelves or used + area.wide > room:
            shelves.append([])
            used = 0.0
        shelves[-1].append(area)
        used += area.wide + GAP
    return shelves


def _measure(area: Area, room: float, depth: int) -> None:
    area.shelves = _packed(area.inner, room, depth + 1)
    across = max((sum(one.wide + GAP for one in shelf) - GAP for shelf in area.shelves), default=0.0)
    area.wide = max(WIDE, across + 2 * PAD)
    deep = sum(max(one.high for one in shelf) + GAP for shelf in area.shelves)
    area.high = area.head + (deep or 2) + (PAD - GAP if deep else 0) + 4


def _shelf(shelf: Sequence[Area], x: float, y: float, depth: int) -> Iterator[Group]:
    for area in shelf:
        yield from _box(area, x, y, depth)
        x += area.wide + GAP


def _box(area: Area, x: float, y: float, depth: int) -> Iterator[Group]:
    """A territory, and behind it those that lie in it."""
    frame = rect(0, 0, area.wide, area.high, fill=SHADES[min(depth, 3)], stroke=LINE, radius=7, thick=1.1)
    kind = "frame" if area.inner else "box"
    tooltip = area.title
    yield Group((frame,), x, y, f"territory--{area.name}", tooltip, "", kind, area.wide, area.high)
    yield Group(tuple(_words(area)), x + PAD, y, tooltip=tooltip, width=area.wide - 2 * PAD, height=area.head,
                kind="box" if area.inner else "")  # fmt: skip
    top = y + area.head
    for shelf in area.shelves:
        yield from _shelf(shelf, x + PAD, top, depth + 1)
        top += max(one.high for one in shelf) + GAP


def _words(area: Area) -> Iterator[Item]:
    room = area.wide - 2 * PAD
    yield Text(0, 19, shorten(area.title, 12.5, room, bold=True), 12.5, True)
    y = HEAD
    for title, sellers in area.rows:
        most = max(1, int((room - 110) / (2 * BADGE + 4)))
        shown = sellers if len(sellers) <= most else sellers[: most - 1]
        taken = len(shown) * (2 * BADGE + 4) + (30 if len(shown) < len(sellers) else 0)
        yield Text(0, y + 12.5, shorten(title, 11, room - taken - 6), 11, False, GREY)
        x = room - taken
        for seller in shown:
            yield from badge(x + BADGE, y + BADGE, seller)
            x += 2 * BADGE + 4
        if len(shown) < len(sellers):
            yield Text(room, y + 12.5, f"+ {len(sellers) - len(shown)}", 10.5, True, GREY, "end")
        y += ROW


def badge(x: float, y: float, seller: Seller, radius: float = BADGE) -> Iterator[Item]:
    """The number of a unit, filled where it acquires customers."""
    filled = "acquire" in seller.unit.functions
    fill = seller.colour if filled else PAPER
    yield circle(x, y, radius - 0.8, fill=fill, stroke=seller.colour, thick=1.6)
    ink = ink_on(seller.colour) if filled else INK
    text = str(seller.number)
    size = radius * 1.2 if width(text, radius * 1.2, bold=True) < 1.6 * radius else radius * 0.86
    yield Text(x, y + size * 0.36, text, size, True, ink, "middle")


def by_number(units: Mapping[str, Unit], colours: Mapping[str, str]) -> list[Seller]:
    """The units of a spec with their numbers."""
    return [Seller(number, unit, colours[name]) for number, (name, unit) in enumerate(units.items(), 1)]
