"""The YAML of a spec as a tree in which every scalar knows its place.

Scalars are text: what a text means is decided by the key that it stands under, never by YAML.
"""

from __future__ import annotations

from crmdsl.diagnostics import Span


class Source:
    """One file of a spec: its path relative to the spec, and its decoded text."""

    __slots__ = ("lines", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines: list[str] | None = None

    def line(self, number: int) -> str:
        """Line `number` (1-based) without its line break, empty when there is none."""
        if self.lines is None:
            self.lines = self.text.split("\n")
        return self.lines[number - 1].rstrip("\r") if 0 < number <= len(self.lines) else ""


class Node:
    """A piece of YAML: a `Scalar`, a `Sequence` or a `Mapping`.

    `line` and `column` are 1-based (columns in characters); the end is exclusive.
    """

    __slots__ = ("column", "end_column", "end_line", "line", "source")
    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def span(self) -> Span:
        """The region of the file that this node takes, quotes included."""
        return Span(self.source.path, self.line, self.column, self.end_line, self.end_column)


class Scalar(Node):
    """A text. `style` is `None` for a plain one, else the YAML indicator: `'`, `"`, `|` or `>`.

    `offset` and `end_offset` are the character offsets of the whole scalar in the file's text.
    """

    __slots__ = ("end_offset", "offset", "style", "value")

    def __init__(
        self, source: Source, value: str, style: str | None,
        line: int, column: int, end_line: int, end_column: int, offset: int, end_offset: int,
    ) -> None:  # fmt: skip
        self.source = source
        self.value = value
        self.style = style
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.offset = offset
        self.end_offset = end_offset

    def part(self, start: int, end: int) -> Span:
        """The place in the file of `value[start:end]`, whatever the quoting, folding and escapes."""
        from crmdsl.syntax.positions import part

        return part(self, start, end)


class Sequence(Node):
    """A list. `flow` tells `[a, b]` from a list of dashes."""

    __slots__ = ("flow", "items")

    def __init__(self, source: Source, line: int, column: int, flow: bool) -> None:
        self.source = source
        self.line = self.end_line = line
        self.column = self.end_column = column
        self.flow = flow
        self.items: list[Node] = []


class Mapping(Node):
    """A map from texts to nodes, in the order of the file. A repeated key keeps its first value."""

    __slots__ = ("entries", "flow")

    def __init__(self, source: Source, line: int, column: int, flow: bool) -> None:
        self.source = source
        self.line = self.end_line = line
        self.column = self.end_column = column
        self.flow = flow
        self.entries: dict[str, tuple[Scalar, Node]] = {}

    def key(self, name: str) -> Scalar | None:
        """The scalar of a key as it stands in the file."""
        entry = self.entries.get(name)
        return entry[0] if entry else None

    def get(self, name: str) -> Node | None:
        """The value under a key."""
        entry = self.entries.get(name)
        return entry[1] if entry else None
