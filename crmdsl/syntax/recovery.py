"""Reading on behind a syntax error, so that it hides no other fault of the file.

The parser is started again on a later line, with a few lines in front of it that open the lists and maps
which are open there: `k:` for a map, `-` for a list, each in its column. The events of those lines are
skipped, and what follows is put into the lists and maps that stand already.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from yaml import YAMLError

from crmdsl.diagnostics import Message, Span
from crmdsl.syntax.brackets import KEY_OR_DASH
from crmdsl.syntax.decoding import Text
from crmdsl.syntax.events import Chunks, events
from crmdsl.syntax.faults import TooLarge
from crmdsl.syntax.mistakes import Mistake, explain
from crmdsl.syntax.nodes import Broken, Mapping, Scalar, Sequence, Source
from crmdsl.syntax.tree import MAX_DEPTH, Limit, Tree

MAX_ERRORS = 1_000


def read(tree: Tree, text: Text) -> None:
    """Read a whole file into a tree; whatever is no YAML is reported, and passed over."""
    source = text.source
    stream: bytes | Chunks = Chunks("", tree.clean, 0) if text.unaltered is None else text.unaltered
    skipped = 0
    cursor = Cursor(tree.clean)
    for _ in range(MAX_ERRORS):
        mistake = _attempt(tree, stream, skipped, source)
        if mistake is None:
            return
        if mistake.diagnostic.span.line not in text.tab_lines:
            tree.report([mistake.diagnostic])
        _give_up_value(tree, mistake)
        if not cursor.resume(tree, mistake.resume):
            return
        prefix = _prefix(tree)
        skipped = 0 if tree.node is None else 2 + _events_of(tree)
        if tree.node is None:
            tree.documents = 0
        source = Source(text.source.path, text.source.text, cursor.line - prefix.count("\n"), cursor.offset - len(prefix))
        stream = Chunks(prefix, tree.clean, cursor.offset)


def _attempt(tree: Tree, stream: bytes | Chunks, skipped: int, source: Source) -> Mistake | None:
    """Read until the end or the next mistake."""
    tree.source = source
    try:
        found = events(stream)
        _skip(found, skipped)
        tree.build(found, source)
    except YAMLError as error:
        return explain(tree, error)
    except Limit as limit:
        return _limit(source, limit)
    return None


def _skip(found: Iterator[Any], count: int) -> None:
    for _ in islice(found, count):
        pass


def _limit(source: Source, limit: Limit) -> Mistake:
    line = limit.mark.line + source.first_line
    column = limit.mark.column + 1
    span = Span(source.path, line, column, line, column + 1)
    if limit.deep:
        message = Message("more than {count} lists and maps in each other", count=MAX_DEPTH)
        return Mistake(TooLarge.at(span, message, help=Message("no section is nested so deep: flatten it")), line + 1)
    message = Message("the file has more values than any spec")
    return Mistake(TooLarge.at(span, message, help=Message("divide it: a spec may have many files")), -1)


def _give_up_value(tree: Tree, mistake: Mistake) -> None:
    """Mark as broken what the mistake is in, and drop what was read of the lines to be read again."""
    resume = mistake.resume
    node, last = tree.node, tree.last
    if isinstance(node, Mapping) and tree.key is not None:
        tree.attach(Broken(tree.key.source, tree.key.start, tree.key.end))
    elif node is not None and isinstance(last, Scalar) and last.end_line >= mistake.diagnostic.span.line:
        _replace_last(node, last)
    if node is not None:
        node.broken = True
    if resume > 0:
        for open_node in [node, *(entry[0] for entry in tree.stack)]:
            if open_node is not None and open_node.flow:
                open_node.broken = True
                _forget(open_node, resume)


def _replace_last(node: Mapping | Sequence, last: Scalar) -> None:
    """Put `Broken` where the last value stands: it does not end where it should."""
    broken = Broken(last.source, last.start, last.end)
    if isinstance(node, Sequence):
        if node.items and node.items[-1] is last:
            node.items[-1] = broken
    elif node.entries:
        name = next(reversed(node.entries))
        key, value = node.entries[name]
        if value is last:
            node.entries[name] = (key, broken)


def _forget(node: Mapping | Sequence, line: int) -> None:
    """Drop what begins or ends on a line that is read again."""
    if isinstance(node, Sequence):
        node.items[:] = [item for item in node.items if item.end_line < line]
    else:
        for name, (key, value) in list(node.entries.items()):
            if key.line >= line:
                del node.entries[name]
            elif value.end_line >= line:
                node.entries[name] = (key, Broken(key.source, key.start, key.end))


class Cursor:
    """The line from which reading goes on; it only ever moves down."""

    def __init__(self, clean: str) -> None:
        self.clean = clean
        self.line = 1
        self.offset = 0

    def resume(self, tree: Tree, line: int) -> bool:
        """Move to the first line, at or behind `line`, that continues something open; close what it ends."""
        if line < 0 or not self._down(max(line, self.line + 1)):
            return False
        for match in KEY_OR_DASH.finditer(self.clean, self.offset):
            if self._close_down_to(tree, len(match["indent"]) + 1, dash=match["dash"] is not None):
                self.line += self.clean.count("\n", self.offset, match.start())
                self.offset = match.start()
                return True
        return False

    def _down(self, line: int) -> bool:
        while self.line < line:
            position = self.clean.find("\n", self.offset)
            if position < 0:
                return False
            self.offset = position + 1
            self.line += 1
        return True

    def _close_down_to(self, tree: Tree, column: int, *, dash: bool) -> bool:
        """Close all that is deeper than the block list or map which an entry in a column belongs to."""
        opened = [node for node, _ in tree.stack if node is not None]
        if tree.node is None:
            return not dash and column == 1
        kind = Sequence if dash else Mapping
        levels = [*opened, tree.node]
        flow = next((index for index, node in enumerate(levels) if node.flow), len(levels))
        for index in range(flow - 1, -1, -1):
            level = levels[index]
            if type(level) is kind and level.column == column:
                for _ in range(len(levels) - 1 - index):
                    _end_here(tree)
                return True
        return False


def _end_here(tree: Tree) -> None:
    node = tree.node
    if node is not None:
        node.broken = True
        if tree.last is not None and not node.flow:
            node.end = tree.last.end
        tree.close()


def _prefix(tree: Tree) -> str:
    """The lines that open what is open."""
    levels = [node for node, _ in tree.stack if node is not None]
    return "".join(" " * (node.column - 1) + ("k:\n" if isinstance(node, Mapping) else "-\n") for node in levels)


def _events_of(tree: Tree) -> int:
    """How many events the prefix has: one for each list or map, and one for each key."""
    levels = [node for node, _ in tree.stack if node is not None]
    return 1 + len(levels) + sum(isinstance(node, Mapping) for node in levels)
