"""Plain YAML, read with regular expressions exactly as the YAML parser reads it, in a third of its time.

Nearly all of any spec is lines of `key: value` and `- value`, where a value is words, a text in quotes without
escapes, or a list or map in brackets. Those are read here. An entry that is anything else (a text over several
lines, an escape, a comment between brackets) is given to the parser together with the deeper lines below it.
Where anything is forbidden, wrong or merely odd, this gives up, and the parser reads the whole file and says what.

A test compares both on any text: the same values in the same places, or none from here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any

from crmdsl.syntax import limits
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence, Source

if TYPE_CHECKING:
    from crmdsl.syntax.tree import Tree

MAX_OPEN = 24
"""How many lists and maps may be in each other here, with brackets and without; the language allows more."""

_KEY = r"([A-Za-z0-9_][A-Za-z0-9_.\-]{0,127})"
_FIRST = r"""-?[^ \t\r\n\-?:,\[\]{}#&*!|>'"%@`.]"""
_FEW_WORDS = rf"({_FIRST}[^\t\r\n:#]*+)"
_WORDS = rf"((?>{_FIRST}(?:[^\t\r\n:#]+|:(?=[^ \t\r\n])|(?<! )#)*))"
_INNER_WORDS = rf"({_FIRST}[^\t\r\n:#?,\[\]{{}}]*+)"
_DOUBLE, _SINGLE = r'"([^"\\\t\r\n]*)"', r"'([^'\t\r\n]*)'"
_END = r"(?: +#[^\r\n]*| *)(?:\r?\n|\Z)"
_BLANKS = r"(?: *(?:#[^\r\n]*)?\r?\n)*+"
_VALUE = rf"(?:{_WORDS}(?:(?<= )#[^\r\n]*)?(?:\r?\n|\Z)|(?:{_DOUBLE}|{_SINGLE}){_END}|([\[{{]))"
_INNER = rf"(?:(?:{_INNER_WORDS}|{_DOUBLE}|{_SINGLE})[ \r\n]*([,\]}}])|([\[{{]))"

_START = re.compile(rf"{_BLANKS}(?:---{_END}{_BLANKS})?").match
_BLANK = re.compile(rf"{_BLANKS} *(?:#[^\r\n]*\Z)?").match
_LINES = re.compile(rf"( *+)(?:{_KEY}:(?:\n| (?:{_FEW_WORDS}\n|([\[{{].*\n)))|(.*(?:\n|\Z)))").findall
"""All lines: those that are as most are in parts, with words, nothing, or a list or map in brackets; others whole."""
_AT_ONCE = 4096
"""How many characters are taken apart at once: more cost memory, fewer time."""
_ANY_LINE = re.compile(rf"( *+)(-? *+){_KEY}:(?:{_END}| +{_VALUE})").match
_ANY_ITEM = re.compile(rf"( *+)- +{_VALUE}").match
_LINE_END = re.compile(_END).match
_IN_MAP = re.compile(rf"[ \r\n]*{_KEY}: +{_INNER}").match
_PAIR = rf"{_KEY}: {_INNER_WORDS}(?<! )"
_FLAT_MAP = re.compile(rf"\{{{_PAIR}(?:, {_PAIR}(?:, {_PAIR}(?:, {_PAIR}(?:, {_PAIR})?)?)?)?\}}").match
"""All of a map as most are: five pairs of words at most, on a line, with a blank behind each sign."""
_FLAT_LIST = re.compile(r"\[([A-Za-z_]\w*+(?:, [A-Za-z_]\w*+)*+)\]", re.ASCII).match
"""All of a list of names."""
_IN_LIST = re.compile(rf"[ \r\n]*{_INNER}").match
_SIGN = re.compile(r"[ \r\n]*([,\]}])").match
_LONE_RETURN = re.compile(r"\r(?!\n)").search


class _Odd(Exception):
    """A value is none that is read here."""


class _GaveUp(Exception):
    """The file is none that is read here."""


def read(source: Source, text: str) -> Mapping | None:
    """The map that a file is, `None` where the parser has to read it. `text` is that of the source as it is read."""
    if len(text) > limits.MAX_EVENTS and _texts(text) > limits.MAX_EVENTS:  # the parser will tell
        return None
    if "\r" in text and _LONE_RETURN(text):
        return None
    try:
        return _Plain(source, text).read()
    except _GaveUp:
        return None


def _texts(text: str) -> int:
    """About as many texts as there are in a file."""
    return max(text.count("\n") + text.count(","), 2 * (text.count(": ") + text.count(":\n")))


class _Plain:
    """One file while it is read.

    `node` is the list or map being filled, whose entries begin in column `indent` (from 0); `around` holds both for
    everything around it; `key` waits for a value on the next lines; `end` is behind what was read last. `last` is
    where the last entry begins, -1 if the parser read it. `events` counts as the parser does.
    """

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.text = text
        self.around: list[tuple[Mapping | Sequence, int]] = []
        self.key: Scalar | None = None
        self.end = 0
        self.last = -1
        self.events = 5
        self.parser: Tree | None = None
        self.start = _behind(_START(text))
        begin = _behind(_BLANK(text, self.start))
        self.node: Mapping | Sequence = Mapping(source, begin, flow=False)
        self.indent = self._column(begin)

    def read(self) -> Mapping:
        """The root. Raises `_GaveUp`."""
        text, at, size, root = self.text, self.start, len(self.text), self.node
        while at < size:
            at = self._lines(at, text.find("\n", at + _AT_ONCE) + 1 or size)
        if self.key is not None:
            self._nothing(self.key)
        while self.around:
            self._close()
        self._count(root)
        if self.events >= limits.MAX_EVENTS or not isinstance(root, Mapping) or not root.entries:
            raise _GaveUp
        root.end_offset = self.end
        return root

    def _lines(self, begin: int, stop: int) -> int:
        """Read the lines from here to there, and what they begin; where reading goes on.

        `at` is where the next entry is looked for, behind the line where one takes several.
        """
        text, source = self.text, self.source
        at = ahead = begin
        for margin, name, words, bracket, other in _LINES(text, begin, stop):
            line = ahead
            begin = line + len(margin)
            end = begin + len(name)
            ahead = end + 2 + (len(words) + 1 if words else len(bracket)) if name else begin + len(other)
            if line < at:
                continue
            try:
                if not name:
                    at = self._other(at)
                    continue
                value: Any = None
                at = ahead
                if words:
                    value = Scalar()
                    value.source, value.value, value.style = source, intern(words), None
                    value.offset, value.end_offset = end + 2, ahead - 1
                    if words[-1] == " ":
                        _trim(value)
                elif bracket:
                    value = self._bracket(end + 2, MAX_OPEN)
                    at = _behind(_LINE_END(text, value.end_offset))
                if len(margin) != self.indent or self.key is not None or type(self.node) is Sequence:
                    if len(margin) > self.indent and self.key is None:
                        at = self._again()
                        continue
                    self._level(len(margin), Mapping, begin)
            except _Odd:
                at = self._odd(line)
                continue
            self.last = begin
            key: Any = Scalar()
            key.source, key.value, key.style = source, intern(name), None
            key.offset, key.end_offset = begin, end
            if value is None:
                self.key, self.end = key, end + 1
            else:
                pair = (key, value)
                if self.node.entries.setdefault(name, pair) is not pair:  # type: ignore[union-attr]
                    raise _GaveUp
                self.end = value.end_offset
        return at

    def _entry(self, line: re.Match[str]) -> int:
        """Read a line with a key, and perhaps a dash before it; where the next line begins. Raises `_Odd`."""
        at, source, words = line.end(), self.source, line[4]
        value: Any = None
        if words is not None:
            value = Scalar()
            value.source, value.value, value.style = source, intern(words), None
            value.offset, value.end_offset = line.span(4)
            if words[-1] == " ":
                _trim(value)
        elif line.lastindex == 7:
            value = self._bracket(at - 1, MAX_OPEN)
            at = _behind(_LINE_END(self.text, value.end_offset))
        elif line.lastindex != 3:
            value = self._quoted(line, 5)
        margin, dash = line.span(1)
        begin, behind = line.span(3)
        node = self.node
        if dash - margin != self.indent or dash != begin or self.key is not None or type(node) is Sequence:
            if dash != begin and self.text[begin - 1] != " ":
                raise _Odd
            if dash - margin > self.indent and self.key is None:
                return self._again()
            self._level(dash - margin, Mapping if dash == begin else Sequence, dash)
            if dash != begin:
                self._open(begin - margin, Mapping(source, begin, flow=False))
            node = self.node
        self.last = begin
        key: Any = Scalar()
        key.source, key.value, key.style = source, intern(line[3]), None
        key.offset, key.end_offset = begin, behind
        if value is None:
            self.key, self.end = key, behind + 1
        else:
            pair = (key, value)
            if node.entries.setdefault(key.value, pair) is not pair:  # type: ignore[union-attr]
                raise _GaveUp
            self.end = value.end_offset
        return at

    def _item(self, line: re.Match[str]) -> int:
        """Read a line with a dash and a value; where the next line begins. Raises `_Odd`."""
        at, (margin, begin) = line.end(), line.span(1)
        if line.lastindex == 5:
            value: Node = self._bracket(at - 1, MAX_OPEN)
            at = _behind(_LINE_END(self.text, value.end_offset))
        else:
            value = self._text(line, 2)
        if begin - margin > self.indent and self.key is None:
            return self._again()
        self._level(begin - margin, Sequence, begin)
        self._put(None, value)
        self.end, self.last = value.end_offset, begin
        return at

    def _text(self, found: re.Match[str], group: int) -> Scalar:
        """The words, or the text in quotes, of a match, from a group of it on."""
        words = found[group]
        if words is None:
            return self._quoted(found, group + 1)
        scalar = Scalar.of(self.source, intern(words), None, *found.span(group))
        if words[-1] == " ":
            _trim(scalar)
        return scalar

    def _quoted(self, found: re.Match[str], group: int) -> Scalar:
        """The text in quotes of a match: a group of it, or the next."""
        style = '"'
        if found[group] is None:
            style, group = "'", group + 1
        begin, end = found.span(group)
        return Scalar.of(self.source, found[group], style, begin - 1, end + 1)

    def _bracket(self, begin: int, room: int) -> Mapping | Sequence:
        """A list or map in brackets, with room for as many in each other. Raises `_Odd`."""
        if room == 0:
            raise _Odd
        return self._map(begin, room - 1) if self.text[begin] == "{" else self._list(begin, room - 1)

    def _map(self, begin: int, room: int) -> Mapping:
        text, source, entry = self.text, self.source, _IN_MAP
        node = Mapping(source, begin, flow=True)
        if found := _FLAT_MAP(text, begin):
            self._pairs(node, found)
            return node
        entries, at, sign = node.entries, begin + 1, ","
        while sign == "," and (found := entry(text, at)):
            at, name, words = found.end(), intern(found[1]), found[2]
            value: Any
            if words is not None:
                value, sign = Scalar(), found[5]
                value.source, value.value, value.style = source, intern(words), None
                value.offset, value.end_offset = found.span(2)
                if words[-1] == " ":
                    _trim(value)
            elif found.lastindex == 6:
                value = self._bracket(at - 1, room)
                at, sign = self._sign(value.end_offset)
            else:
                value, sign = self._quoted(found, 3), found[5]
            key = Scalar()
            key.source, key.value, key.style = source, name, None
            key.offset, key.end_offset = found.span(1)
            pair = (key, value)
            if entries.setdefault(name, pair) is not pair:
                raise _GaveUp
        node.end_offset = self._behind(at, sign, "}")
        self._count(node)
        return node

    def _pairs(self, node: Mapping, found: re.Match[str]) -> None:
        """Fill a map with the pairs of a match, of which all is words and signs; so their lengths tell the places."""
        source, entries = self.source, node.entries
        at, count = node.offset + 1, found.lastindex or 0
        texts = found.groups()
        for index in range(0, count, 2):
            name, words = intern(texts[index]), intern(texts[index + 1])
            if name in entries:
                raise _GaveUp
            key: Any = Scalar()
            key.source, key.value, key.style = source, name, None
            key.offset = at
            key.end_offset = at = at + len(name)
            value: Any = Scalar()
            value.source, value.value, value.style = source, words, None
            value.offset = at = at + 2
            value.end_offset = at = at + len(words)
            entries[name] = key, value
            at += 2
        node.end_offset = at - 1
        self.events += 1 + count

    def _list(self, begin: int, room: int) -> Sequence:
        text, entry = self.text, _IN_LIST
        node = Sequence(self.source, begin, flow=True)
        if found := _FLAT_LIST(text, begin):
            at = begin + 1
            for name in found[1].split(", "):
                node.items.append(Scalar.of(self.source, intern(name), None, at, at + len(name)))
                at += len(name) + 2
            node.end_offset = at - 1
            self._count(node)
            return node
        at, sign = begin + 1, ","
        while sign == "," and (found := entry(text, at)):
            at = found.end()
            if found.lastindex == 5:
                value: Node = self._bracket(at - 1, room)
                at, sign = self._sign(value.end_offset)
            else:
                value, sign = self._text(found, 1), found[4]
            node.items.append(value)
        node.end_offset = self._behind(at, sign, "]")
        self._count(node)
        return node

    def _behind(self, at: int, sign: str, closing: str) -> int:
        """Where a list or map in brackets ends, of which `sign` was read last: a comma in front is fine."""
        if sign == ",":
            at, sign = self._sign(at)
        if sign != closing:
            raise _Odd
        return at

    def _sign(self, at: int) -> tuple[int, str]:
        """The comma or bracket that follows, and where reading goes on behind it."""
        found = _SIGN(self.text, at)
        if found is None:
            raise _Odd
        return found.end(), found[1]

    def _put(self, key: Scalar | None, value: Node) -> None:
        """Add a value to the list, or with its key to the map, that is being filled."""
        node = self.node
        if isinstance(node, Sequence):
            node.items.append(value)
        elif key is None:
            raise _GaveUp
        else:
            pair = (key, value)
            if node.entries.setdefault(key.value, pair) is not pair:
                raise _GaveUp

    def _count(self, node: Mapping | Sequence) -> None:
        self.events += 1 + (2 * len(node.entries) if isinstance(node, Mapping) else len(node.items))

    def _nothing(self, key: Scalar) -> None:
        """End a key without a value."""
        self.end = key.end_offset + 1
        self._put(key, Scalar.of(self.source, "", None, self.end, self.end))
        self.key = None

    def _level(self, column: int, kind: type[Mapping | Sequence], begin: int) -> None:
        """Open or close lists and maps, so that an entry can be added that begins in a column."""
        key = self.key
        if key is not None:
            if column > self.indent or (kind is Sequence and column == self.indent):
                self._open(column, kind(self.source, begin, flow=False))
                return
            self._nothing(key)
        while column < self.indent:
            self._close()
        if kind is Mapping and type(self.node) is Sequence and self.around and self.around[-1][1] == column:
            self._close()
        if column != self.indent or type(self.node) is not kind:
            raise _GaveUp

    def _open(self, column: int, node: Mapping | Sequence) -> None:
        if len(self.around) >= MAX_OPEN:
            raise _GaveUp
        self._put(self.key, node)
        self.key = None
        self.around.append((self.node, self.indent))
        self.node, self.indent = node, column

    def _close(self) -> None:
        if not self.around:
            raise _GaveUp
        self.node.end_offset = self.end
        self._count(self.node)
        self.node, self.indent = self.around.pop()

    def _other(self, at: int) -> int:
        """Read blank lines, or a line that is not as most are; where the next line begins. Raises `_Odd`."""
        text = self.text
        if line := _ANY_LINE(text, at):
            return self._entry(line)
        if item := _ANY_ITEM(text, at):
            return self._item(item)
        begin = _behind(_BLANK(text, at))
        start = begin - self._column(begin)
        if begin == len(text):
            return begin
        if start > at:
            return start
        raise _Odd

    def _odd(self, at: int) -> int:
        """Let the parser read what begins on a line that is not read here; where the next entry begins."""
        text = self.text
        begin = _behind(_BLANK(text, at))
        column, sign = self._column(begin), text[begin]
        if sign in "?:%\t":
            raise _GaveUp
        dash = sign == "-" and text[begin + 1 : begin + 2] in " \r\n"
        if self.key is None and column > self.indent:
            return self._again()
        if self.key is not None and column > self.indent and not dash:
            begin, self.key = self.key.offset, None
        else:
            self._level(column, Sequence if dash else Mapping, begin)
        return self._parse(begin)

    def _again(self) -> int:
        """Read the last entry by the parser: it goes on below its line."""
        if self.last < 0:
            raise _GaveUp
        if isinstance(self.node, Mapping):
            self.node.entries.popitem()
        else:
            self.node.items.pop()
        return self._parse(self.last)

    def _parse(self, begin: int) -> int:
        """Let the parser read the entry that begins here, with the deeper lines below; where the next one begins."""
        following = _next(self.indent).search(self.text, begin + 1)
        end = following.start() if following else len(self.text)
        if self.parser is None:
            from crmdsl.syntax.tree import Tree

            self.parser = Tree(self.source, self.text, [])
        root = self.parser.part(" " * self.indent + self.text[begin:end], begin - self.indent, len(self.around))
        if not isinstance(root, Mapping | Sequence) or type(root) is not type(self.node):
            raise _GaveUp
        if root.flow or root.offset != begin:
            raise _GaveUp
        pairs = root.entries.values() if isinstance(root, Mapping) else [(None, item) for item in root.items]
        if len(pairs) != 1:
            raise _GaveUp
        for key, value in pairs:
            self._put(key, value)
        self.events += self.parser.events - (8 if isinstance(root, Mapping) else 7)
        self.end, self.last = root.end_offset, -1
        return end

    def _column(self, begin: int) -> int:
        return begin - self.text.rfind("\n", 0, begin) - 1


def _trim(words: Scalar) -> None:
    """Take off the blanks at the end."""
    words.value = words.value.rstrip(" ")
    words.end_offset = words.offset + len(words.value)


def _behind(found: re.Match[str] | None) -> int:
    """Where a match ends. Raises `_Odd` if there is none."""
    if found is None:
        raise _Odd
    return found.end()


@lru_cache(64)
def _next(indent: int) -> re.Pattern[str]:
    """The first line that is no deeper."""
    return re.compile(rf"^ {{0,{indent}}}[^ \r\n]", re.MULTILINE)
