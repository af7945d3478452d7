"""From an offset in a text to the place in the file where that character stands.

The parser hands out the value of a scalar and where the whole of it stands. What lies between (quotes,
escapes, folded lines, the indentation of a block) is read once more here, when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.diagnostics import Span

if TYPE_CHECKING:
    from crmdsl.syntax.nodes import Scalar

_BREAK = re.compile(r"\r\n?|\n")
_BLANKS = re.compile(r"[ \t]*")
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_QUOTES: dict[str | None, int] = {None: 0, "'": 1, '"': 1}
_DIGITS = {"x": 2, "u": 4, "U": 8}
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n|$)")


LONGEST = 100_000
"""In a longer text no place is told but its own."""


class Piece(NamedTuple):
    """A character of the value, and the region of the file's text that it comes from."""

    character: str
    start: int
    end: int


def part(scalar: Scalar, start: int, end: int) -> Span:
    """The place in the file of `scalar.value[start:end]`; that of the whole scalar if it cannot be told."""
    source, quote = scalar.source, _QUOTES.get(scalar.style)
    if quote is not None and scalar.end_offset - scalar.offset == len(scalar.value) + 2 * quote:
        (line, column), last = source.at(scalar.offset), scalar.end_line
        if line == last:
            column += quote
            return Span(source.path, line, source.column(line, column + start), line, source.column(line, column + end))
    pieces = _pieces(scalar) if len(scalar.value) <= LONGEST else None
    if pieces is None:
        return scalar.span
    content_end = pieces[-1].end if pieces else scalar.offset + 1
    begin = pieces[start].start if start < len(pieces) else content_end
    stop = pieces[min(end, len(pieces)) - 1].end if end > start and pieces else begin
    return Span(source.path, *source.place(begin), *source.place(max(begin, stop)))


def _pieces(scalar: Scalar) -> list[Piece] | None:
    """Every character of the value with where it comes from, `None` where that cannot be told."""
    text, start, end = scalar.source.text, scalar.offset, scalar.end_offset
    if scalar.style in ("|", ">"):
        candidates = _blocks(text, start, end, folded=scalar.style == ">")
    elif scalar.style is None:
        candidates = iter([_flow(text, start, end, "")])
    else:
        candidates = iter([_flow(text, start + 1, end - 1, scalar.style)])
    for pieces in candidates:
        found = "".join(piece.character for piece in pieces)
        if found.startswith(scalar.value):
            return pieces[: len(scalar.value)]
    return None


def _flow(text: str, position: int, end: int, quote: str) -> list[Piece]:
    """A plain or quoted scalar, perhaps on several lines."""
    pieces: list[Piece] = []
    while position < end:
        character = text[position]
        if character in " \t\r\n":
            position = _blank(text, position, end, pieces)
        elif character == "'" == quote:
            pieces.append(Piece("'", position, position + 2))
            position += 2
        elif character == "\\" and quote == '"':
            position = _escape(text, position, end, pieces)
        else:
            pieces.append(Piece(character, position, position + 1))
            position += 1
    return pieces


def _blank(text: str, position: int, end: int, pieces: list[Piece]) -> int:
    """Blanks inside a line, or the fold from one line to the next; where reading goes on."""
    after = _BLANKS.match(text, position, end).end()  # type: ignore[union-attr] # it matches anything
    if after >= end or text[after] not in "\r\n":
        pieces.extend(Piece(text[index], index, index + 1) for index in range(position, after))
        return after
    breaks, after = _breaks(text, after, end)
    if len(breaks) == 1:
        pieces.append(Piece(" ", breaks[0].start, breaks[0].end))
    pieces.extend(breaks[1:])
    return after


def _breaks(text: str, position: int, end: int) -> tuple[list[Piece], int]:
    """The line breaks from a position on, and the offset of the first text behind them."""
    breaks: list[Piece] = []
    while match := _BREAK.match(text, position, end):
        breaks.append(Piece("\n", match.start(), match.end()))
        position = _BLANKS.match(text, match.end(), end).end()  # type: ignore[union-attr] # it matches anything
    return breaks, position


def _escape(text: str, position: int, end: int, pieces: list[Piece]) -> int:
    """A backslash and what it stands for; where reading goes on."""
    sign = text[position + 1 : position + 2]
    if sign in ("\r", "\n"):
        breaks, after = _breaks(text, position + 1, end)
        pieces.extend(breaks[1:])
        return after
    if sign in _DIGITS:
        after = position + 2 + _DIGITS[sign]
        pieces.append(Piece(chr(int(text[position + 2 : after], 16)), position, after))
        return after
    pieces.append(Piece(_ESCAPES.get(sign, sign), position, position + 2))
    return position + 2


def _blocks(text: str, start: int, end: int, *, folded: bool) -> Iterator[list[Piece]]:
    """A block scalar, read with each indentation that it may have, the likeliest first."""
    header = _HEADER.match(text, start)
    if header is None:
        return
    lines = _lines(text, header.end(), end)
    indents = [len(line) - len(line.lstrip(" ")) for line, _, _ in lines if line.strip(" ")]
    likely = indents[0] if indents else 0
    for indent in dict.fromkeys([likely, *range(1, min(indents, default=0) + 1), 0]):
        yield _folded(lines, indent) if folded else _literal(lines, indent)


def _lines(text: str, position: int, end: int) -> list[tuple[str, int, Piece]]:
    """The lines of a text from a position to an end: their text, where it begins, and their break."""
    lines: list[tuple[str, int, Piece]] = []
    while position < end:
        match = _BREAK.search(text, position, end)
        stop, after = match.span() if match else (end, end)
        lines.append((text[position:stop], position, Piece("\n", stop, after)))
        position = after
    return lines


def _literal(lines: list[tuple[str, int, Piece]], indent: int) -> list[Piece]:
    pieces: list[Piece] = []
    for line, start, line_break in lines:
        pieces.extend(Piece(line[index], start + index, start + index + 1) for index in range(indent, len(line)))
        pieces.append(line_break)
    return pieces


def _folded(lines: list[tuple[str, int, Piece]], indent: int) -> list[Piece]:
    """Lines of one paragraph are joined by a blank; those that are indented further stay as they are."""
    pieces: list[Piece] = []
    waiting: list[Piece] = []
    before: str | None = None
    for line, start, line_break in lines:
        content = line[indent:]
        if content:
            flush = before is not None and before[0] not in " \t" and content[0] not in " \t"
            if flush and len(waiting) == 1:
                pieces.append(Piece(" ", waiting[0].start, waiting[0].end))
            else:
                pieces.extend(waiting[1:] if flush else waiting)
            waiting = []
            before = content
            pieces.extend(Piece(line[index], start + index, start + index + 1) for index in range(indent, len(line)))
        waiting.append(line_break)
    return pieces + waiting
