"""Offsets in a value are found again in the file, however the value is written there."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdsl.syntax.loader import load_text
from crmdsl.syntax.nodes import Scalar
from crmdsl.syntax.positions import _pieces


def scalar(text: str | bytes) -> Scalar:
    """The value of the last key of the first map of a text."""
    loaded = load_text({"a.yaml": text})
    root = loaded.files[0].root
    assert root is not None, loaded.diagnostics
    value = list(root.entries.values())[-1][1]
    assert isinstance(value, Scalar), loaded.diagnostics
    return value


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("when: amount > limit\n", "limit", (1, 16, 1, 21)),
        ('when: "amount > limit"\n', "limit", (1, 17, 1, 22)),
        ('when: "a \\"b\\" limit"\n', "limit", (1, 16, 1, 21)),
        ('when: "\\u00e8 \\x41 limit"\n', "limit", (1, 20, 1, 25)),
        ("when: 'it''s > limit'\n", "limit", (1, 16, 1, 21)),
        ("when: 'it''s > limit'\n", "'", (1, 10, 1, 12)),
        ("when: a and\n  b > limit\n", "limit", (2, 7, 2, 12)),
        ("when: a and\n\n\n  b > limit\n", "limit", (4, 7, 4, 12)),
        ("when: a and\r\n  b > limit\r\n", "limit", (2, 7, 2, 12)),
        ("when: a and\r  b > limit\r", "limit", (2, 7, 2, 12)),
        ('when: "a \\\n   and limit"\n', "limit", (2, 8, 2, 13)),
        ("when: |\n  a and\n  b > limit\n", "limit", (3, 7, 3, 12)),
        ("when: >-\n  a and\n\n  b > limit\n", "limit", (4, 7, 4, 12)),
        ("when: >\n  a and\n    more\n  b > limit\n", "limit", (4, 7, 4, 12)),
        ("when: |2+ # note\n   a and\n  b > limit\n\n", "limit", (3, 7, 3, 12)),
        ("{to: x, when: a > limit}\n", "limit", (1, 19, 1, 24)),
        ("{to: x, when: a >\nlimit}\n", "limit", (2, 1, 2, 6)),
        ("è: 😀 > limit\n", "limit", (1, 8, 1, 13)),
        ("\ufeffwhen: a > limit\n", "limit", (1, 11, 1, 16)),
        ('when: "a\u2028b > limit"\n', "limit", (1, 14, 1, 19)),
        ("a:\n\twhen: 1\nb: c > limit\n", "limit", (3, 8, 3, 13)),
        ("? when\n: a > limit\n", "limit", (2, 7, 2, 12)),
    ],
)
def test_part(text: str, word: str, place: tuple[int, int, int, int]) -> None:
    value = scalar(text)
    start = value.value.index(word)
    span = value.part(start, start + len(word))
    assert span == ("a.yaml", *place)


def test_part_of_a_value_behind_a_tab() -> None:
    loaded = load_text({"a.yaml": "a:\n\twhen: b > limit\n"})
    root = loaded.files[0].root
    assert root is not None
    inner = root.get("a")
    value = inner.get("when")  # type: ignore[union-attr]
    assert value.part(4, 9)[1:] == (2, 12, 2, 17)  # type: ignore[union-attr]


def test_part_behind_a_recovery() -> None:
    value = scalar('a: "x" y\nb:\n- c\nd: "e > limit"\n')
    assert value.part(4, 9)[1:] == (4, 9, 4, 14)


def test_empty_part() -> None:
    assert scalar("a: bc\n").part(2, 2)[1:] == (1, 6, 1, 6)
    assert scalar("a: 'bc'\n").part(2, 2)[1:] == (1, 7, 1, 7)
    assert scalar("a: ''\n").part(0, 0)[1:] == (1, 5, 1, 5)
    assert scalar("a:\n").part(0, 0)[1:3] == (1, 3)


WORDS = st.text(alphabet="ab' \"\\\n:#,é😀-|>\t", max_size=30)
PRINTABLE = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t "), max_size=30)


@given(
    value=WORDS | PRINTABLE,
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    width=st.sampled_from([5, 10, 80]),
    unicode=st.booleans(),
    breaks=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=300, deadline=None)
def test_every_character_is_found(value: str, style: str | None, width: int, unicode: bool, breaks: str) -> None:
    value = value.replace("\ufeff", "").replace("\ufffe", "").replace("\uffff", "")
    text = yaml.dump(
        {"k": value}, default_style=style, width=width, allow_unicode=unicode, line_break=breaks, Dumper=yaml.Dumper
    )
    text = text.replace("\ufeff", "")
    loaded = load_text({"a.yaml": text.encode()})
    root = loaded.files[0].root
    assert root is not None
    node = next(iter(root.entries.values()))[1]
    if not isinstance(node, Scalar) or loaded.diagnostics:
        return
    expected = yaml.load(text, Loader=yaml.BaseLoader)
    if not any(sign in text for sign in "\x85\u2028\u2029"):
        assert node.value == next(iter(expected.values()))
    pieces = _pieces(node)
    assert pieces is not None
    assert "".join(piece.character for piece in pieces) == node.value
    lines = node.source.text.replace("\r\n", "\n").split("\n")
    for index, character in enumerate(node.value):
        span = node.part(index, index + 1)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        if character.isalnum() and "\\" not in text:
            assert lines[span.line - 1][span.column - 1] == character
