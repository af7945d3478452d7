"""The YAML of a spec as a tree in which every scalar knows its place.

Scalars are text: what a text means is decided by the key that it stands under, never by YAML.

Nodes keep the marks that the YAML parser hands out and turn them into lines and columns when asked: most
places of a sound spec are never asked for.
"""

from __future__ import annotations

from typing import Protocol

from crmdsl.diagnostics import Span


class Mark(Protocol):
    """A point of the parsed text; all three count from 0, `index` and `column` in characters."""

    @property
    def index(self) -> int: ...  # noqa: D102
    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def column(self) -> int: ...  # noqa: D102


class Place:
    """A mark of our own making."""

    __slots__ = ("column", "index", "line")

    def __init__(self, index: int, line: int, column: int) -> None:
        self.index = index
        self.line = line
        self.column = column


class Source:
    """One file of a spec: its path relative to the spec, and its decoded text.

    `first_line` and `first_offset` are what the marks of its nodes count from: 1 and 0, except in what was
    read after a syntax error, where the parser was started again further down. `shifts` are the columns to
    take off the marks of a line, where tabs in its indentation were read as spaces; then `text` is what was
    read, and `line` still what stands in the file.
    """

    __slots__ = ("first_line", "first_offset", "lines", "path", "shifts", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.first_line = 1
        self.first_offset = 0
        self.lines: list[str] | None = None
        self.shifts: dict[int, int] | None = None

    def without_tabs(self, text: str, shifts: dict[int, int]) -> None:
        """Take the text as it is read, the tabs of its indentation being spaces."""
        self.line(1)
        self.text = text
        self.shifts = shifts

    def from_line(self, line: int, offset: int) -> Source:
        """The same file, for marks that count from a line (1-based) and an offset."""
        part = Source(self.path, self.text)
        part.first_line, part.first_offset = line, offset
        part.lines, part.shifts = self.lines, self.shifts
        return part

    def line(self, number: int) -> str:
        """Line `number` (1-based) without its line break, empty when there is none."""
        if self.lines is None:
            self.lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def column(self, line: int, column: int) -> int:
        """The column of the file that a column of the text as it was read stands for."""
        return max(1, column - self.shifts.get(line, 0)) if self.shifts else column


class Node:
    """A piece of YAML: a `Scalar`, a `Sequence`, a `Mapping`, or `Broken`.

    `line` and `column` are 1-based (columns in characters); the end is exclusive.
    """

    __slots__ = ("end", "source", "start")
    source: Source
    start: Mark
    end: Mark

    @property
    def line(self) -> int:
        """The line it begins on."""
        return self.start.line + self.source.first_line

    @property
    def column(self) -> int:
        """The column of its first character."""
        column = self.start.column + 1
        return self.source.column(self.line, column) if self.source.shifts else column

    @property
    def end_line(self) -> int:
        """The line it ends on."""
        return self.end.line + self.source.first_line

    @property
    def end_column(self) -> int:
        """The column behind its last character."""
        column = self.end.column + 1
        return self.source.column(self.end_line, column) if self.source.shifts else column

    @property
    def offset(self) -> int:
        """Where it begins in the file's text, in characters."""
        return self.start.index + self.source.first_offset

    @property
    def end_offset(self) -> int:
        """Where it ends in the file's text, in characters."""
        return self.end.index + self.source.first_offset

    @property
    def span(self) -> Span:
        """The region of the file that this node takes, quotes included."""
        source, start, end = self.source, self.start, self.end
        first = source.first_line
        if source.shifts:
            return Span(source.path, self.line, self.column, self.end_line, self.end_column)
        return Span(source.path, start.line + first, start.column + 1, end.line + first, end.column + 1)


class Scalar(Node):
    """A text. `style` is `None` for a plain one, else the YAML indicator: `'`, `"`, `|` or `>`."""

    __slots__ = ("style", "value")

    def __init__(
        self, source: Source, value: str, style: str | None,
        line: int, column: int, end_line: int, end_column: int, offset: int, end_offset: int,
    ) -> None:  # fmt: skip
        self.source = source
        self.value = value
        self.style = style
        self.start = Place(offset, line - 1, column - 1)
        self.end = Place(end_offset, end_line - 1, end_column - 1)

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

    def __init__(self, source: Source, start: Mark, flow: bool) -> None:
        self.source = source
        self.start = self.end = start
        self.flow = flow
        self.broken = False
        self.items: list[Node] = []


class Mapping(Node):
    """A map from texts to nodes, in the order of the file. A repeated key keeps its first value.

    `broken` tells that something in it was unreadable, which is reported already: that a key is missing
    from it is then no fault of its own.
    """

    __slots__ = ("broken", "entries", "flow")

    def __init__(self, source: Source, start: Mark, flow: bool) -> None:
        self.source = source
        self.start = self.end = start
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

    def __init__(self, source: Source, start: Mark, end: Mark) -> None:
        self.source = source
        self.start = start
        self.end = end


def unreadable(node: Node) -> bool:
    """Whether a value is no YAML, which is reported: its shape may then not be the one that was meant."""
    if isinstance(node, Mapping):
        return node.broken and node.flow
    return isinstance(node, Broken) or (isinstance(node, Sequence) and node.broken)
