"""Reading on behind a syntax error, so that it hides no other fault of the file.

The parser is started again on a later line, with a few lines in front of it that open the lists and maps
which are open there: `k:` for a map, `-` for a list, each in its column. The events of those lines are
skipped, and what follows is put into the lists and maps that stand already.
"""

from __future__ import annotations

from itertools import islice, pairwise

from yaml import YAMLError

from crmdsl.diagnostics import Message, Span
from crmdsl.syntax.brackets import KEY_OR_DASH
from crmdsl.syntax.decoding import Text
from crmdsl.syntax.events import Chunks, events
from crmdsl.syntax.faults import TooLarge
from crmdsl.syntax.features import too_many
from crmdsl.syntax.limits import MAX_DEPTH
from crmdsl.syntax.mistakes import explain
from crmdsl.syntax.nodes import Broken, Mapping, Misplaced, Node, Scalar, Sequence, Source
from crmdsl.syntax.tree import Limit, Tree
from crmdsl.syntax.trouble import Lost, Mistake

MAX_ERRORS = 2_000


def recover(tree: Tree, text: Text, error: YAMLError | Limit) -> None:
    """Report the error that ended the reading of a file, and read on; so with every further one.

    Raises `TooMany` when there are too many faults.
    """
    source = text.source
    cursor = Cursor(tree.clean)
    failure: YAMLError | Limit | None = error
    for count in range(MAX_ERRORS + 1):
        mistake = _limit(source, failure) if isinstance(failure, Limit) else explain(tree, failure)
        if count == MAX_ERRORS:
            tree.report([too_many(mistake.diagnostic.span, MAX_ERRORS)])
            return
        if not _after_tab(text.source, tree, mistake):
            tree.report([mistake.diagnostic])
        _give_up_value(tree, mistake)
        if mistake.lost:
            _keep(tree, mistake.lost)
        if not cursor.resume(tree, mistake.resume):
            tree.complete = cursor.at_end
            return
        prefix = _prefix(tree)
        tree.base = cursor.offset - len(prefix)
        failure = _attempt(tree, Chunks(prefix, tree.clean, cursor.offset))
        if failure is None:
            tree.complete = True
            return


def _attempt(tree: Tree, stream: Chunks) -> YAMLError | Limit | None:
    """Read until the end, or until something is wrong."""
    skipped = 0 if tree.node is None else 2 + _events_of(tree)
    if tree.node is None:
        tree.documents = 0
    try:
        found = events(stream)
        for _ in islice(found, skipped):
            pass
        tree.build(found)
    except (YAMLError, Limit) as error:
        return error
    return None


def _after_tab(source: Source, tree: Tree, mistake: Mistake) -> bool:
    """Whether a mistake may only come from the spaces that a tab in the indentation was taken for."""
    span = mistake.diagnostic.span
    if not source.shifts or span.line not in source.shifts:
        return False
    line = tree.line(span.line)
    return source.column(span.line, len(line) - len(line.lstrip(" ")) + 1) == span.column


def _limit(source: Source, limit: Limit) -> Mistake:
    line, column = source.place(limit.offset)
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
        tree.attach(Broken(tree.key.source, tree.key.offset, tree.key.end_offset))
    elif node is not None and isinstance(last, Scalar) and last.end_line >= mistake.diagnostic.span.line:
        _replace_last(node, last)
    if node is not None:
        node.broken = True
    if resume > 0:
        for open_node in [node, *(entry[0] for entry in tree.stack)]:
            if open_node is not None and open_node.flow:
                open_node.broken = True
                _forget(open_node, resume)
        _break_empty(tree)


def _break_empty(tree: Tree) -> None:
    """Put `Broken` where a list or map in brackets stands of which nothing could be read."""
    levels = tree.levels()
    for outer, node in pairwise(levels):
        empty = not (node.items if isinstance(node, Sequence) else node.entries)
        if node.flow and not outer.flow and empty:
            _replace_last(outer, node)


def _replace_last(node: Mapping | Sequence, last: Node) -> None:
    """Put `Broken` where the last value stands: it does not end where it should."""
    broken = Broken(last.source, last.offset, last.end_offset)
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
                node.entries[name] = (key, Broken(key.source, key.offset, key.end_offset))


class Cursor:
    """The line from which reading goes on; it only ever moves down.

    `at_end` tells that there is no line left that could be read.
    """

    def __init__(self, clean: str) -> None:
        self.clean = clean
        self.line = 1
        self.offset = 0
        self.at_end = False

    def resume(self, tree: Tree, line: int) -> bool:
        """Move to the first line, at or behind `line`, that continues something open; close what it ends."""
        if line < 0:
            return False
        self.at_end = not self._down(max(line, self.line + 1)) or not KEY_OR_DASH.search(self.clean, self.offset)
        if self.at_end:
            return False
        for match in KEY_OR_DASH.finditer(self.clean, self.offset):
            if _close_down_to(tree, len(match["indent"]), dash=match["dash"] is not None):
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


def _close_down_to(tree: Tree, indent: int, *, dash: bool) -> bool:
    """Close all that is deeper than the block list or map which an entry so far indented belongs to."""
    levels = tree.levels()
    if not levels:
        return not dash and indent == 0
    kind = Sequence if dash else Mapping
    flow = next((index for index, node in enumerate(levels) if node.flow), len(levels))
    for index in range(flow - 1, -1, -1):
        if type(levels[index]) is kind and levels[index].indent == indent:
            for _ in levels[index + 1 :]:
                _end_here(tree)
            return True
    return False


def _end_here(tree: Tree) -> None:
    node = tree.node
    if node is not None:
        node.broken = True
        if tree.last is not None and not node.flow:
            node.end_offset = tree.last.end_offset
        tree.close()


def _keep(tree: Tree, lost: Lost) -> None:
    """Keep the name of a key that belongs to no map in the map that it was probably meant for.

    What stands too far left has ended the maps it was meant for: they are opened again.
    """
    indent = lost.at.column - 1
    if tree.node is None or tree.levels()[-1].flow:
        return
    if lost.name and _close_down_to(tree, indent, dash=False):
        _add_lost(tree, lost)
        return
    _open_again(tree, lost)
    while lost.name and tree.stack and not isinstance(tree.node, Mapping):
        _end_here(tree)
    if lost.name:
        _add_lost(tree, lost)


def _open_again(tree: Tree, lost: Lost) -> None:
    """Open the maps that were ended, as far as what follows may be meant for them."""
    indent = lost.at.column - 1
    inner_indent = _indent_below(tree, lost) if tree.line(lost.at.line).rstrip().endswith(":") else -1
    node = tree.node
    while node is not None and not (lost.name and isinstance(node, Mapping) and node.indent >= indent):
        inner = _last_of(node)
        if inner is None or (lost.name and indent < inner_indent <= inner.indent):
            return
        tree.stack.append((node, None))
        tree.node = node = inner


def _indent_below(tree: Tree, lost: Lost) -> int:
    """The indentation of the next line with text, -1 without one near."""
    for number in range(lost.at.line + 1, lost.at.line + 20):
        line = tree.line(number)
        text = line.lstrip(" ")
        if text and not text.startswith("#"):
            return len(line) - len(text)
    return -1


def _last_of(node: Mapping | Sequence) -> Mapping | Sequence | None:
    """The last value of a list or map, if it is a list or map without brackets."""
    if isinstance(node, Sequence):
        last = node.items[-1] if node.items else None
    else:
        last = next(reversed(node.entries.values()))[1] if node.entries else None
    return last if isinstance(last, Mapping | Sequence) and not last.flow else None


def _add_lost(tree: Tree, lost: Lost) -> None:
    level = tree.node
    if not isinstance(level, Mapping):
        return
    level.broken = True
    key = Misplaced.of(tree.source, lost.name, None, lost.at.offset, lost.at.offset + len(lost.name))
    level.entries.setdefault(lost.name, (key, Broken(key.source, key.offset, key.end_offset)))


def _prefix(tree: Tree) -> str:
    """The lines that open what is open around the list or map being filled."""
    return "".join(" " * node.indent + ("k:\n" if isinstance(node, Mapping) else "-\n") for node in tree.levels()[:-1])


def _events_of(tree: Tree) -> int:
    """How many events those lines have: one for each list or map, and one for each key."""
    levels = tree.levels()
    return len(levels) + sum(isinstance(node, Mapping) for node in levels[:-1])
