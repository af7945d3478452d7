"""Small marks, each drawn in a square with its upper left corner at (x, y)."""

from __future__ import annotations

from crmdsl.backends.diagrams.scene import GREY, PAPER, Shape, circle, number, path

GRID = 14.0
"""The side of the square in which the marks are written down."""


def _line(data: str, x: float, y: float, size: float, colour: str, *, thick: float) -> Shape:
    """A path on the grid, moved and scaled. Commands are `M L C` (absolute pairs), `H V`, `l` and `Z`."""
    scale, command, index = size / GRID, "M", 0
    written = []
    for token in data.split():
        if token.isalpha():
            command, index = token, 0
            written.append(token)
            continue
        across = command == "H" or (command != "V" and index % 2 == 0)
        offset = 0.0 if command.islower() else x if across else y
        written.append(number(offset + float(token) * scale))
        index += 1
    return path(" ".join(written), stroke=colour, thick=thick)


def clock(x: float, y: float, size: float = 10, colour: str = GREY) -> list[Shape]:
    """A time that something may take."""
    ring = circle(x + size / 2, y + size / 2, size / 2, stroke=colour, thick=1.1)
    return [ring, _line("M 7 3.2 V 7 H 10.5", x, y, size, colour, thick=1.1)]


def hourglass(x: float, y: float, size: float = 10, colour: str = GREY) -> list[Shape]:
    """A time that is waited."""
    return [_line("M 3 1 H 11 L 3 13 H 11 L 3 1", x, y, size, colour, thick=1.1)]


def tick(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A good end, or a signature."""
    disc = circle(x + size / 2, y + size / 2, size / 2, fill=colour)
    return [disc, _line("M 3.6 7.4 l 2.4 2.6 l 4.6 -5.4", x, y, size, PAPER, thick=1.8 * size / GRID)]


def cross(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A bad end."""
    disc = circle(x + size / 2, y + size / 2, size / 2, fill=colour)
    return [disc, _line("M 4.4 4.4 L 9.6 9.6 M 9.6 4.4 L 4.4 9.6", x, y, size, PAPER, thick=1.8 * size / GRID)]


def exchange(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A handoff: something asked, something delivered."""
    there = _line("M 0 4 H 12 M 9 1 l 3.4 3 l -3.4 3", x, y, size, colour, thick=1.6)
    back = _line("M 14 10.5 H 2 M 5 7.5 l -3.4 3 l 3.4 3", x, y, size, colour, thick=1.6)
    return [there, back]


def envelope(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """An event from outside."""
    box = _line("M 0 2.5 H 14 V 12 H 0 Z", x, y, size, colour, thick=1.4)
    return [box, _line("M 0 3 l 7 5 l 7 -5", x, y, size, colour, thick=1.4)]


def plus(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A process inside."""
    box = _line("M 1 1 H 13 V 13 H 1 Z", x, y, size, colour, thick=1.3)
    return [box, _line("M 7 4 V 10 M 4 7 H 10", x, y, size, colour, thick=1.5)]


def screen(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """Something online."""
    box = _line("M 0.5 1.5 H 13.5 V 9.5 H 0.5 Z", x, y, size, colour, thick=1.4)
    return [box, _line("M 7 9.5 V 12.5 M 3.5 12.5 H 10.5", x, y, size, colour, thick=1.4)]


def shop(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A place where people meet, or speak to each other."""
    roof = _line("M 0.5 5.5 L 2.5 1.5 H 11.5 L 13.5 5.5 Z", x, y, size, colour, thick=1.4)
    return [roof, _line("M 1.8 5.5 V 13 H 12.2 V 5.5 M 5.5 13 V 9 H 8.5 V 13", x, y, size, colour, thick=1.4)]
