"""The formatter: one file in the one form that all specs have, with its comments, its order and its line breaks.

It lays out the text anew and never dumps YAML. What it gives is read again and must mean the same, scalar by scalar
and comment by comment; else the file stays as it is, and the fault is ours.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass

from crmdsl.diagnostics import Diagnostic
from crmdsl.editing.layout import Layout
from crmdsl.editing.tokens import Lexer, Unsupported
from crmdsl.syntax.parser import parse

ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file after formatting: its text (`None` where it could not be read), and what is wrong with it as YAML.

    `spoilt` tells that formatting it would have changed what it means, which is a fault of ours; `unsupported`, that
    it is written in a way that is valid and that the formatter leaves alone. In both cases the text is that before.
    """

    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()
    spoilt: bool = False
    unsupported: bool = False

    @property
    def untouched(self) -> bool:
        """Whether the file stays as it is, be it well formatted or not."""
        return self.text is None or self.spoilt or self.unsupported


def format_file(path: str, data: bytes) -> Formatted:
    """Format one file of a spec. A file with a fault of YAML is not touched, and its faults are given."""
    found: list[Diagnostic] = []
    try:
        first = _lexed(path, data, found)
        if first is None:
            return Formatted(None, tuple(found))
        sound = first
        for _ in range(ROUNDS):
            text = Layout(sound.lines).text()
            if text == sound.text:
                break
            again = _lexed(path, text.encode(), found)
            if again is None or (again.meaning, again.comments) != (first.shape, first.comments):
                return Formatted(_decoded(data), spoilt=True)
            sound = again
    except Unsupported:
        return Formatted(_decoded(data), unsupported=True)
    return Formatted(sound.text)


def _lexed(path: str, data: bytes, found: list[Diagnostic]) -> Lexer | None:
    """The tokens of a file, `None` where it has faults, which are found."""
    plain = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    source, root = parse(path, plain, found)
    if found or root is None:
        return None
    lexer = Lexer(source.text)
    lexer.read(root)
    return lexer


def _decoded(data: bytes) -> str:
    return data.removeprefix(BOM_UTF8).decode("utf-8")
