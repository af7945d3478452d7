"""What the YAML parser stumbles over, said in the words of those who write specs.

libyaml and PyYAML name the same problems a little differently; only the words both use are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from crmdsl.diagnostics import Message, Related
from crmdsl.syntax.faults import YamlFeature
from crmdsl.syntax.features import crowded_key
from crmdsl.syntax.nodes import Mapping
from crmdsl.syntax.tree import Tree
from crmdsl.syntax.trouble import ENTRY, Lost, Mistake, Point, Trouble, short
from crmdsl.syntax.unclosed import open_bracket, open_quote

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_COLON = re.compile(r":(?=\s|$)")
_WITHOUT_SPACE = re.compile(r"([\w-]+):(\S.*)")
_SPACES = Message("indent with spaces, two for each level")
_IN_COLUMN = Message("a key stands in one column with the other keys of its map")


def explain(tree: Tree, error: Any) -> Mistake:
    """The diagnostic of an error of the parser, and where reading goes on."""
    trouble = Trouble(tree, error)
    mistake = _crowded(trouble) or open_quote(trouble) or open_bracket(trouble)
    if mistake:
        return mistake
    for words, tell in _TOLD:
        if words in trouble.problem or words in trouble.context:
            return tell(trouble)
    return trouble.mistake(trouble.at, 1, Message("this is not YAML: `{problem}`", problem=trouble.problem))


def _crowded(trouble: Trouble) -> Mistake | None:
    """The key of the line swallowed the bracket of its value."""
    node, key = trouble.tree.node, trouble.tree.key
    if not isinstance(node, Mapping) or node.flow:
        return None
    if key is None and node.entries:
        key = next(reversed(node.entries.values()))[0]
    if key is None or key.line != trouble.at.line:
        return None
    fault = crowded_key(key)
    return Mistake(fault, trouble.at.line + 1) if fault else None


def _second_colon(trouble: Trouble) -> Mistake:
    """A second colon in a value, or a key whose indentation fits nothing."""
    line = trouble.line(trouble.at.line)
    before = line[: trouble.at.column - 1]
    key = before.strip()
    if not key or re.search(r":\s", before) or key.startswith("- "):
        return trouble.mistake(trouble.at, 1, Message("a second `:` in one value"), trouble.quote_help(trouble.at))
    lead = len(before) - len(before.lstrip(" "))
    above = _line_above(trouble, lead)
    if above is not None:
        return _without_colon(trouble, above)
    start = Point(trouble.at.offset - len(before) + lead, trouble.at.line, lead + 1)
    return _misplaced(trouble, start, key)


def _misplaced(trouble: Trouble, start: Point, key: str) -> Mistake:
    return trouble.mistake(
        start,
        len(key),
        Message("the indentation of `{key}` fits none of the keys above", key=short(key)),
        _IN_COLUMN,
        lost=Lost(key, start),
    )


def _line_above(trouble: Trouble, lead: int) -> Point | None:
    """The nearest line with text above the problem, if it seems to be a key without a colon."""
    start = trouble.at.offset - trouble.at.column + 1
    for number in range(trouble.at.line - 1, max(0, trouble.at.line - 50), -1):
        line = trouble.line(number)
        start = trouble.clean.rfind("\n", 0, start - 1) + 1
        text = line.lstrip(" ")
        if text and not text.startswith("#"):
            indent = len(line) - len(text)
            if _COLON.search(text) or text.startswith("-"):
                return None
            key = indent == lead or (indent < lead and _NAME.fullmatch(text.strip()))
            return Point(start + indent, number, indent + 1) if key else None
    return None


def _without_colon(trouble: Trouble, point: Point) -> Mistake:
    text = trouble.rest(point)
    crowded = _WITHOUT_SPACE.fullmatch(text)
    if crowded:
        return trouble.mistake(
            point,
            len(text),
            Message("a space is missing behind the colon of `{key}`", key=crowded[1]),
            Message("write `{text}`", text=f"{crowded[1]}: {crowded[2]}"),
            resume=point.line + 1,
            lost=Lost(crowded[1], point),
        )
    return trouble.mistake(
        point,
        len(text),
        Message("`{text}` has no colon", text=short(text)),
        Message("a comment begins with `#`")
        if text.startswith(("//", "--"))
        else Message("write `{text}: …`, or indent it as a part of the line above", text=short(text)),
        resume=point.line + 1,
        lost=Lost(text, point) if _NAME.fullmatch(text) and _opens_block(trouble, point) else Lost("", point),
    )


def _opens_block(trouble: Trouble, point: Point) -> bool:
    """Whether the next line is indented further."""
    following = trouble.line(point.line + 1)
    return len(following) - len(following.lstrip(" ")) >= point.column and bool(following.strip())


def _no_colon(trouble: Trouble) -> Mistake:
    return _without_colon(trouble, trouble.since)


def _cannot_start(trouble: Trouble) -> Mistake:
    """A sign with a meaning of its own at the beginning of a value."""
    sign = trouble.sign(trouble.at)
    if sign == "\t":
        return _tab(trouble)
    return trouble.mistake(
        trouble.at, 1, Message("a value cannot start with `{sign}`", sign=sign), trouble.quote_help(trouble.at)
    )


def _tab(trouble: Trouble) -> Mistake:
    return trouble.mistake(trouble.at, 1, Message("a tab in the indentation"), _SPACES)


def _dash(trouble: Trouble) -> Mistake:
    return trouble.mistake(
        trouble.at,
        1,
        Message("a list with dashes cannot begin behind a colon"),
        Message("begin it on the next line, or write it in brackets: `[a, b]`"),
    )


def _reserved(trouble: Trouble) -> Mistake:
    """A sign that begins a block scalar, an anchor, an alias or a tag, and then is none."""
    if "tab character" in trouble.problem:
        return _tab(trouble)
    point = trouble.since
    return trouble.mistake(
        point,
        1,
        Message("a value cannot start with `{sign}`", sign=trouble.sign(point)),
        trouble.quote_help(point),
    )


def _escape(trouble: Trouble) -> Mistake:
    at = trouble.at
    back = at.offset - trouble.clean.rfind("\\", 0, at.offset + 1)
    if 0 < back < 4:
        at = Point(at.offset - back, at.line, at.column - back)
    return trouble.mistake(
        at,
        2,
        Message("`{text}` means nothing in double quotes", text=trouble.clean[at.offset : at.offset + 2].strip()),
        Message("write the text in single quotes, or each `{sign}` twice", sign="\\"),
    )


def _tag_handle(trouble: Trouble) -> Mistake:
    text = trouble.word()
    diagnostic = YamlFeature.at(
        trouble.span(trouble.since, len(text) or 1), Message("a tag, `{text}`", text=text), help=Message("remove it")
    )
    return Mistake(diagnostic, trouble.since.line + 1)


_DIVIDE = Message("divide the entries by commas; a value with `: ` or with text in quotes stands in quotes as a whole")


def _separator(trouble: Trouble) -> Mistake:
    """Something else than a comma or the closing bracket in a list or map in brackets."""
    closer = "]" if "sequence" in trouble.context else "}"
    found = trouble.word()
    related = (Related(trouble.span(trouble.since, 1), Message("opened here")),)
    if found in ("]", "}"):
        return trouble.mistake(
            trouble.at,
            1,
            Message("`{closer}` is expected here, not `{found}`", closer=closer, found=found),
            Message("every bracket is closed by its partner"),
            related=related,
        )
    return trouble.mistake(
        trouble.at,
        len(found),
        Message("`,` or `{closer}` is expected before `{found}`", closer=closer, found=short(found)),
        trouble.torn_help() or _DIVIDE,
        related=related,
    )


def _expected_key(trouble: Trouble) -> Mistake:
    """Something stands behind a value, or a line fits none of the maps around it."""
    at, last = trouble.at, trouble.tree.last
    line = trouble.line(at.line)
    rest = trouble.rest(at)
    if last is not None and last.end_line == at.line and last.end_offset <= at.offset and line[: at.column - 1].strip():
        message = Message("`{found}` follows the end of the value", found=short(rest))
        return trouble.mistake(at, len(rest), message, trouble.quote_help(at))
    if trouble.word() in ("]", "}"):
        message = Message("`{sign}` closes nothing", sign=trouble.word())
        return trouble.mistake(at, 1, message, Message("remove it"))
    if rest == "-" or rest.startswith("- "):
        message = Message("a list entry stands where a key is due")
        return trouble.mistake(
            at, 1, message, Message("indent the entry as the others of its list, or remove the dash")
        )
    entry = ENTRY.match(line)
    if entry and not entry["lead"].strip():
        return _misplaced(trouble, at, entry["key"].strip())
    message = Message("`{text}` fits nothing of what stands above", text=short(rest))
    return trouble.mistake(at, len(rest), message, _IN_COLUMN, lost=Lost("", at))


def _expected_dash(trouble: Trouble) -> Mistake:
    rest = trouble.rest(trouble.at)
    return trouble.mistake(
        trouble.at,
        len(rest),
        Message("`{text}` is no entry of the list above", text=short(rest)),
        Message("an entry of a list begins with a dash in the column of the others"),
    )


def _content(trouble: Trouble) -> Mistake:
    """A sign where a value is due."""
    found = trouble.word()
    if found in ("]", "}"):
        message = Message("`{sign}` closes nothing", sign=found)
        return trouble.mistake(trouble.at, 1, message, Message("remove it"))
    message = Message("a value cannot start with `{sign}`", sign=found[:1])
    return trouble.mistake(trouble.at, 1, message, trouble.quote_help(trouble.at))


def _document_start(trouble: Trouble) -> Mistake:
    rest = trouble.rest(trouble.at)
    return trouble.mistake(
        trouble.at,
        len(rest),
        Message("`{text}` does not belong to what stands above", text=short(rest)),
        Message("all sections of a file begin in its first column"),
        resume=trouble.at.line if trouble.at.column == 1 else 0,
    )


_TOLD: tuple[tuple[str, Callable[[Trouble], Mistake]], ...] = (
    ("values are not allowed", _second_colon),
    ("could not find expected ':'", _no_colon),
    ("cannot start any token", _cannot_start),
    ("while scanning a block scalar", _reserved),
    ("tab character", _tab),
    ("sequence entries are not allowed", _dash),
    ("keys are not allowed", _cannot_start),
    ("quoted scalar", _escape),
    ("undefined tag handle", _tag_handle),
    ("while scanning an anchor", _reserved),
    ("while scanning an alias", _reserved),
    ("a tag", _reserved),
    ("while parsing a flow mapping", _separator),
    ("while parsing a flow sequence", _separator),
    ("while parsing a block mapping", _expected_key),
    ("while parsing a block collection", _expected_dash),
    ("node content", _content),
    ("document start", _document_start),
)
