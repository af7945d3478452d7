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
    """A value as Python source; strings in double quotes, with everything that does not print escaped."""
    if isinstance(value, str):
        return f'"{_escaped(value)}"'
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
    if len(source) + indent + len("return ") <= WIDTH:
        return source
    return _laid_out(source, indent) or source


def iff(source: str, indent: int, word: str = "if") -> str:
    """An `if` statement (or `elif`), its sides on lines of their own where it is long."""
    margin = " " * indent
    line = f"{margin}{word} {source}:"
    laid_out = _laid_out(source, indent) if len(line) > WIDTH else ""
    return f"{margin}{word} {laid_out}:" if laid_out else line


def _laid_out(source: str, indent: int) -> str:
    """A long condition over several lines, as formatters lay it out; empty where it has no sides."""
    margin, deeper = " " * indent, " " * (indent + 4)
    for word in (" or ", " and "):
        parts = _split(source, word)
        if len(parts) == 1:
            continue
        inner = [part[1:-1] for part in parts if _is_group(part)]
        if len(inner) == len(parts) and any(len(part) + indent + 10 > WIDTH for part in parts):
            blocks = [f"(\n{deeper}{_lines(part, indent + 4)}\n{margin})" for part in inner]
            return f"{word}".join(blocks)
        head = word.join(parts[:-1]) + f"{word}("
        if len(inner) == len(parts) and len(head) + indent + len("return ") <= WIDTH:
            return f"{head}\n{deeper}{inner[-1]}\n{margin})"
        return f"(\n{deeper}{_lines(source, indent + 4)}\n{margin})"
    return ""


def _lines(source: str, indent: int) -> str:
    """The sides of a condition, each on a line of its own; groups too long for one are laid out themselves."""
    margin, deeper = " " * indent, " " * (indent + 4)
    for word in (" or ", " and "):
        parts = _split(source, word)
        if len(parts) > 1:
            shown = [
                f"(\n{deeper}{_lines(part[1:-1], indent + 4)}\n{margin})"
                if _is_group(part) and len(part) + indent + 5 > WIDTH
                else part
                for part in parts
            ]
            return f"\n{margin}{word.strip()} ".join(shown)
    return source


def _is_group(part: str) -> bool:
    """Whether a source stands in one pair of parentheses as a whole: then no space is outside of them."""
    return part.startswith("(") and part.endswith(")") and _split(part, " ") == [part]


def unless(source: str, indent: int) -> str:
    """An `if not` statement."""
    return iff(f"not ({source})", indent) if " " in source else iff(f"not {source}", indent)


def _split(source: str, word: str) -> list[str]:
    """The parts of a source between a word that stands outside of parentheses and quotes."""
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
