"""What the YAML parser stumbles over, said in the words of those who write specs.

libyaml and PyYAML name the same problems a little differently; only the words both use are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from crmdsl.diagnostics import Diagnostic, Message, Related, Span
from crmdsl.syntax.brackets import Opener, first_dedent, unclosed
from crmdsl.syntax.faults import YamlFeature, YamlSyntax
from crmdsl.syntax.nodes import Mapping, Mark, Node, Scalar, Sequence, Source
from crmdsl.syntax.tree import Tree

_ENTRY = re.compile(r"^(?P<lead>\s*(?:- +)*)(?P<key>[^\s:#'\"\[\]{}][^:#]*|'[^']*'|\"[^\"]*\") *:(?:\s+(?P<value>.*?))?\s*$")
_COMMENT = re.compile(r"\s#.*$")
_WORD = re.compile(r"[^\s,\[\]{}:]+|\S")


class Point(NamedTuple):
    """A place of the file: its offset (from 0), line and column (from 1)."""

    offset: int
    line: int
    column: int


class Mistake(NamedTuple):
    """What to report, and the first line from which reading may go on."""

    diagnostic: Diagnostic
    resume: int


class Trouble:
    """An error of the YAML parser with what was read until then."""

    def __init__(self, tree: Tree, error: Any) -> None:
        self.tree = tree
        self.view = tree.source
        self.path = tree.source.path
        self.clean = tree.clean
        self.problem = str(getattr(error, "problem", None) or error)
        self.context = str(getattr(error, "context", None) or "")
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        self.at = self.point(mark) if mark else Point(0, 1, 1)
        context_mark = getattr(error, "context_mark", None)
        self.since = self.point(context_mark) if context_mark else self.at
        if self.at.line < 1:  # in what recovery put in front of the text
            self.at = Point(max(self.at.offset, 0), max(self.at.line, 1), self.at.column)

    def point(self, mark: Mark) -> Point:
        """Where a mark of the parser stands in the file."""
        return Point(mark.index + self.view.first_offset, mark.line + self.view.first_line, mark.column + 1)

    def line(self, number: int) -> str:
        """A line of the file."""
        return self.tree.origin.line(number)

    def here(self, message: Message, help_: Message | None = None, *, width: int = 0) -> Mistake:
        """A mistake at the very place of the problem."""
        return self.there(self.at, message, help_, width=width)

    def there(self, point: Point, message: Message, help_: Message | None = None, *, width: int = 0) -> Mistake:
        """A mistake at a point; reading goes on behind the line of the problem."""
        if not width:
            word = _WORD.match(self.clean, point.offset)
            width = len(word[0]) if word else 1
        span = Span(self.path, point.line, point.column, point.line, point.column + width)
        return Mistake(YamlSyntax.at(span, message, help=help_), max(point.line, self.at.line) + 1)

    def found(self) -> str:
        """The word at the problem."""
        word = _WORD.match(self.clean, self.at.offset)
        return word[0] if word else ""

    @property
    def at_end(self) -> bool:
        """Whether nothing follows the problem."""
        return not self.clean[self.at.offset :].strip() if len(self.clean) - self.at.offset < 1000 else False


def explain(tree: Tree, error: Any) -> Mistake:
    """The diagnostic of a parser's error."""
    trouble = Trouble(tree, error)
    for told in (_open_quote, _open_bracket):
        mistake = told(trouble)
        if mistake:
            return mistake
    for words, tell in _TOLD:
        if words in trouble.problem or words in trouble.context:
            return tell(trouble)
    return trouble.here(Message("this is not YAML: {problem}", problem=trouble.problem))


def _open_quote(trouble: Trouble) -> Mistake | None:
    """A text whose closing quote is missing, so that it runs on to the next quote or the end."""
    if "quoted" in trouble.context or "quoted" in trouble.problem or "double-quoted" in trouble.context:
        if "end of stream" in trouble.problem or "document" in trouble.problem:
            return _missing_quote(trouble, trouble.since)
        return None
    last = trouble.tree.last
    if not isinstance(last, Scalar) or last.style not in ("'", '"') or last.line == last.end_line:
        return None
    if last.end_line != trouble.at.line or last.end_offset > trouble.at.offset:
        return None
    column = _block_column(trouble.tree)
    if first_dedent(trouble.clean, last.offset, trouble.at.offset, column) is None:
        return None
    return _missing_quote(trouble, Point(last.offset, last.line, last.column))


def _missing_quote(trouble: Trouble, point: Point) -> Mistake:
    quote = trouble.clean[point.offset : point.offset + 1] or '"'
    line = trouble.line(point.line)
    width = max(1, len(_COMMENT.sub("", line).rstrip()) - point.column + 1)
    mistake = trouble.there(
        point,
        Message("the closing `{quote}` is missing", quote=quote),
        Message("end the text with `{quote}`", quote=quote),
        width=width,
    )
    return Mistake(mistake.diagnostic, point.line + 1)


def _open_bracket(trouble: Trouble) -> Mistake | None:
    """A `[` or `{` without its partner, so that the following lines are taken for a part of it."""
    flow = _outermost_flow(trouble.tree)
    if flow is None:
        return None
    column = _block_column(trouble.tree)
    boundary = first_dedent(trouble.clean, flow.offset, trouble.at.offset, column)
    if boundary is None:
        if not trouble.at_end:
            return None
        boundary = len(trouble.clean)
    opener = unclosed(trouble.clean, flow.offset, boundary)
    if opener is None:
        return None
    return _missing_bracket(trouble, flow, opener)


def _missing_bracket(trouble: Trouble, flow: Node, opener: Opener) -> Mistake:
    before = trouble.clean[flow.offset : opener.offset]
    lines = before.count("\n")
    column = opener.offset - trouble.clean.rfind("\n", 0, opener.offset) if lines else flow.column + len(before)
    point = Point(opener.offset, flow.line + lines, column)
    closer = {"[": "]", "{": "}"}[opener.sign]
    mistake = trouble.there(
        point,
        Message("`{sign}` is never closed", sign=opener.sign),
        Message("close it with `{closer}`", closer=closer),
        width=1,
    )
    return Mistake(mistake.diagnostic, flow.line + 1)


def _outermost_flow(tree: Tree) -> Mapping | Sequence | None:
    for node, _ in (*tree.stack, (tree.node, None)):
        if node is not None and node.flow:
            return node
    return None


def _block_column(tree: Tree) -> int:
    """The column of the innermost block list or map that is open, 0 without one."""
    for node, _ in reversed((*tree.stack, (tree.node, None))):
        if node is not None and not node.flow:
            return node.column
    return 0


def _values_not_allowed(trouble: Trouble) -> Mistake:
    """A second colon, or a key whose indentation fits nothing."""
    line = trouble.line(trouble.at.line)
    before = line[: trouble.at.column - 1]
    lead = len(before) - len(before.lstrip(" "))
    if before.strip() and not re.search(r":\s", before) and "- " not in before[: lead + 2]:
        key = before.strip()
        start = Point(trouble.at.offset - len(before) + lead, trouble.at.line, lead + 1)
        above = _line_above(trouble, lead)
        if above is not None:
            return _no_colon(trouble, above, trouble.line(above.line).strip())
        return trouble.there(
            start,
            Message("the indentation of `{key}` fits none of the keys above", key=key),
            Message("a key stands in one column with the other keys of its map"),
            width=len(key),
        )
    return trouble.here(Message("a second `:` in one value"), _quote_help(line), width=1)


def _line_above(trouble: Trouble, lead: int) -> Point | None:
    """The nearest line with text above the problem, if it is as far indented and has no colon."""
    number = trouble.at.line - 1
    offset = trouble.at.offset - trouble.at.column + 1
    while number > 0:
        line = trouble.line(number)
        offset = trouble.clean.rfind("\n", 0, offset - 1) + 1
        if line.strip() and not line.lstrip().startswith("#"):
            indent = len(line) - len(line.lstrip(" "))
            if indent != lead or ":" in line or line.lstrip().startswith("-"):
                return None
            return Point(offset + indent, number, indent + 1)
        number -= 1
    return None


def _no_colon(trouble: Trouble, point: Point, text: str) -> Mistake:
    text = _COMMENT.sub("", text).rstrip()
    key, colon, value = text.partition(":")
    if colon and re.match(r"[\w-]+$", key):
        help_ = Message("write `{text}`", text=f"{key}: {value}")
        mistake = trouble.there(
            point, Message("a space is missing behind the colon of `{key}`", key=key), help_, width=len(text)
        )
    else:
        mistake = trouble.there(
            point,
            Message("`{text}` has no colon", text=_short(text)),
            Message("write `{text}: …`, or indent it as a part of the line above", text=_short(text)),
            width=len(text),
        )
    return Mistake(mistake.diagnostic, point.line + 1)


def _could_not_find_colon(trouble: Trouble) -> Mistake:
    point = trouble.since
    return _no_colon(trouble, point, trouble.line(point.line)[point.column - 1 :])


def _cannot_start(trouble: Trouble) -> Mistake:
    sign = trouble.clean[trouble.at.offset : trouble.at.offset + 1]
    if sign == "\t":
        return trouble.here(_TAB, Message("indent with spaces, two for each level"), width=1)
    return trouble.here(
        Message("a value cannot start with `{sign}`", sign=sign), _quote_help(trouble.line(trouble.at.line)), width=1
    )


_TAB = Message("a tab in the indentation")


def _tab(trouble: Trouble) -> Mistake:
    return trouble.here(_TAB, Message("indent with spaces, two for each level"), width=1)


def _dash(trouble: Trouble) -> Mistake:
    return trouble.here(
        Message("a list with dashes cannot begin behind a colon"),
        Message("begin it on the next line, or write it in brackets: `[a, b]`"),
        width=1,
    )


def _question(trouble: Trouble) -> Mistake:
    return trouble.here(
        Message("a value cannot start with `{sign}`", sign="?"), _quote_help(trouble.line(trouble.at.line)), width=1
    )


def _block_scalar(trouble: Trouble) -> Mistake:
    if "tab" in trouble.problem:
        return _tab(trouble)
    sign = trouble.clean[trouble.since.offset : trouble.since.offset + 1]
    return trouble.there(
        trouble.since,
        Message("a value cannot start with `{sign}`", sign=sign),
        _quote_help(trouble.line(trouble.since.line)),
        width=1,
    )


def _escape(trouble: Trouble) -> Mistake:
    at = trouble.at
    back = 0 if trouble.clean[at.offset : at.offset + 1] == "\\" else trouble.clean.rfind("\\", 0, at.offset) - at.offset
    if not -4 < back <= 0:
        back = 0
    at = Point(at.offset + back, at.line, at.column + back)
    return trouble.there(
        at,
        Message("`{text}` means nothing in double quotes", text=trouble.clean[at.offset : at.offset + 2].strip()),
        Message("write the text in single quotes, or each `{sign}` twice", sign="\\"),
        width=2,
    )


def _sign_of_feature(trouble: Trouble) -> Mistake:
    sign = trouble.clean[trouble.since.offset : trouble.since.offset + 1]
    return trouble.there(
        trouble.since,
        Message("a value cannot start with `{sign}`", sign=sign),
        _quote_help(trouble.line(trouble.since.line)),
        width=1,
    )


def _tag_handle(trouble: Trouble) -> Mistake:
    mistake = trouble.there(trouble.since, Message("a tag, `{text}`", text=trouble.found()))
    diagnostic = YamlFeature.at(mistake.diagnostic.span, mistake.diagnostic.message, help=Message("remove it"))
    return Mistake(diagnostic, mistake.resume)


def _flow_separator(trouble: Trouble) -> Mistake:
    closer = "]" if "]" in trouble.problem.split("got")[0] else "}"
    opener = Span(trouble.path, trouble.since.line, trouble.since.column, trouble.since.line, trouble.since.column + 1)
    found = trouble.found()
    if found in ("]", "}"):
        mistake = trouble.here(
            Message("`{closer}` is expected here, not `{found}`", closer=closer, found=found),
            Message("every bracket is closed by its partner"),
            width=1,
        )
    else:
        mistake = trouble.here(
            Message("`,` or `{closer}` is expected before `{found}`", closer=closer, found=found),
            Message("divide the entries by commas; a value with `: ` or with a text in quotes stands in quotes as a whole"),
        )
    related = (Related(opener, Message("opened here")),)
    diagnostic = YamlSyntax.at(mistake.diagnostic.span, mistake.diagnostic.message, help=mistake.diagnostic.help, related=related)
    return Mistake(diagnostic, mistake.resume)


def _expected_key(trouble: Trouble) -> Mistake:
    """Something stands behind a value, or a line fits none of the maps around it."""
    at, last = trouble.at, trouble.tree.last
    line = trouble.line(at.line)
    if last is not None and last.end_line == at.line and last.end_offset <= at.offset and line[: at.column - 1].strip():
        return trouble.here(
            Message("`{found}` follows the end of the value", found=_short(line[at.column - 1 :].strip())),
            _quote_help(line),
            width=max(1, len(_COMMENT.sub("", line).rstrip()) - at.column + 1),
        )
    if trouble.found() in ("]", "}"):
        return trouble.here(Message("`{sign}` closes nothing", sign=trouble.found()), Message("remove it"), width=1)
    if line[at.column - 1 :].startswith(("- ", "-\r")) or line[at.column - 1 :].strip() == "-":
        return trouble.here(
            Message("a list entry stands where a key is due"),
            Message("indent the entry as the others of its list, or remove the dash"),
            width=1,
        )
    entry = _ENTRY.match(line)
    return trouble.here(
        Message(
            "the indentation of `{key}` fits none of the keys above",
            key=entry["key"] if entry else _short(line.strip()),
        ),
        Message("a key stands in one column with the other keys of its map"),
        width=len(entry["key"]) if entry and not entry["lead"].strip() else 0,
    )


def _expected_dash(trouble: Trouble) -> Mistake:
    line = trouble.line(trouble.at.line)
    return trouble.here(
        Message("`{text}` is no entry of the list above", text=_short(line.strip())),
        Message("an entry of a list begins with a dash in the column of the others"),
    )


def _content(trouble: Trouble) -> Mistake:
    found = trouble.found()
    return trouble.here(
        Message("`{found}` stands where a value is due", found=found) if found else Message("a value is missing"),
        _quote_help(trouble.line(trouble.at.line)) if found not in ("]", "}") else None,
        width=1,
    )


def _document_start(trouble: Trouble) -> Mistake:
    line = trouble.line(trouble.at.line)
    mistake = trouble.here(
        Message("`{text}` does not belong to what stands above", text=_short(line[trouble.at.column - 1 :].strip())),
        Message("all sections of a file begin in its first column"),
    )
    return Mistake(mistake.diagnostic, trouble.at.line if trouble.at.column == 1 else trouble.at.line + 1)


def _quote_help(line: str) -> Message:
    """How a value is put in quotes, shown on the line itself where it is a `key: value`."""
    entry = _ENTRY.match(_COMMENT.sub("", line))
    if entry is None or not entry["value"]:
        return Message("put the whole value in quotes")
    value = entry["value"]
    plain = '"' not in value and "\\" not in value
    shown = f'"{value}"' if plain else "'" + value.replace("'", "''") + "'"
    return Message("put the whole value in quotes: `{text}`", text=f"{entry['key']}: {shown}")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


_TOLD: tuple[tuple[str, Callable[[Trouble], Mistake]], ...] = (
    ("values are not allowed", _values_not_allowed),
    ("could not find expected ':'", _could_not_find_colon),
    ("cannot start any token", _cannot_start),
    ("tab character", _tab),
    ("sequence entries are not allowed", _dash),
    ("keys are not allowed", _question),
    ("while scanning a block scalar", _block_scalar),
    ("escape", _escape),
    ("hexdecimal", _escape),
    ("undefined tag handle", _tag_handle),
    ("while scanning an anchor", _sign_of_feature),
    ("while scanning an alias", _sign_of_feature),
    ("a tag", _sign_of_feature),
    ("while parsing a flow mapping", _flow_separator),
    ("while parsing a flow sequence", _flow_separator),
    ("while parsing a block mapping", _expected_key),
    ("while parsing a block collection", _expected_dash),
    ("node content", _content),
    ("document start", _document_start),
)
