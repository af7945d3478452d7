"""Types of fields, read from their texts."""

from __future__ import annotations

import re

from crmdsl.model.values import FieldType

BASES = (
    "money", "percent", "number", "integer", "text", "flag", "duration", "date", "instant",
    "person", "unit", "territory", "channel", "product_line",
)  # fmt: skip
"""Types that are a word of the language."""
MAX_VALUES = 1000
MAX_LENGTH = 65 * MAX_VALUES
_VALUE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPTIONAL = re.compile(r"optional\b\s*")


def split_type(text: str) -> tuple[bool, str, list[str]]:
    """Whether a type is optional, the sign between its values (empty for a single word), and its words."""
    rest = text.strip()
    found = _OPTIONAL.match(rest)
    if found:
        rest = rest[found.end() :]
    sign = "<" if "<" in rest else "|" if "|" in rest else ""
    words = re.split("[<|]", rest) if sign else [rest]
    return found is not None, sign, [word.strip() for word in words]


def parse_field_type(text: str) -> FieldType | None:
    """`money`, `optional A | B`, `C < B < A` (A the greatest), or the name of an entity: a reference to it."""
    if len(text) > MAX_LENGTH:
        return None
    optional, sign, words = split_type(text)
    if not sign:
        return _single(words[0], optional)
    mixed = "<" in text and "|" in text
    if mixed or len(set(words)) < len(words) or len(words) > MAX_VALUES:
        return None
    if not all(_VALUE.fullmatch(word) for word in words):
        return None
    return FieldType("enum", optional, tuple(words), ordered=sign == "<")


def _single(word: str, optional: bool) -> FieldType | None:
    """A type of one word."""
    if word in BASES:
        return FieldType(word, optional)
    return FieldType("reference", optional, entity=word) if _WORD.fullmatch(word) else None
