"""The line of a diagnostic as a terminal shows it, and where the caret stands under it."""

from __future__ import annotations

from typing import NamedTuple

from crmdsl.diagnostics.span import Span

WINDOW = 110
_TAB = "    "
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SUBSTITUTE = "\ufffd"


class Excerpt(NamedTuple):
    """A line ready to print, and the caret under it: `width` signs after `indent` blanks."""

    text: str
    indent: int
    width: int


def excerpt(line: str, span: Span) -> Excerpt | None:
    """The part of a line around a span, `None` where there is nothing to show."""
    if not line.strip():
        return None
    start = min(span.column - 1, len(line))
    end = len(line.rstrip()) if span.end_line > span.line else min(span.end_column - 1, len(line))
    end = max(end, start)
    first, last = _window(len(line), start, end)
    before, inside, after = line[first:start], line[start : min(end, last)], line[max(start, min(end, last)) : last]
    head = "…" if first else ""
    tail = "…" if last < len(line) else ""
    shown = [visible(part) for part in (before, inside, after)]
    return Excerpt(
        (head + "".join(shown) + tail).rstrip(), len(head) + width(shown[0]), max(1, min(width(shown[1]), WINDOW))
    )


def _window(length: int, start: int, end: int) -> tuple[int, int]:
    """The characters of a line to show, so that the span is among them."""
    if length <= WINDOW:
        return 0, length
    middle = (start + min(end, start + WINDOW // 2)) // 2
    first = max(0, min(middle - WINDOW // 2, length - WINDOW))
    return first, min(length, first + WINDOW)


def visible(text: str) -> str:
    """A text in which nothing moves the cursor, changes colours or turns the direction of writing."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_TAB if c == "\t" else c if c.isprintable() and c not in _BIDI else _blank(c) for c in text)


def _blank(character: str) -> str:
    return " " if character.isspace() else _SUBSTITUTE


def width(text: str) -> int:
    """How many columns of a terminal a visible text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
