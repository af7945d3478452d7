"""Finding the bracket that is never closed, and where the text that it swallowed begins."""

from __future__ import annotations

import re
from typing import NamedTuple

KEY_OR_DASH = re.compile(
    r"^(?P<indent> *)(?:(?P<dash>-)(?=\s|$)|(?P<key>[\w.+/-]+|\"[^\"\n]*\"|'[^'\n]*') *:(?=\s|$))", re.MULTILINE
)
_SIGN = re.compile(r"""[\[\]{}\n]|(?<![^\s\[\]{},:])(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|#[^\n]*)""")
_PARTNER = {"]": "[", "}": "{"}


class Opener(NamedTuple):
    """A `[` or `{` and its offset in the text."""

    sign: str
    offset: int


def first_dedent(text: str, start: int, column: int) -> int | None:
    """The offset of the first line behind the one of `start` that leaves a block.

    Such a line is a key or a list entry in `column` (from 1) or before it.
    """
    position = text.find("\n", start) + 1
    if not position:
        return None
    for match in KEY_OR_DASH.finditer(text, position):
        if len(match["indent"]) < column:
            return match.start()
    return None


def unclosed(text: str, start: int, end: int) -> Opener | None:
    """The innermost bracket opened in `text[start:end]` that nothing there closes, be it the wrong partner."""
    opened: list[Opener] = []
    for match in _SIGN.finditer(text, start, end):
        sign = match[0]
        if sign in ("[", "{"):
            opened.append(Opener(sign, match.start()))
        elif sign in _PARTNER:
            if not opened or opened[-1].sign != _PARTNER[sign]:
                return None
            opened.pop()
            if not opened:
                return None
    return opened[-1] if opened else None
