"""How wide a text is, without a font at hand.

The widths are DejaVu Sans', the widest of the fonts in which a viewer may show the picture, so that a
text that fits here fits with every other.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_REGULAR = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
)  # fmt: skip
_BOLD = (
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
    837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
    678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
    365, 712, 838,
)  # fmt: skip
ELLIPSIS, NO_BREAK = "…", "\u00a0"
LONGEST = 300
"""Characters beyond which no line of a picture goes, however long the text in the spec."""


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text in points at a font size."""
    table = _BOLD if bold else _REGULAR
    return sum(_advance(c, table) for c in text) * size / 1000


def _advance(char: str, table: tuple[int, ...]) -> int:
    code = ord(char)
    if char == NO_BREAK:
        return table[0]
    if 32 <= code < 127:
        return table[code - 32]
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    base = unicodedata.normalize("NFD", char)[0]
    if base != char and 32 <= ord(base) < 127:
        return table[ord(base) - 32]
    return 1150 if unicodedata.east_asian_width(char) in "WF" else 850


def _words(text: str) -> list[str]:
    """The words between which a text may be broken: a no-break space holds two together."""
    return [word.replace("\0", NO_BREAK) for word in text.replace(NO_BREAK, "\0").split()]


def shorten(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, or as much of it as fits in `room` points with an ellipsis behind."""
    if len(text) <= LONGEST and width(text, size, bold=bold) <= room:
        return text
    table, used = _BOLD if bold else _REGULAR, width(ELLIPSIS, size, bold=bold)
    for number, char in enumerate(text[:LONGEST]):
        used += _advance(char, table) * size / 1000
        if used > room:
            return text[:number].rstrip() + ELLIPSIS
    return text[:LONGEST].rstrip() + ELLIPSIS


@lru_cache(maxsize=4096)
def narrowest(text: str, size: float, lines: int) -> float:
    """The least room in which `lines` lines hold a text in bold, broken between words, whole."""
    words = _words(text[: LONGEST * lines])
    if lines == 1 or len(words) < 2:
        return width(" ".join(words), size, bold=True)
    return min(
        max(width(" ".join(words[:at]), size, bold=True), narrowest(" ".join(words[at:]), size, lines - 1))
        for at in range(1, len(words))
    )


@lru_cache(maxsize=4096)
def wrap(text: str, size: float, room: float, lines: int, *, bold: bool = False) -> tuple[str, ...]:
    """The text in at most `lines` lines of `room` points, broken between words, shortened where it must be."""
    done: list[str] = []
    words = _words(text[: LONGEST * lines])
    while words:
        if len(done) == lines - 1:
            done.append(shorten(" ".join(words), size, room, bold=bold))
            break
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size, bold=bold) <= room:
            line = f"{line} {words.pop(0)}"
        done.append(shorten(line, size, room, bold=bold))
    return tuple(done)
