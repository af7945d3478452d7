"""What is read without the parser is what the parser reads: the same values in the same places, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmdsl.diagnostics import Diagnostic
from crmdsl.syntax import documents, limits, plain
from crmdsl.syntax.decoding import decode
from crmdsl.syntax.features import directives
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.yaml"))
LINES = [line for path in SPECS for line in path.read_text(encoding="utf-8").splitlines(keepends=True)]


def told(node: Node | None) -> Any:
    """A node with all that is kept of it."""
    if node is None:
        return None
    place = type(node).__name__, node.offset, node.end_offset
    if isinstance(node, Scalar):
        return *place, node.value, node.style
    if isinstance(node, Sequence):
        return *place, node.flow, node.broken, [told(item) for item in node.items]
    if isinstance(node, Mapping):
        return *place, node.flow, node.broken, [(name, told(k), told(v)) for name, (k, v) in node.entries.items()]
    return place


def compare(content: str) -> bool:
    """Whether a text is read without the parser; if so, as the parser does, which finds nothing wrong."""
    found: list[Diagnostic] = []
    text = decode("a.yaml", content.encode("utf-8", "surrogatepass"), found)
    if text is None:
        return False
    clean = directives(text.source, text.clean, found)
    if clean is not text.clean:
        text.unaltered = None
    quick = plain.read(text.source, clean)
    if quick is None:
        return False
    found.clear()
    assert told(quick) == told(documents.read(text, clean, found, broken=False))
    assert found == []
    return True


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
def test_the_specs_are_read_without_the_parser(path: Path) -> None:
    assert compare(path.read_text(encoding="utf-8"))


READ = [
    "a: b",
    "---\na: b # c\n\n# d\nb:\n  c: d\n  e:\nf:",
    "a:\n- b\n- c: d\n  e: [f, {g: h,}, ]\nz: {}",
    "a:\n  - b: c\n    d:\n      - e\n  - f: g\nh: 'i'",
    "  a: {b: c,\n d: e\n}\n  f: g",
    "a: b\r\nc:\r\n  d: e # f\r\n",
    "a: b:c#d -e\nf: http://g/#h",
    "a: |\n  b\n   c\n\n# d\ne: f",
    "a: b\n  c\n  d\ne: >-\n  f\n\ng: \"h\\\n  i\"\nj: 'k''l'",
    "a:\n  - |\n    b\n  - c\n    d\n  - - e\n    - f\ng: 'x\n  y'",
    "a:\n  - b: c\n      d\n    e: f",
    'a: [b, # c\n  d]\ne: {f: \'g\', h: "i\\tj"}\n"k l": m',
    "a:\n  b: è\n  c: 😀 x\n",
]


@pytest.mark.parametrize("text", READ)
def test_it_is_read(text: str) -> None:
    assert compare(text)


LEFT = [
    "", "a", "- a", "{a: b}", "a: b\na: c", "a: {b: c, b: d}", "a: &x b", "a: *x", "a: !x b", "a: b\n---\nc: d",
    "a: b\n...", "a: b: c", "a:\n  b: c\n d: e", "a: b\n  c: d", "a: [b", "a: {b: c]", "? a\n: b", "a: - b", "a: @b",
    "a: b\rc: d",
    "a: >\n  b\n# c\n  d", "a: {\n  b: c\n}: d", "a:\n  - b\n  c: d", "a: [b, c]]", "%A\n", "<<: {a: b}", "a: \"b\" c",
    "a: {b: \"c, d: e}", "a{b: c", "a: [b: c: d]", "--- !x\na: b", "a: {b, c}: d", "a:\tb: c",
    "a: " + "[" * 99 + "]" * 99,
    "--- a: b", "a: [\n--- ]", "a: {b: c\n--- ,d: e}", "- a: b\n c: d", "a: b #\n  c", "a: [b ? c]", "a: {b: c\n...\n}",
]  # fmt: skip


@pytest.mark.parametrize("text", LEFT)
def test_it_is_left_to_the_parser(text: str) -> None:
    compare(text)


WORDS = (
    "a|b: |- |? |: |[|]|{|}|, |,|'|>|&x |*x|!t |#| # c|%Y|<<: |=|@|`|~|2|é|😀|-|--|'q'|\"q\"|"
    "key: value|  inner: 1|    deep: [x]|k: {|- x: "
)
BREAKS = ["\n", "\n", "\n", "\n  ", "\n    ", "\n- ", "\n---\n", "\n...\n", "|\n", *'\t\r|\\" \0\x80\x85\u2028\ufeff']
PIECES = st.sampled_from([*WORDS.split("|"), *BREAKS])
CHANGES = st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(0, 3), PIECES), max_size=4)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=400, deadline=None)
@example("k: {a: b\n  c, d: 'e'}")
def test_any_text(content: str) -> None:
    compare(content)


@given(
    st.integers(0, len(LINES) - 40),
    st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(0, 3), PIECES), max_size=4),
)
@settings(max_examples=250, deadline=None)
def test_specs_with_something_else_in_them(first: int, changes: list[tuple[int, int, str]]) -> None:
    content = "".join(LINES[first : first + 40])
    for place, gone, piece in changes:
        at = place % (len(content) + 1)
        content = content[:at] + piece + content[at + gone :]
    compare(content)


def test_what_has_too_many_values_is_left_to_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: [b, {c: d}, {}]\ne:\n  f: |\n    g\n  h:\n  - i\n"
    monkeypatch.setattr(limits, "MAX_EVENTS", 26)
    assert compare(text)
    monkeypatch.setattr(limits, "MAX_EVENTS", 25)
    assert not compare(text)
