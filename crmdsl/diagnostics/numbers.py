"""Numbers as the reader's language writes them: `1,234.5` in English is `1.234,5` in Italian."""

from __future__ import annotations

import re

from crmdsl.diagnostics import Catalogue, Message

_SWAPPED = str.maketrans(",.", ".,")
_FIGURE = re.compile(r"(?<![\w.])[0-9][0-9_]*(?:\.[0-9]+)?(?=%|\b)(?![\w:-])")


def localised(text: str, language: str) -> str:
    """A number in English (`1,234.5`) in a language."""
    return text.translate(_SWAPPED) if language == "it" else text


def figure(written: str, language: str) -> str:
    """A figure as a spec writes it (`1_234.5`) in a language."""
    return localised(written.replace("_", ","), language)


def retold(text: str, language: str) -> str:
    """A text of a spec (`amount = 49_999.99 EUR, kind = big_one`) with its numbers in a language."""
    return _FIGURE.sub(lambda found: figure(found[0], language), text)


class Numeral(Message):
    """A number as a part of a message, or in a table: `Numeral("1,234.5h")`."""

    __slots__ = ("figure",)

    def __init__(self, figure: str) -> None:
        self.figure = figure
        super().__init__("", figure=figure)

    def text(self, catalogue: Catalogue | None = None) -> str:
        """The number in the language of a catalogue."""
        return localised(self.figure, "it" if catalogue else "en")
