"""Conditions in the one form that the formatter writes, on the lines that the author gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

from crmdsl.conditions.ast import Expr
from crmdsl.conditions.faults import SyntaxFault
from crmdsl.conditions.parser import parse
from crmdsl.conditions.tokens import Token, tokens
from crmdsl.conditions.unparse import unparse

_PLACES = frozenset({"start", "end", "type"})


@lru_cache(maxsize=100_000)
def canonical(text: str) -> str:
    """A condition on one line; a text that is none stays as it is."""
    tree = parse(text)
    if isinstance(tree, SyntaxFault):
        return text
    written = unparse(tree, source=text)
    return written if _same(parse(written), tree) else text


def canonical_lines(lines: Sequence[str]) -> list[str] | None:
    """A condition over several lines, broken where it was; `None` for what is none, or cannot be told apart."""
    text = "\n".join(lines)
    written = canonical(text)
    if written == text or any("\n" in token.text for token in tokens(text)):
        return None
    left = iter(tokens(written))
    starts: list[int] = []
    token: Token = next(left)
    line = -1
    for old in tokens(text):
        if not _agree(old, token):
            if old.text in ("(", ")"):
                continue
            return None
        if old.kind == "end":
            break
        at = text.count("\n", 0, old.start)
        if at != line:
            line = at
            starts.append(token.start)
        token = next(left)
    ends = [*starts[1:], len(written)]
    return [written[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _agree(old: Token, new: Token) -> bool:
    """Whether two tokens are one, before and after."""
    return old.kind == new.kind and (old.text == new.text or old.kind not in ("word", "keyword", "sign"))


def _same(one: Any, other: Any) -> bool:
    """Whether two parts are the same tree, wherever they stand."""
    if isinstance(one, Expr) and type(one) is type(other):
        kept = (field.name for field in fields(one) if field.name not in _PLACES)
        return all(_same(getattr(one, name), getattr(other, name)) for name in kept)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("_", "") == other.replace("_", "") if _is_money(one) else one == other
    return bool(one == other)


def _is_money(text: str) -> bool:
    return text[:1].isdigit() or text[:1] == "-"
