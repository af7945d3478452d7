"""Small marks, each drawn in a square with its upper left corner at (x, y)."""

from __future__ import annotations

from crmdsl.backends.diagrams.scene import GREY, PAPER, Shape, circle, number, path


def clock(x: float, y: float, size: float = 10, colour: str = GREY) -> list[Shape]:
    """A time that something may take."""
    r = size / 2
    hands = f"M {number(x + r)} {number(y + r * 0.45)} V {number(y + r)} H {number(x + r * 1.5)}"
    return [circle(x + r, y + r, r, stroke=colour, thick=1.1), path(hands, stroke=colour, thick=1.1)]


def person(x: float, y: float, colour: str, size: float = 10) -> list[Shape]:
    """Somebody who acts."""
    r = size / 2
    body = (
        f"M {number(x)} {number(y + size)} C {number(x)} {number(y + r * 0.75)} {number(x + size)} "
        f"{number(y + r * 0.75)} {number(x + size)} {number(y + size)} Z"
    )
    return [path(body, fill=colour), circle(x + r, y + r * 0.55, r * 0.55, fill=colour)]


def tick(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A good end, or a signature."""
    s = size / 14
    data = f"M {number(x + 3.6 * s)} {number(y + 7.4 * s)} l {number(2.4 * s)} {number(2.6 * s)} l {number(4.6 * s)} {number(-5.4 * s)}"
    return [circle(x + size / 2, y + size / 2, size / 2, fill=colour), path(data, stroke=PAPER, thick=1.8 * s)]


def cross(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A bad end."""
    s = size / 14
    low, high = 4.4 * s, 9.6 * s
    data = (
        f"M {number(x + low)} {number(y + low)} L {number(x + high)} {number(y + high)} "
        f"M {number(x + high)} {number(y + low)} L {number(x + low)} {number(y + high)}"
    )
    return [circle(x + size / 2, y + size / 2, size / 2, fill=colour), path(data, stroke=PAPER, thick=1.8 * s)]


def exchange(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A handoff: something asked, something delivered."""
    s = size / 14
    there = f"M {number(x)} {number(y + 4 * s)} H {number(x + 12 * s)} M {number(x + 9 * s)} {number(y + s)} l {number(3.4 * s)} {number(3 * s)} l {number(-3.4 * s)} {number(3 * s)}"
    back = f"M {number(x + 14 * s)} {number(y + 10.5 * s)} H {number(x + 2 * s)} M {number(x + 5 * s)} {number(y + 7.5 * s)} l {number(-3.4 * s)} {number(3 * s)} l {number(3.4 * s)} {number(3 * s)}"
    return [path(there, stroke=colour, thick=1.6), path(back, stroke=colour, thick=1.6)]


def envelope(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """An event from outside."""
    s = size / 14
    box = f"M {number(x)} {number(y + 2.5 * s)} h {number(14 * s)} v {number(9.5 * s)} h {number(-14 * s)} Z"
    flap = f"M {number(x)} {number(y + 3 * s)} l {number(7 * s)} {number(5 * s)} l {number(7 * s)} {number(-5 * s)}"
    return [path(box, stroke=colour, thick=1.4), path(flap, stroke=colour, thick=1.4)]


def plus(x: float, y: float, colour: str, size: float = 14) -> list[Shape]:
    """A process inside."""
    s = size / 14
    box = f"M {number(x + s)} {number(y + s)} h {number(12 * s)} v {number(12 * s)} h {number(-12 * s)} Z"
    sign = f"M {number(x + 7 * s)} {number(y + 4 * s)} v {number(6 * s)} M {number(x + 4 * s)} {number(y + 7 * s)} h {number(6 * s)}"
    return [path(box, stroke=colour, thick=1.3), path(sign, stroke=colour, thick=1.5)]
