"""Any bytes at all give diagnostics, soon, and never an exception."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdsl.diagnostics.render import Report, github, json, sarif, text
from crmdsl.syntax import decoding, limits, tree
from crmdsl.syntax.loader import LoadedSpec, load_text
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

from .shape import shape

SMALL = {
    "brackets": b"[" * 100_000,
    "braces": b"{" * 100_000,
    "dashes": b"- " * 100_000,
    "question marks": b"? " * 100_000,
    "open lists": b"a: [\n" * 20_000,
    "open maps": b"{a: " * 20_000,
    "open quotes": b"a: \"x\nb: 'y\n" * 10_000,
    "deep": "".join(" " * depth + "a:\n" for depth in range(400)).encode(),
    "bomb": b"a0: &a0 [x,x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 40)),
    "merges": b"a: &a {b: c}\n" + b"".join(b"k%d: {<<: *a}\n" % i for i in range(5_000)),
    "anchors": b"a: " + b"&x " * 20_000,
    "tabs": b"\ta: b\n" * 20_000,
    "colons": b"a: b: c\n" * 20_000,
    "documents": b"--- a\n" * 20_000,
    "directives": b"%A\n" * 20_000,
    "zeros": b"\0" * 100_000,
    "bells": b"a: \x07\n" * 20_000,
    "backslashes": b'a: "' + b"\\" * 99_999,
    "legacy": b"a: \xe9\n" * 20_000,
    "binary": bytes(range(256)) * 200,
    "carriage returns": b"a: [\r" * 10_000,
}


@pytest.fixture
def _undisturbed() -> Iterator[None]:
    """The collector is off, as on the command line: what other tests keep is not searched while this one is timed."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_undisturbed")
@pytest.mark.parametrize("name", SMALL)
def test_small_hostile_files(name: str) -> None:
    start = time.process_time()
    loaded = load_text({"a.yaml": SMALL[name]})
    assert time.process_time() - start < 2
    assert loaded.diagnostics
    visit(loaded)


def visit(loaded: LoadedSpec) -> None:
    """Walk over all nodes, in a time that a bomb would not allow, and ask for every place."""
    for file in loaded.files:
        waiting: list[Node] = [file.root] if file.root else []
        count = 0
        while waiting:
            node = waiting.pop()
            count += 1
            assert count < 1_000_000
            assert node.span.line >= 1
            assert node.span.column >= 1
            if isinstance(node, Scalar):
                node.part(0, len(node.value))
            elif isinstance(node, Sequence):
                waiting.extend(node.items)
            elif isinstance(node, Mapping):
                waiting.extend(part for entry in node.entries.values() for part in entry)


def test_a_file_over_16_mib_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_BYTES", 10)
    assert load_text({"a.yaml": b"a: 3456789"}).diagnostics == []
    found = load_text({"a.yaml": b"a: 34567890", "b.yaml": b"c: d: e"}).diagnostics
    assert [(one.code, str(one.span)) for one in found] == [("too-large", "a.yaml:1:1"), ("yaml-syntax", "b.yaml:1:5")]


def test_a_file_with_too_many_values_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_EVENTS", 100)
    loaded = load_text({"a.yaml": "a: [" + "b, " * 200 + "]\nc: d\n"})
    assert [one.code for one in loaded.diagnostics] == ["too-large"]
    assert loaded.files[0].root is not None
    assert loaded.files[0].root.broken


def test_a_file_with_too_many_faults_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_FAULTS", 10)
    found = load_text({"a.yaml": "a: 1\n" * 50}).diagnostics
    assert [one.code for one in found] == ["duplicate-key"] * 10 + ["too-large"]


WORDS = "a|b: |- |? |: |[|]|{|}|, |'|>|&x |*x|!t |#| # c|%Y|<<: |=|@|`|~|2|é|😀|key: value|  inner: 1|    deep: [x]"
PIECES = st.sampled_from(
    [*WORDS.split("|"), *'\n\t\r|\\"\0\x80\x85\u2028\ufeff', "\n  ", "\n    ", "\n---\n", "\n...\n"]
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_diagnostics(content: str) -> None:
    check(content.encode())


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_what_is_fine_is_read_as_pyyaml_reads_it(content: str) -> None:
    loaded = load_text({"a.yaml": content})
    root = loaded.files[0].root
    if loaded.diagnostics or not root or set(content) & set("\t\x85\u2028"):  # read by YAML 1.2, which PyYAML is not
        return
    assert shape(root) == (yaml.load(content, Loader=yaml.BaseLoader) or {})


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_diagnostics(content: bytes) -> None:
    check(content)


def check(content: bytes) -> None:
    loaded = load_text({"a.yaml": content})
    visit(loaded)
    if loaded.files[0].root is None:
        assert loaded.diagnostics
    report = Report("a", loaded.diagnostics, {file.source.path: file.source for file in loaded.files})
    for form in (text, json, github, sarif):
        assert isinstance(form.render(report), str)
    for found in loaded.diagnostics:
        assert found.span.line >= 1
        assert found.span.column >= 1
        assert (found.span.line, found.span.column) <= (found.span.end_line, found.span.end_column)
