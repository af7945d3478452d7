"""Lines of tokens → text: indentation, blanks between tokens, blank lines."""

from __future__ import annotations

from collections.abc import Sequence

from crmdsl.editing.columns import Place, columns, token_at
from crmdsl.editing.tokens import COMMENT, Level, Line, Token

OPENING = frozenset("{[")
CLOSING = frozenset("}]")
ROUNDS = 3


class Bracket:
    """An open bracket: the indentation of its line, its own column and that of what follows it there, before and now.

    A column of -1 says that nothing follows it on its line.
    """

    __slots__ = ("base", "column", "first", "old_column", "old_first")

    def __init__(self, base: int, column: int, old_column: int) -> None:
        self.base = base
        self.column = column
        self.old_column = old_column
        self.first = -1
        self.old_first = -1

    def indent(self, token: Token) -> int:
        """Where a line inside begins: below what follows the bracket if it did so before, else one step in."""
        if token.kind in CLOSING:
            return self.column if self.first >= 0 and token.column == self.old_column else self.base
        return self.first if self.first >= 0 and token.column == self.old_first else self.base + 2


class Layout:
    """The layout of one file."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.pads: dict[Place, int] = {}
        self.starts: list[int] = []
        self.out: list[str] = []
        self.brackets: list[Bracket] = []
        self.following: list[Token | None] = []
        self._opened = False

    def text(self) -> str:
        """The text of all lines."""
        groups = columns(self.lines)
        self._run()
        for _ in range(ROUNDS if groups else 0):
            starts = self.starts
            self.pads = {}
            for group in groups:
                self._line_up(group)
            self._run()
            if self.starts == starts:
                break
        return "\n".join([*self.out, ""]) if self.out else ""

    def _line_up(self, group: list[Place]) -> None:
        """Let the places of a group stand in one column, as far to the left as they can."""
        members = [(place, token_at(self.lines[place[0]], place[1])) for place in group]
        gaps = [token.gap for (_, index), token in members if index]
        gap = max(min(gaps), 1) if members[0][1].kind == COMMENT else 1
        column = max(self._end_before(*place) for place in group if place[1]) + gap
        self.pads.update(dict.fromkeys(group, column))

    def _end_before(self, number: int, index: int) -> int:
        """The column behind the token before one."""
        tokens = self.lines[number].tokens
        column = self.starts[number] + len(tokens[0].text)
        for at in range(1, index):
            space = gap(tokens[at - 1], tokens[at])
            column += max(space, self.pads.get((number, at), 0) - column) + len(tokens[at].text)
        return column

    def _run(self) -> None:
        """Lay out every line, with the columns that are known."""
        self.out, self.starts, self._opened = [], [], False
        for number, line in enumerate(self.lines):
            if line.blank:
                self.out.append("")
            if line.tokens:
                self._line(number, line)
                self._opened = line.tokens[-1].kind in ":-"  # a key or dash that nothing follows on its line
            elif line.comment:
                start = self._of_comment(number, line, line.comment)
                self.starts.append(start)
                self.out.append(" " * start + line.comment.text)

    def _line(self, number: int, line: Line) -> None:
        tokens, brackets = line.tokens, self.brackets
        first = tokens[0]
        column = start = brackets[-1].indent(first) if brackets else first.indent
        self.starts.append(start)
        base = start if brackets else -1
        parts = [" " * start]
        before: Token | None = None
        for index, token in enumerate(tokens):
            if before is not None:
                space = gap(before, token)
                if self.pads:
                    space = max(space, self.pads.get((number, index), 0) - column)
                parts.append(" " * space)
                column += space
                if before.kind in OPENING:
                    brackets[-1].first, brackets[-1].old_first = column, token.column
            if base < 0 and token.kind != "-":
                base = column
            if token.kind in OPENING:
                brackets.append(Bracket(base, column, token.column))
            elif token.kind in CLOSING and brackets:
                brackets.pop()
            parts.append(token.text)
            column += len(token.text)
            if token.more:
                column = self._further(token, column - len(token.text), parts)
            before = token
        if line.comment:
            space = max(line.comment.gap, 1)
            if (number, len(tokens)) in self.pads:
                space = max(self.pads[number, len(tokens)] - column, 1)
            parts.append(" " * space + line.comment.text)
        self.out.append("".join(parts))

    def _further(self, token: Token, column: int, parts: list[str]) -> int:
        """The further lines of a scalar that begins in a column; the column behind its last."""
        more = token.more or []
        indent = self.brackets[-1].base + 4 if self.brackets else token.indent
        least = min((old for text, old in more if text), default=0)
        if 0 <= least - token.column <= int(token.text[0] in "'\""):
            indent = column + least - token.column
        for text, old in more:
            at = old if token.block else indent + old - least
            parts.append("\n" + " " * at + text if text else "\n")
            column = at + len(text)
        return column

    def _of_comment(self, number: int, line: Line, comment: Token) -> int:
        """The indentation of a comment on a line of its own: that of the next line, or of what it is the last of."""
        if (number, 0) in self.pads:
            return self.pads[number, 0]
        if self.brackets:
            return self.brackets[-1].indent(comment)
        following, level = self._following()[number], line.level
        if following and (comment.column == following.column or level is None or following.indent > level.new):
            return following.indent
        least = following.indent if following else 0
        if level and comment.column > level.old and self._opened:
            return level.new + 2
        around: Level | None = level
        while around and around.new >= least:
            if around.old == comment.column:
                return around.new
            around = around.around
        return least

    def _following(self) -> list[Token | None]:
        """For each line the first token of the next line that is more than a comment."""
        if not self.following:
            found: Token | None = None
            for line in reversed(self.lines):
                self.following.append(found)
                found = line.tokens[0] if line.tokens else found
            self.following.reverse()
        return self.following


def gap(before: Token, token: Token) -> int:
    """The blanks between two tokens of a line."""
    if before.kind in OPENING:
        return 0
    if token.kind == ":":
        return int(before.kind == ",")
    if token.kind == "," or token.kind in CLOSING:
        return int(before.kind == ":")
    return 1
