"""Text of a spec as Python source: whatever stands in it, it stays text."""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction
from textwrap import wrap
from typing import Any

from crmdsl.diagnostics import Span
from crmdsl.model.values import Label

WIDTH = 120
SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(value: Any) -> str:
    """A value as Python source; in a string everything that does not print is escaped."""
    if isinstance(value, str):
        text = _escaped(value)
        if value.count('"') > value.count("'"):
            return "'" + text.replace('\\"', '"').replace("'", "\\'") + "'"
        return f'"{text}"'
    if isinstance(value, tuple | list):
        inner = ", ".join(literal(part) for part in value)
        closed = f"({inner},)" if len(value) == 1 else f"({inner})"
        return closed if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Fraction):
        return f"Fraction({value.numerator}, {value.denominator})"
    if isinstance(value, datetime):
        return f"datetime({value.year}, {value.month}, {value.day}, {value.hour}, {value.minute}, {value.second})"
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if value is None or isinstance(value, int):
        return repr(value)
    raise TypeError(f"no literal of {value!r}")


def _escaped(text: str) -> str:
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text
    return "".join(SHORT.get(char) or (char if char.isprintable() else _code(char)) for char in text)


def _code(char: str) -> str:
    number = ord(char)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65_536 else f"\\U{number:08x}"


def comment(text: str) -> str:
    """A text that may stand behind a `#`."""
    return "".join(char if char.isprintable() else _code(char) for char in text)


def docstring(*paragraphs: str | None, indent: int = 4) -> str:
    """A docstring of some paragraphs, the first its summary. Spaces are folded, long ones wrapped."""
    margin = " " * indent
    width = WIDTH - indent - 8
    found = []
    for paragraph in paragraphs:
        folded = " ".join((paragraph or "").split())
        text = _escaped(folded).replace('\\"', '"').replace('"""', '\\"\\"\\"')
        if text.endswith('"'):
            text = f'{text[:-1]}\\"'
        if text:
            found.append(wrap(text, width, break_long_words=False, break_on_hyphens=False))
    if not found:
        found = [["No description."]]
    if len(found) == 1 and len(found[0]) == 1:
        return f'"""{found[0][0]}"""'
    body = f"\n\n{margin}".join(f"\n{margin}".join(lines) for lines in found)
    return f'"""{body}\n{margin}"""'


def place(span: Span) -> str:
    """`processes/order_to_cash.yaml:16`."""
    return f"{span.file}:{span.line}"


def described(label: Label | None, language: str, name: str) -> str:
    """What people call something, else its name as words; with a full stop."""
    text = (label.in_(language) if label is not None else None) or name.replace("_", " ")
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def broken(source: str, indent: int) -> str:
    """A condition as it stands behind `return`, its sides on lines of their own where it is long."""
    if _is_group(source) and len(_split(source[1:-1], ",")) == 1:
        source = source[1:-1]
    if len(source) + indent + len("return ") <= WIDTH:
        return source
    return _laid_out(source, indent, len("return ")) or source


def parenthesised(source: str, indent: int, before: int) -> str:
    """A condition that stands behind `before` characters, in parentheses over several lines where it is long."""
    if len(source) + indent + before < WIDTH:
        return source
    deeper = " " * (indent + 4)
    return f"(\n{deeper}{_block(source, indent + 4)}\n{' ' * indent})"


def iff(source: str, indent: int, word: str = "if") -> str:
    """An `if` statement (or `elif`), its sides on lines of their own where it is long."""
    margin = " " * indent
    line = f"{margin}{word} {source}:"
    laid_out = _laid_out(source, indent, len(word) + 1) if len(line) > WIDTH else ""
    return f"{margin}{word} {laid_out}:" if laid_out else line


def _laid_out(source: str, indent: int, before: int) -> str:
    """A long condition over several lines, as formatters lay it out; empty where it has no sides.

    Of two groups the last one is opened if the first fits, else the first, and of a group and a test the group; more
    than two sides get a line each.
    """
    margin, deeper = " " * indent, " " * (indent + 4)
    word, sides = _sides(source)
    if not sides:
        return ""
    if len(sides) != 2 or not any(map(_is_group, sides)):
        return f"(\n{deeper}{_block(source, indent + 4)}\n{margin})"
    first, last = sides
    if not _is_group(last):
        if indent + len(f"){word}{last}:") > WIDTH:
            return f"(\n{deeper}{_block(source, indent + 4)}\n{margin})"
        return f"(\n{deeper}{_block(first[1:-1], indent + 4)}\n{margin}){word}{last}"
    opened = f"(\n{deeper}{_block(last[1:-1], indent + 4)}\n{margin})"
    if indent + before + len(f"{first}{word}(") <= WIDTH:
        return f"{first}{word}{opened}"
    if not _is_group(first):
        return f"(\n{deeper}{_block(source, indent + 4)}\n{margin})"
    head = f"(\n{deeper}{_block(first[1:-1], indent + 4)}\n{margin}){word}"
    return head + (last if indent + len(f"){word}{last}:") <= WIDTH else opened)


def _block(source: str, indent: int) -> str:
    """A condition within parentheses: on one line, or each of its sides on its own."""
    margin = " " * indent
    word, sides = _sides(source)
    if len(source) + indent <= WIDTH or not sides:
        return source
    joined = f"\n{margin}{word.lstrip()}"
    laid_out = _choice if word == " " else _side
    return joined.join(laid_out(side, indent) for side in sides)


def _choice(side: str, indent: int) -> str:
    """`if …` or `else …` on a line of its own; a condition that is too long for one has its sides on lines like it."""
    word, _, condition = side.partition(" ")
    joining, sides = _sides(condition)
    if len(side) + indent <= WIDTH or word not in ("if", "else") or not sides:
        return side
    first, *others = (_side(one, indent) for one in sides)
    return f"\n{' ' * indent}{joining.lstrip()}".join([f"{word} {first}", *others])


def _side(side: str, indent: int) -> str:
    """A side on a line of its own; a group that is too long for one is opened."""
    if len(side) + indent + len("and ") <= WIDTH or not _is_group(side):
        return side
    return f"(\n{' ' * (indent + 4)}{_block(side[1:-1], indent + 4)}\n{' ' * indent})"


def _sides(source: str) -> tuple[str, list[str]]:
    """What joins the sides of a condition, and the sides; none where it has but one."""
    *choices, rest = _split(source, " else ")
    ways = [_split(choice, " if ") for choice in choices]
    if ways and all(len(way) == 2 for way in ways):
        found = [part for value, condition in ways for part in (f"else {value}", f"if {condition}")]
        return " ", [found[0].removeprefix("else "), *found[1:], f"else {rest}"]
    for word in (" or ", " and "):
        parts = _split(source, word)
        if len(parts) > 1:
            return word, parts
    return "", []


def _is_group(part: str) -> bool:
    """Whether a source stands in one pair of parentheses as a whole: then no space is outside of them."""
    return part.startswith("(") and part.endswith(")") and _split(part, " ") == [part]


def unless(source: str, indent: int) -> str:
    """An `if not` statement."""
    margin, deeper = " " * indent, " " * (indent + 4)
    if " " not in source:
        return f"{margin}if not {source}:"
    line = f"{margin}if not ({source}):"
    if len(line) <= WIDTH:
        return line
    return f"{margin}if not (\n{deeper}{_block(source, indent + 4)}\n{margin}):"


def _split(source: str, word: str) -> list[str]:
    """The parts of a source between a word that stands outside of parentheses and quotes."""
    if word not in source:
        return [source]
    parts, depth, start, at = [], 0, 0, 0
    quote = ""
    while at < len(source):
        char = source[at]
        if quote:
            at += 1 if char == "\\" else 0
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif depth == 0 and source.startswith(word, at):
            parts.append(source[start:at])
            start = at + len(word)
            at = start - 1
        at += 1
    return [*parts, source[start:]]


def uses(source: str, name: str) -> bool:
    """Whether a source calls or names something."""
    return re.search(rf"\b{re.escape(name)}\b", source) is not None
