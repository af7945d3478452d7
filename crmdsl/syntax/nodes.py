"""The YAML of a spec as a tree in which every scalar knows its place.

Scalars are text: what a text means is decided by the key that it stands under, never by YAML.

Nodes keep offsets into the text of their file, which become lines and columns when asked: most places of a
sound spec are never asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Self

from crmdsl.diagnostics import Span

_BREAK = re.compile(r"\r\n?|\n")


class Source:
    """One file of a spec: its path relative to the spec, and its decoded text.

    `shifts` are the columns to take off the places of a line, where tabs in its indentation were read as
    spaces; then `text` is what was read, and `line` still what stands in the file.
    """

    __slots__ = ("_starts", "lines", "path", "shifts", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines: list[str] | None = None
        self.shifts: dict[int, int] | None = None
        self._starts: list[int] | None = None

    def without_tabs(self, text: str, shifts: dict[int, int]) -> None:
        """Take the text as it is read, the tabs of its indentation being spaces."""
        self.line(1)
        self.text = text
        self.shifts = shifts
        self._starts = None

    def line(self, number: int) -> str:
        """Line `number` (1-based) without its line break, empty when there is none."""
        if self.lines is None:
            self.lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column (1-based) of an offset into the text as it was read."""
        starts = self._starts
        if starts is None:
            starts = self._starts = _line_starts(self.text)
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def column(self, line: int, column: int) -> int:
        """The column of the file that a column of the text as it was read stands for."""
        return max(1, column - self.shifts.get(line, 0)) if self.shifts else column

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column (1-based) in the file of an offset into the text as it was read."""
        if not self.shifts:
            return self.at(offset)
        line, column = self.at(offset)
        return line, self.column(line, column)


def _line_starts(text: str) -> list[int]:
    """Where the lines of a text begin, the first of all at 0."""
    if "\r" in text:
        return [0, *(found.end() for found in _BREAK.finditer(text))]
    ends = accumulate(map((1).__add__, map(len, text.split("\n"))))
    return [0, *ends][:-1]


class Node:
    """A piece of YAML: a `Scalar`, a `Sequence`, a `Mapping`, or `Broken`.

    `offset` and `end_offset` count characters from 0 in the text as it was read; `line` and `column` are
    1-based (columns in characters); the end is exclusive.
    """

    __slots__ = ("end_offset", "offset", "source")
    source: Source
    offset: int
    end_offset: int

    @property
    def line(self) -> int:
        """The line it begins on."""
        return self.source.at(self.offset)[0]

    @property
    def column(self) -> int:
        """The column of its first character."""
        return self.source.place(self.offset)[1]

    @property
    def end_line(self) -> int:
        """The line it ends on."""
        return self.source.at(self.end_offset)[0]

    @property
    def end_column(self) -> int:
        """The column behind its last character."""
        return self.source.place(self.end_offset)[1]

    @property
    def indent(self) -> int:
        """How many characters stand before it on its line, as that was read."""
        return self.source.at(self.offset)[1] - 1

    @property
    def span(self) -> Span:
        """The region of the file that this node takes, quotes included."""
        source = self.source
        return Span(source.path, *source.place(self.offset), *source.place(self.end_offset))


class Scalar(Node):
    """A text. `style` is `None` for a plain one, else the YAML indicator: `'`, `"`, `|` or `>`.

    `Scalar()` has nothing in it yet: there are hundreds of thousands, and a constructor of our own doubles their cost.
    """

    __slots__ = ("style", "value")

    value: str
    style: str | None

    @classmethod
    def of(cls, source: Source, value: str, style: str | None, offset: int, end_offset: int) -> Self:
        """A text with all that it has."""
        made = cls()
        made.source, made.value, made.style = source, value, style
        made.offset, made.end_offset = offset, end_offset
        return made

    def part(self, start: int, end: int) -> Span:
        """The place in the file of `value[start:end]`, whatever the quoting, folding and escapes."""
        from crmdsl.syntax.positions import part

        return part(self, start, end)


class Misplaced(Scalar):
    """A key whose place in the file fits no map, put where it was probably meant; that is reported already."""

    __slots__ = ()


class Sequence(Node):
    """A list. `flow` tells `[a, b]` from a list of dashes; `broken`, that something in it was unreadable."""

    __slots__ = ("broken", "flow", "items")

    def __init__(self, source: Source, offset: int, flow: bool) -> None:
        self.source = source
        self.offset = self.end_offset = offset
        self.flow = flow
        self.broken = False
        self.items: list[Node] = []


class Mapping(Node):
    """A map from texts to nodes, in the order of the file. A repeated key keeps its first value.

    `broken` tells that something in it was unreadable, which is reported already: that a key is missing
    from it is then no fault of its own.
    """

    __slots__ = ("broken", "entries", "flow")

    def __init__(self, source: Source, offset: int, flow: bool) -> None:
        self.source = source
        self.offset = self.end_offset = offset
        self.flow = flow
        self.broken = False
        self.entries: dict[str, tuple[Scalar, Node]] = {}

    def key(self, name: str) -> Scalar | None:
        """The scalar of a key as it stands in the file."""
        entry = self.entries.get(name)
        return entry[0] if entry else None

    def get(self, name: str) -> Node | None:
        """The value under a key."""
        entry = self.entries.get(name)
        return entry[1] if entry else None


class Broken(Node):
    """A value that could not be read. A diagnostic says so already: nothing more is to be said of it."""

    __slots__ = ()

    def __init__(self, source: Source, offset: int, end_offset: int) -> None:
        self.source = source
        self.offset = offset
        self.end_offset = end_offset


def unreadable(node: Node) -> bool:
    """Whether a value is no YAML, which is reported: its shape may then not be the one that was meant."""
    if isinstance(node, Mapping):
        return node.broken and node.flow
    return isinstance(node, Broken) or (isinstance(node, Sequence) and node.broken)
