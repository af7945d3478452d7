"""The few shapes that a picture is made of, and their SVG. Whatever comes from the spec is escaped here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
INK, GREY, LINE, PAPER = "#17212b", "#566370", "#4a5a69", "#ffffff"
SUCCESS, FAILURE = "#00795a", "#b43c00"
ROLE_COLOURS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#332288", "#999933", "#882255", "#44aa99",
    "#aa4499",
)  # fmt: skip
"""Okabe and Ito's colours and then Tol's muted ones: told apart by the colour-blind too."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


_INHERITED = re.compile(' (?:font-weight="400"|text-anchor="start"|rx="0"|stroke-linejoin="round")')
"""What holds anyway, or is said once for a whole picture; no text of a spec has quotes like these."""


def escape(text: str) -> str:
    """Text as it may stand in XML; what XML forbids and what turns the direction of writing is left out."""
    text = _NOT_XML.sub("", text)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(char, entity)
    return text


def number(value: float) -> str:
    """A coordinate with as few digits as it needs."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape as an SVG element: its name, coordinates in the order they are written, paint."""

    element: str
    attributes: tuple[tuple[str, str], ...]

    def svg(self) -> str:
        """The element."""
        written = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes)
        return f"<{self.element}{written}/>"


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text. `y` is its base line; `anchor` is `start`, `middle` or `end`; `halo` keeps lines off it.

    `turned` text runs upwards from the same point.
    """

    x: float
    y: float
    text: str
    size: float = 12
    bold: bool = False
    colour: str = INK
    anchor: str = "start"
    halo: bool = False
    turned: bool = False

    def svg(self) -> str:
        """The element."""
        paint = f' font-weight="{600 if self.bold else 400}" fill="{self.colour}" text-anchor="{self.anchor}"'
        if self.halo:
            paint += ' paint-order="stroke" stroke="#ffffff" stroke-width="4" stroke-linejoin="round"'
        place = f'x="{number(self.x)}" y="{number(self.y)}" font-size="{number(self.size)}"'
        if self.turned:
            place += f' transform="rotate(-90 {number(self.x)} {number(self.y)})"'
        return f"<text {place}{paint}>{escape(self.text)}</text>"


@dataclass(frozen=True, slots=True)
class Moved:
    """Shapes at another place."""

    x: float
    y: float
    items: tuple[Item, ...]

    def svg(self) -> str:
        """The element."""
        inside = "".join(item.svg() for item in self.items)
        return f'<g transform="translate({number(self.x)} {number(self.y)})">{inside}</g>'


@dataclass(frozen=True, slots=True)
class Group:
    """Items that belong together, moved to another place.

    `tooltip` is shown where the pointer rests on them, `link` is the file that a click opens, `ident` the anchor
    that others link to. `kind` is what a check of the geometry takes the group for: a `box` (a shape that nothing
    else may overlap, and that its texts stay inside), a `label` (a text beside a line, which no box and no other
    label overlaps), a `frame` (a shape that others stand in), a `line`, or nothing. `width` and `height` are those
    of a box, a label or a frame, whose upper left corner is (0, 0).
    """

    items: tuple[Item, ...]
    x: float = 0
    y: float = 0
    ident: str = ""
    tooltip: str = ""
    link: str = ""
    kind: str = ""
    width: float = 0
    height: float = 0

    def svg(self) -> str:
        """The element."""
        head = f' id="{escape(self.ident)}"' if self.ident else ""
        if self.x or self.y:
            head += f' transform="translate({number(self.x)} {number(self.y)})"'
        title = f"<title>{escape(self.tooltip[:600])}</title>" if self.tooltip else ""
        inside = "".join(item.svg() for item in self.items)
        drawn = f"<g{head}>{title}{inside}</g>"
        return f'<a href="{escape(self.link)}">{drawn}</a>' if self.link else drawn


Item = Shape | Text | Moved | Group


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture with everything in its place, sizes in points. `title` and `description` are for who cannot see it."""

    width: float
    height: float
    title: str
    language: str
    items: tuple[Item, ...]
    description: str = ""

    def svg(self) -> str:
        """The picture as a file of its own."""
        size = f'width="{number(self.width)}" height="{number(self.height)}"'
        view = f'viewBox="0 0 {number(self.width)} {number(self.height)}"'
        names = ['<title id="title">' + escape(self.title[:300]) + "</title>"]
        if self.description:
            names.append('<desc id="description">' + escape(self.description[:2000]) + "</desc>")
        named = "title description" if self.description else "title"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img" aria-labelledby="{named}" '
            f'lang="{escape(self.language)}" font-family="{FONT}">'
        )
        paper = rect(0, 0, self.width, self.height, fill=PAPER).svg()
        return "\n".join([head, *names, paper, *(item.svg() for item in self.items), "</svg>"]) + "\n"

    def embedded(self, name: str, lead: Callable[[str], str]) -> str:
        """The picture as a part of a page, on which its identifiers begin with `name`.

        `lead` says where on the page a link leads to, nothing where that is not on it.
        """
        size = f'width="{number(self.width)}" height="{number(self.height)}"'
        view = f'viewBox="0 0 {number(self.width)} {number(self.height)}"'
        told = f'<title id="{escape(name)}.title">{escape(self.title[:300])}</title>'
        items = _INHERITED.sub("", "\n".join(_led(item, name, lead).svg() for item in self.items))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="group" stroke-linejoin="round" '
            f'aria-labelledby="{escape(name)}.title" font-family="{FONT}">\n{told}\n{items}\n</svg>'
        )

    def placed(self) -> Iterator[tuple[float, float, Item]]:
        """Every item, the outer before the inner, with the distance by which the groups around it are moved."""
        waiting: list[tuple[float, float, Item]] = [(0.0, 0.0, item) for item in reversed(self.items)]
        while waiting:
            x, y, item = waiting.pop()
            yield x, y, item
            if isinstance(item, Moved | Group):
                waiting += [(x + item.x, y + item.y, inner) for inner in reversed(item.items)]


def _led(item: Item, name: str, lead: Callable[[str], str]) -> Item:
    """An item of a picture that stands on a page."""
    if not isinstance(item, Moved | Group):
        return item
    inside = tuple(_led(one, name, lead) for one in item.items)
    if isinstance(item, Moved):
        return replace(item, items=inside)
    ident = f"{name}.{item.ident}" if item.ident else ""
    return replace(item, items=inside, ident=ident, link=lead(item.link) if item.link else "")


def rect(
    x: float, y: float, width: float, height: float, *, fill: str = "none", stroke: str = "none", radius: float = 0,
    thick: float = 1.2, dash: str = "",
) -> Shape:  # fmt: skip
    """A rectangle, `radius` rounding its corners."""
    return Shape("rect", (
        ("x", number(x)), ("y", number(y)), ("width", number(width)), ("height", number(height)),
        ("rx", number(radius)), *_paint(fill, stroke, thick, dash),
    ))  # fmt: skip


def circle(x: float, y: float, radius: float, *, fill: str = "none", stroke: str = "none", thick: float = 1.2) -> Shape:
    """A circle around a point."""
    return Shape(
        "circle", (("cx", number(x)), ("cy", number(y)), ("r", number(radius)), *_paint(fill, stroke, thick, ""))
    )


def path(data: str, *, fill: str = "none", stroke: str = "none", thick: float = 1.2, dash: str = "") -> Shape:
    """A path by its SVG data."""
    return Shape("path", (("d", data), *_paint(fill, stroke, thick, dash)))


def _paint(fill: str, stroke: str, thick: float, dash: str) -> tuple[tuple[str, str], ...]:
    paint = [("fill", fill)]
    if stroke != "none":
        paint += [("stroke", stroke), ("stroke-width", number(thick)), ("stroke-linejoin", "round")]
    if dash:
        paint.append(("stroke-dasharray", dash))
    return tuple(paint)


def tint(colour: str, share: float) -> str:
    """A colour mixed with white: `share` of it is the colour."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return PAPER if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else INK
