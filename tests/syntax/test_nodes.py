"""What is read of sound files and of broken ones, and where its pieces stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crmdsl.syntax.loader import load, load_text
from crmdsl.syntax.nodes import Broken, Mapping, Misplaced, Node, Scalar, Sequence

from .shape import BROKEN, shape, shape_of

SPECS = Path(__file__).parents[2] / "specs"


def root(text: str | bytes) -> Mapping:
    found = load_text({"a.yaml": text}).files[0].root
    assert found is not None
    return found


@pytest.mark.parametrize("path", sorted(SPECS.rglob("*.yaml")), ids=lambda path: path.name)
def test_a_spec_is_read_as_pyyaml_reads_it(path: Path) -> None:
    loaded = load(path)
    assert loaded.diagnostics == []
    assert shape(loaded.files[0].root) == yaml.load(path.read_bytes(), Loader=yaml.BaseLoader)


@pytest.mark.parametrize("path", sorted(SPECS.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_plain_scalar_stands_where_it_says(path: Path) -> None:
    def check(node: Node) -> None:
        if isinstance(node, Scalar):
            written = node.source.text[node.offset : node.end_offset]
            assert (written[1:-1] if written[:1] in ("'", '"') else written) == node.value
            assert node.source.line(node.line)[node.column - 1 :].startswith(written[:1])
        elif isinstance(node, Sequence):
            list(map(check, node.items))
        elif isinstance(node, Mapping):
            for key, value in node.entries.values():
                check(key)
                check(value)

    found = load(path).files[0].root
    assert found is not None
    check(found)


def test_scalars_are_text() -> None:
    assert shape_of("no: on\n012: 1:30\n2026-01-02: ~\n1.5: null\n") == {
        "no": "on",
        "012": "1:30",
        "2026-01-02": "~",
        "1.5": "null",
    }


def test_nothing_is_told_from_an_empty_text() -> None:
    found = root("a:\nb: ''\nc: {d, e: }\n")
    nothing, empty = found.get("a"), found.get("b")
    assert isinstance(nothing, Scalar)
    assert isinstance(empty, Scalar)
    assert (nothing.value, nothing.style) == ("", None)
    assert (empty.value, empty.style) == ("", "'")
    assert nothing.span[1:] == (1, 3, 1, 3)


def test_spans() -> None:
    found = root("a:\n  b: [c, {d: 'e'}]\n  f: |\n    g\n\nh: i\n")
    a = found.entries["a"][1]
    assert isinstance(a, Mapping)
    assert found.entries["a"][0].span[1:] == (1, 1, 1, 2)
    assert found.span[1:] == (1, 1, 6, 5)
    b = a.entries["b"][1]
    assert isinstance(b, Sequence)
    assert b.span[1:] == (2, 6, 2, 19)
    assert b.flow
    assert b.items[1].span[1:] == (2, 10, 2, 18)
    assert b.items[1].get("d").span[1:] == (2, 14, 2, 17)  # type: ignore[union-attr,attr-defined]
    assert a.entries["f"][1].span[1:3] == (3, 6)


def test_a_repeated_key_keeps_its_first_value() -> None:
    loaded = load_text({"a.yaml": "a: 1\nb: {c: 1, c: [d]}\na: {e: 2}\n"})
    assert shape(loaded.files[0].root) == {"a": "1", "b": {"c": "1"}}
    told = [(found.code, found.span[1:], found.related[0].span[1:]) for found in loaded.diagnostics]
    assert told == [
        ("duplicate-key", (2, 11, 2, 12), (2, 5, 2, 6)),
        ("duplicate-key", (3, 1, 3, 2), (1, 1, 1, 2)),
    ]


FEATURES = [
    ("a: &x b\nc: d\n", ["yaml-feature 1:4-1:6"], {"a": "b", "c": "d"}),
    ("a: *x\nb: c\n", ["yaml-feature 1:4-1:6"], {"a": BROKEN, "b": "c"}),
    ("a: &x {b: c}\nd: *x\n", ["yaml-feature 1:4-1:6", "yaml-feature 2:4-2:6"], {"a": {"b": "c"}, "d": {"b": "c"}}),
    (
        "a: &x\n  b: c\nd:\n  <<: *x\n  e: f\n",
        ["yaml-feature 1:4-1:6", "yaml-feature 4:7-4:9", "yaml-feature 4:3-4:5"],
        {"a": {"b": "c"}, "d": {"e": "f", "b": "c"}},
    ),
    ("a: &x [*x]\n", ["yaml-feature 1:4-1:6", "yaml-feature 1:8-1:10"], {"a": [BROKEN]}),
    ("&x a: !y b\n", ["yaml-feature 1:1-1:3", "yaml-feature 1:7-1:9"], {"a": "b"}),
    ("a: !!str b\n", ["yaml-feature 1:4-1:9"], {"a": "b"}),
    ("a: !<tag:x> b\n", ["yaml-feature 1:4-1:12"], {"a": "b"}),
    ("a: ! b\n", ["yaml-feature 1:4-1:5"], {"a": "b"}),
    ("a: !e!x b\nc: d\n", ["yaml-feature 1:4-1:8"], {"a": BROKEN, "c": "d"}),
    ("when: !blocked\n", ["yaml-feature 1:7-1:15"], {"when": ""}),
    ("when: a != b\n", [], {"when": "a != b"}),
    ("'<<': b\n", [], {"<<": "b"}),
    ("---\na: b\n...\n", [], {"a": "b"}),
    ("a: b\n---\nc: d\n---\ne: f\n", ["yaml-feature 2:1-2:4", "yaml-feature 4:1-4:4"], {"a": "b", "c": "d", "e": "f"}),
    ("%YAML 1.2\n---\na: b\n", ["yaml-feature 1:1-1:10"], {"a": "b"}),
    ("# x\n%TAG ! y\n%Z\n---\na: b\n", ["yaml-feature 2:1-2:9", "yaml-feature 3:1-3:3"], {"a": "b"}),
    ("*x : b\nc: d\n", ["yaml-feature 1:1-1:3"], {"c": "d"}),
]


@pytest.mark.parametrize(("text", "expected", "read"), FEATURES, ids=[case[0] for case in FEATURES])
def test_features(text: str, expected: list[str], read: Any) -> None:
    loaded = load_text({"a.yaml": text})
    told = [f"{x.code} {x.span.line}:{x.span.column}-{x.span.end_line}:{x.span.end_column}" for x in loaded.diagnostics]
    assert told == expected
    assert shape(loaded.files[0].root) == read


def test_the_start_of_a_node_is_behind_its_anchor() -> None:
    found = root("a: &x\n  b: &y c\n")
    assert found.entries["a"][1].span[1:3] == (2, 3)
    assert found.get("a").get("b").span[1:] == (2, 9, 2, 10)  # type: ignore[union-attr]


RECOVERIES = [
    ("a: b: c\nd: e\n", {"a": BROKEN, "d": "e"}),
    ("a:\n  b: [x\n  c: d\ne: f\n", {"a": {"b": BROKEN, "c": "d"}, "e": "f"}),
    ("a:\n- b: c: d\n  e: f\n- g\n", {"a": [{"b": BROKEN, "e": "f"}, "g"]}),
    ("- a: 1\n", None),
    ('a:\n  - - b: "x" y\n      c: d\n    - e\n  - f\n', {"a": [[{"b": BROKEN, "c": "d"}, "e"], "f"]}),
    ("a\n  b: c\nd: e\n", {"d": "e"}),
    ("x: 1\na\n  b: c\nd: e\n", {"x": "1", "a": BROKEN, "d": "e"}),
    ("p:\n  a:\n    x: 1\nfoo bar\n  b:\n    q: y\nc: 1\n", {"p": {"a": {"x": "1"}, "b": {"q": "y"}}, "c": "1"}),
    ("a: {b: [c, d}\ne: f\n", {"a": {"b": ["c", BROKEN]}, "e": "f"}),
    ("a:\n\tb: c\n    d: e\n", {"a": {"b": "c", "d": "e"}}),
    ("a:\n\tb:\n\t\tc: d\n\te: f\n", {"a": {"b": {"c": "d"}, "e": "f"}}),
    ("a:\n  b: 1\n \tc: 2\n", {"a": {"b": "1", "c": "2"}}),
    ("a: |\n  b\n  \tc\n\t\nd: e\n", {"a": "b\n\tc\n", "d": "e"}),
    ("a: b\x07\nc\x07d: e\nf: g\n", {"a": BROKEN, "f": "g"}),
    ("a: 'b\x85c\u2028d'\n", {"a": "b\x85c\u2028d"}),
    (b"a: caf\xe9\nb: c\n", {"a": "café", "b": "c"}),
    (b"\xef\xbb\xbfa: b\n", {"a": "b"}),
    ("a: b\r\nc:\r\n  d: e: f\r\n  g: h\r\n", {"a": "b", "c": {"d": BROKEN, "g": "h"}}),
]


@pytest.mark.parametrize(("text", "read"), RECOVERIES, ids=[repr(case[0]) for case in RECOVERIES])
def test_recovery(text: str | bytes, read: Any) -> None:
    assert shape_of(text) == read


def test_what_is_broken_says_so() -> None:
    found = root("a: {b: c, d: [e}\nf:\n  g: h\n i: {}\nj: k\n")
    a, f = found.get("a"), found.get("f")
    assert isinstance(a, Mapping)
    assert isinstance(f, Mapping)
    assert a.broken
    assert f.broken
    assert isinstance(f.key("i"), Misplaced)
    assert isinstance(f.get("i"), Broken)
    assert not root("a: {b: c}\n").broken


@pytest.mark.parametrize("text", ["", "# note\n", "\n\n", "---\n", "\ufeff"])
def test_an_empty_file_is_an_empty_map(text: str) -> None:
    loaded = load_text({"a.yaml": text})
    assert loaded.diagnostics == []
    assert shape(loaded.files[0].root) == {}


@pytest.mark.parametrize("text", ["- a\n", "a\n", "'a'\n", "[a]\n"])
def test_a_file_is_a_map(text: str) -> None:
    loaded = load_text({"a.yaml": text})
    assert [(found.code, found.span[1:3]) for found in loaded.diagnostics] == [("wrong-type", (1, 1))]
    assert loaded.files[0].root is None


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("a: b\n".encode("utf-16"), (1, 1)),
        ("a: b\n".encode("utf-16-le"), (1, 1)),
        ("a: b\n".encode("utf-32"), (1, 1)),
        (b"a: b\nc: d\xe8\n", (2, 5)),
        ("è: ".encode() + b"\xff", (1, 4)),
        (b"\xef\xbb\xbf\xff", (1, 1)),
        (b"a: \xed\xa0\x80", (1, 4)),
        (b"\x80\x01\x02", (1, 1)),
    ],
)
def test_not_utf8(data: bytes, place: tuple[int, int]) -> None:
    loaded = load_text({"a.yaml": data})
    assert [(found.code, found.span[1:3]) for found in loaded.diagnostics] == [("not-utf8", place)]


def test_sixty_four_levels_are_read() -> None:
    assert load_text({"a.yaml": "a: " + "[" * 63 + "]" * 63}).diagnostics == []


def test_more_levels_are_too_many() -> None:
    loaded = load_text({"a.yaml": "a: " + "[" * 64 + "]" * 64 + "\nb: c: d\n"})
    told = [(found.code, found.span[1:3]) for found in loaded.diagnostics]
    assert told == [("too-large", (1, 67)), ("yaml-syntax", (2, 5))]
