"""An error of the YAML parser, with what was read until then, in places of the file."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from crmdsl.diagnostics import Diagnostic, Message, Related, Span
from crmdsl.syntax.faults import YamlSyntax
from crmdsl.syntax.nodes import Mapping, Sequence
from crmdsl.syntax.tree import Tree

ENTRY = re.compile(
    r"^(?P<lead>\s*(?:- +)*)(?P<key>[^\s:#'\"\[\]{}][^:#]*|'[^']*'|\"[^\"]*\") *:(?:\s+(?P<value>.*?))?\s*$"
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_WORD = re.compile(r"[^\s,\[\]{}:]+|\S")
_NESTED = {"'": re.compile(r"\w'\w"), '"': re.compile(r'^"(?:[^"]*\s|)"[^\s"]')}
_INSIDE = re.compile(r"[{,] *([a-z]\w*): +")
_WHOLE = re.compile(r"""(?:"[^"]*"|[^",{}\[\]])*""")
_TEXT = re.compile(r"\S")


class Point(NamedTuple):
    """A place in the text as it is read: its offset (from 0), line and column (from 1)."""

    offset: int
    line: int
    column: int


class Lost(NamedTuple):
    """A key that stands where it belongs to no map, or lacks its colon; without a name, anything else there."""

    name: str
    at: Point


class Mistake(NamedTuple):
    """What to report, the first line from which reading may go on (-1 for none), and a key that was lost."""

    diagnostic: Diagnostic
    resume: int
    lost: Lost | None = None


class Trouble:
    """An error of the parser: where it is (`at`), and where what it is in began (`since`)."""

    def __init__(self, tree: Tree, error: Any) -> None:
        self.tree = tree
        self.clean = tree.clean
        self.problem = str(getattr(error, "problem", None) or error)
        self.context = str(getattr(error, "context", None) or "")
        began = getattr(error, "context_mark", None)
        mark = getattr(error, "problem_mark", None) or began
        self.at = self.point(mark) if mark else Point(0, 1, 1)
        self.since = self.point(began) if began else self.at

    def point(self, mark: Any) -> Point:
        """Where a mark of the parser stands."""
        offset = max(mark.index + self.tree.base, 0)
        return Point(offset, *self.tree.source.at(offset))

    def line(self, number: int) -> str:
        """A line of the text as it is read."""
        return self.tree.line(number)

    def sign(self, point: Point) -> str:
        """The character at a point, empty at the end."""
        return self.clean[point.offset : point.offset + 1]

    def word(self) -> str:
        """The word at the problem, empty at the end."""
        word = _WORD.match(self.clean, self.at.offset)
        return word[0] if word else ""

    def rest(self, point: Point) -> str:
        """The rest of a point's line, without a comment."""
        return _COMMENT.sub("", self.line(point.line)[point.column - 1 :]).rstrip()

    @property
    def at_end(self) -> bool:
        """Whether nothing follows the problem."""
        return _TEXT.search(self.clean, self.at.offset) is None

    def span(self, point: Point, width: int) -> Span:
        """A region of one line of the file."""
        source = self.tree.source
        column = source.column(point.line, point.column)
        return Span(source.path, point.line, column, point.line, column + width)

    def mistake(
        self,
        point: Point,
        width: int,
        message: Message,
        help_: Message | None = None,
        *,
        related: tuple[Related, ...] = (),
        resume: int = 0,
        lost: Lost | None = None,
    ) -> Mistake:
        """A mistake at a point; unless told, reading goes on behind its line and that of the problem."""
        diagnostic = YamlSyntax.at(self.span(point, max(width, 1)), message, help=help_, related=related)
        return Mistake(diagnostic, resume or max(point.line, self.at.line) + 1, lost)

    def block_column(self) -> int:
        """The column of the innermost block list or map that is open, 0 without one."""
        for node in reversed(self.tree.levels()):
            if not node.flow:
                return node.indent + 1
        return 0

    def outermost_flow(self) -> Mapping | Sequence | None:
        """The list or map in brackets that is open and stands in no other."""
        return next((node for node in self.tree.levels() if node.flow), None)

    def torn_help(self) -> Message | None:
        """How a value of a map in braces, torn apart in or behind its quoted text, is put in quotes as a whole."""
        line = self.line(self.at.line)
        for entry in reversed(list(_INSIDE.finditer(line, 0, self.at.column - 1))):
            value = _WHOLE.match(line, entry.end())
            if value and value.end() >= self.at.column and '"' in value[0] and line.count('"', 0, entry.end()) % 2 == 0:
                text = f"{entry[1]}: {quoted(value[0].strip())}"
                return Message("put the whole value in quotes: `{text}`", text=text)
        return None

    def quote_help(self, point: Point) -> Message:
        """How a value is put in quotes, shown on the line itself where it is a `key: value`."""
        entry = ENTRY.match(_COMMENT.sub("", self.line(point.line)))
        if entry is None or not entry["value"] or self.outermost_flow():
            return Message("put the whole value in quotes")
        return Message("put the whole value in quotes: `{text}`", text=f"{entry['key']}: {quoted(entry['value'])}")


def quoted(value: str) -> str:
    """A value in quotes as YAML reads it; quotes around it with others inside are taken as meant so."""
    if len(value) > 2 and value[0] == value[-1] and value[0] in _NESTED and _NESTED[value[0]].search(value):
        return "'" + value[1:-1].replace("'", "''") + "'"
    return f'"{value}"' if '"' not in value and "\\" not in value else "'" + value.replace("'", "''") + "'"


def short(text: str) -> str:
    """A text of the user, cut where it is long."""
    return text if len(text) <= 40 else text[:39] + "…"
