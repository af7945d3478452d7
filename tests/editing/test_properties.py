"""What formatting must never do, on specs written in every way."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from crmdsl.api import check_text
from crmdsl.editing.formatter import format_file
from crmdsl.editing.tokens import Lexer
from crmdsl.syntax.parser import parse
from tests.editing.messy import Messy
from tests.generators.specs import spec
from tests.generators.strategies import seeds
from tests.syntax.shape import shape_of


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_formatting_loses_nothing(seed: int) -> None:
    check(seed)


@pytest.mark.slow
@given(seeds)
@settings(max_examples=80, deadline=None)
def test_formatting_loses_nothing_at_length(seed: int) -> None:
    check(seed)


@given(seeds)
@settings(max_examples=5, deadline=None)
def test_formatting_changes_no_diagnostic(seed: int) -> None:
    text, _ = messy(seed)
    done = format_file("a.yaml", text.encode()).text
    assert done is not None
    before, after = (check_text({"a.yaml": one}) for one in (text, done))
    assert sorted(one.code for one in before.diagnostics) == sorted(one.code for one in after.diagnostics)


def messy(seed: int) -> tuple[str, list[str]]:
    """A spec written in every way, and the comments in it."""
    random = Random(seed)
    writer = Messy(random)
    body = spec(random, 1 + seed % 3)
    text = writer.document(body)
    assert shape_of(text) == texts(body)
    return text, writer.comments


def check(seed: int) -> None:
    """Format a spec and hold the result against it."""
    text, planted = messy(seed)
    done = format_file("a.yaml", text.encode())
    assert not done.untouched
    assert done.text is not None
    assert plain(shape_of(done.text)) == plain(shape_of(text))
    assert comments(done.text) == [comment.rstrip() for comment in planted]
    assert [line for line in done.text.split("\n") if line != line.rstrip() or "\t" in line] == []
    assert "\n\n\n" not in done.text
    assert format_file("a.yaml", done.text.encode()).text == done.text


def texts(value: Any) -> Any:
    """Plain data as a spec reads it: everything is text."""
    if isinstance(value, dict):
        return {str(key): texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [texts(inner) for inner in value]
    return "" if value is None else str(value)


def plain(value: Any) -> Any:
    """What a spec is read as, without what the formatter may change of a text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return re.sub(r"[\s()_]+|(?<=[.][0-9])0+|=(?==)", "", value)


def comments(text: str) -> list[str]:
    """The comments of a file, in their order."""
    source, root = parse("a.yaml", text.encode(), [])
    assert root is not None
    lexer = Lexer(source.text)
    lexer.read(root)
    return lexer.comments
