"""A file as lines of tokens: its scalars out of the tree of nodes, and the signs and comments between them."""

from __future__ import annotations

import re
from typing import NamedTuple

from crmdsl.editing.conditions import canonical_lines
from crmdsl.editing.forms import Form, top
from crmdsl.editing.scalars import is_plain, plain_key, restyled
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

_GAP = re.compile(r"\n|[ \t]+|#[^\n]*|---|\.\.\.|[{}\[\],:-]|.")
_COLON = re.compile(r"[ \t]*:")
_USUAL = frozenset((": ", ", ", " "))
_SIGNS = frozenset("{}[],:-")
MAP, LIST, END = "\udfff{", "\udfff[", "\udfff"
"""What stands for the nodes that are no scalars; no text has such a character."""
SCALAR, COMMENT, DOCUMENT = "scalar", "#", "---"


class Unsupported(Exception):
    """A way of writing YAML that the formatter does not know; the file stays as it is."""


class Level(NamedTuple):
    """A block list or map that is open: its column in the file and in the result, and the one around it."""

    old: int
    new: int
    around: Level | None


class Token:
    """A scalar, a sign or a comment.

    `kind` is the sign itself, or one of the names above. `column` (from 0) and `gap`, the blanks before it, are those
    of the file; `indent` is where it stands if it begins a line outside of brackets. `more` are the further lines of
    a scalar over several: their text and, unless it is fixed (`block`), their column in the file.
    """

    __slots__ = ("block", "column", "gap", "indent", "kind", "more", "text")

    def __init__(self, kind: str, text: str, column: int, gap: int, indent: int) -> None:
        self.kind = kind
        self.text = text
        self.column = column
        self.gap = gap
        self.indent = indent
        self.more: list[tuple[str, int]] | None = None
        self.block = False


class Line:
    """A line: its tokens, its comment, whether a blank line stands before it, and the levels open behind it."""

    __slots__ = ("blank", "comment", "level", "tokens")

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.comment: Token | None = None
        self.blank = False
        self.level: Level | None = None


class Lexer:
    """Reads one file. `shape` is what the result must be read as, `comments` those of the file in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[Line] = []
        self.shape: list[str] = []
        self.meaning: list[str] = []
        self.comments: list[str] = []
        self._line = Line()
        self._blank = False
        self._at = 0
        self._end_of_token = 0
        self._line_start = 0
        self._level: Level | None = None
        self._brackets = 0

    def read(self, root: Mapping) -> None:
        """Read a whole file. Raises `Unsupported`."""
        if root.entries or root.end_offset > root.offset:
            self._value(root, -2, top())
        self._upto(len(self.text), 0)
        self._new_line()

    def _value(self, node: Node, indent: int, form: Form) -> None:
        """A value; `indent` is that of the list or map around it."""
        if isinstance(node, Scalar):
            self._scalar(node, indent + 2, form)
        elif isinstance(node, Mapping | Sequence):
            if isinstance(node, Mapping) and form.choose:
                form = form.choose(node)
            if node.flow:
                self._upto(node.offset, indent + 2)
                self._inside(node, indent, form)
                self._upto(node.end_offset, indent + 2)
            else:
                self._upto(node.offset, indent + 2)
                around, self._level = self._level, Level(node.indent, indent + 2, self._level)
                self._inside(node, indent + 2, form)
                self._level = around

    def _inside(self, node: Mapping | Sequence, indent: int, form: Form) -> None:
        """The entries of a list or map."""
        opened = MAP if isinstance(node, Mapping) else LIST
        self.shape.append(opened)
        self.meaning.append(opened)
        if isinstance(node, Mapping):
            for name, (key, value) in node.entries.items():
                self._key(key, indent if not node.flow else indent + 2)
                self._value(value, indent, form.of(name))
        else:
            for item in node.items:
                if not node.flow:
                    self._dash(indent)
                self._value(item, indent, form)
        self.shape.append(END)
        self.meaning.append(END)

    def _dash(self, indent: int) -> None:
        """Read as far as the dash of the next entry of a block list."""
        at = self._at
        while True:
            found = _GAP.match(self.text, at)
            if found is None:
                raise Unsupported
            if found[0] == "-":
                self._upto(found.end(), indent)
                return
            at = found.end()

    def _upto(self, end: int, indent: int) -> None:
        """Read the signs and comments before an offset."""
        text, at = self.text, self._at
        if at >= end:
            return
        if end - at <= 2:
            usual = text[at:end]
            if usual in _USUAL:
                if usual != " ":
                    self._push(usual[0], usual[0], at, indent)
                self._at = end
                return
        while at < end:
            found = _GAP.match(text, at, end)
            part = found[0] if found else ""
            sign = part[:1]
            if sign == "\n":
                self._new_line()
                self._line_start = self._end_of_token = at + 1
            elif sign in _SIGNS and part != DOCUMENT:
                self._push(part, part, at, indent)
                self._brackets += (sign in "{[") - (sign in "}]")
            elif sign == "#":
                self._comment(part.rstrip(), at)
            elif part in (DOCUMENT, "..."):
                self._push(DOCUMENT, part, at, 0)
            elif sign not in (" ", "\t"):
                raise Unsupported
            at += len(part)
        self._at = end

    def _push(self, kind: str, text: str, at: int, indent: int) -> Token:
        token = Token(kind, text, at - self._line_start, at - self._end_of_token, indent)
        self._line.tokens.append(token)
        self._line.level = self._level
        self._end_of_token = at + len(text)
        return token

    def _comment(self, text: str, at: int) -> None:
        self._line.comment = Token(COMMENT, text, at - self._line_start, at - self._end_of_token, 0)
        self.comments.append(text)

    def _new_line(self) -> None:
        line = self._line
        if line.tokens or line.comment:
            line.blank = self._blank and bool(self.lines)
            if not line.tokens and self.lines:
                line.level = self.lines[-1].level
            self.lines.append(line)
            self._line = Line()
        self._blank = not (line.tokens or line.comment)

    def _key(self, key: Scalar, indent: int) -> None:
        start, end = key.offset, key.end_offset
        self._upto(start, indent)
        raw = self.text[start:end]
        self.meaning.append(key.value)
        self.shape.append(key.value)
        if key.style is not None and plain_key(key.value):
            text = key.value
        elif "\n" in raw or raw.startswith((DOCUMENT, "...")):
            raise Unsupported
        else:
            text = raw
        self._push(SCALAR, text, start, indent)
        self._at = self._end_of_token = end
        if self.text[end : end + 1] == ":":
            self._push(":", ":", end, indent)
            self._at = end + 1
        elif colon := _COLON.match(self.text, end):
            self._upto(colon.end(), indent)

    def _tell(self, value: str, new: str) -> None:
        self.meaning.append(value)
        self.shape.append(new)

    def _scalar(self, node: Scalar, indent: int, form: Form) -> None:
        start, end, value, style = node.offset, node.end_offset, node.value, node.style
        if start == end:
            self._tell(value, value)
            return
        self._upto(start, indent)
        raw = self.text[start:end]
        if style in ("|", ">"):
            self._block(node, raw, indent, form)
            return
        if "\n" in raw:
            self._long(node, raw, indent, form)
            return
        new = form.rewrite(value) if form.rewrite else value
        text = raw
        if new != value or style is not None:
            text = restyled(raw, value, style, flow=self._brackets > 0, loose=form.loose, new=new)
            if text == raw:
                new = value
        self._tell(value, new)
        self._push(SCALAR, text, start, indent)
        self._at = self._end_of_token = end

    def _long(self, node: Scalar, raw: str, indent: int, form: Form) -> None:
        """A plain or quoted scalar over several lines."""
        lines = raw.split("\n")
        parts = [line.strip(" \t") for line in lines]
        columns = [len(line) - len(line.lstrip(" \t")) for line in lines]
        if any(part.endswith("\\") for part in parts[:-1]):
            parts = [line.lstrip(" \t") for line in lines]
        new = node.value
        if form.condition and node.style is None:
            canonical = canonical_lines(parts)
            if canonical and all(is_plain(line, flow=self._brackets > 0) for line in canonical):
                parts, new = canonical, " ".join(canonical)
                columns = columns if len(columns) == len(parts) else [0] * len(parts)
        token = self._push(SCALAR, parts[0], node.offset, indent)
        token.more = list(zip(parts[1:], columns[1:], strict=False))
        self._tell(node.value, new)
        self._after(node.end_offset)

    def _block(self, node: Scalar, raw: str, indent: int, form: Form) -> None:
        """A block scalar; blank lines behind it belong to it only where they count."""
        header, *lines = raw.split("\n")
        signs, mark, comment = header.partition("#")
        if mark:
            self.comments.append(f"#{comment.rstrip()}")
        if node.value and not node.value.endswith("\n") and "-" not in signs:
            # the file ends with its last line, which gets a line end, so that the text must be told to have none
            signs = signs.replace("+", "").rstrip() + "-"
            header = f"{signs} {mark}{comment}" if mark else signs
        digit = next((int(sign) for sign in signs if sign.isdigit()), 0)
        old = (self._level.old if self._level else 0) + digit
        if not digit:
            old = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), 0)
        end = node.end_offset
        while lines and len(lines[-1]) <= old and not lines[-1].strip(" "):
            end -= len(lines.pop()) + 1
            if "+" in signs:
                break
        new = node.value
        texts = [line[old:] for line in lines]
        canonical = canonical_lines(texts) if form.condition and "+" not in signs else None
        if canonical:
            if node.style == "|" and len(canonical) == len(texts):
                blanks = (text[: len(text) - len(text.lstrip())] for text in texts)
                canonical = [blank + text for blank, text in zip(blanks, canonical, strict=True)]
            texts = canonical
            new = (" " if node.style == ">" else "\n").join(canonical) + ("" if "-" in signs else "\n")
        token = self._push(SCALAR, header.rstrip(), node.offset, indent)
        token.block = True
        token.more = [(text, indent - 2 + digit if digit else indent) for text in texts]
        self._tell(node.value, new)
        self._after(end)

    def _after(self, end: int) -> None:
        """Go on behind a scalar over several lines."""
        self._at = self._end_of_token = end
        self._line_start = self.text.rfind("\n", 0, end) + 1
