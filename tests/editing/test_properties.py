"""What formatting must never do, on specs written in every way."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from crmdsl.editing.formatter import format_file
from tests.editing.messy import Messy
from tests.generators.specs import spec
from tests.generators.strategies import seeds
from tests.syntax.shape import shape_of


def texts(value: Any) -> Any:
    """Plain data as a spec reads it: everything is text."""
    if isinstance(value, dict):
        return {str(key): texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [texts(inner) for inner in value]
    return "" if value is None else str(value)


def squeezed(value: Any) -> Any:
    """Without what the formatter may change of a text."""
    if isinstance(value, dict):
        return {key: squeezed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [squeezed(inner) for inner in value]
    return re.sub(r"[\s()_]+|(?<=[.][0-9])0+|=(?==)", "", value)


def check(seed: int, size: int) -> None:
    random = Random(seed)
    body = yaml.safe_load(yaml.safe_dump(spec(random, size), sort_keys=False), ) if False else spec(random, size)
    messy = Messy(random)
    text = messy.document({"crmdsl": 1, **body} if "crmdsl" not in body else body)
    before = shape_of(text)
    assert before == texts(body if "crmdsl" in body else {"crmdsl": 1, **body})
    done = format_file("a.yaml", text.encode())
    assert not done.diagnostics
    assert not done.untouched
    assert done.text is not None
    assert squeezed(shape_of(done.text)) == squeezed(before)
    found = [line for line in done.text.split("\n") if line != line.rstrip()]
    assert found == []
    assert comments(done.text, len(messy.comments)) == [comment.rstrip() for comment in messy.comments]
    again = format_file("a.yaml", done.text.encode())
    assert again.text == done.text


def comments(text: str, count: int) -> list[str]:
    from crmdsl.editing.tokens import Lexer
    from crmdsl.syntax.parser import parse

    source, root = parse("a.yaml", text.encode(), [])
    assert root is not None
    lexer = Lexer(source.text)
    lexer.read(root)
    assert len(lexer.comments) == count
    return lexer.comments
