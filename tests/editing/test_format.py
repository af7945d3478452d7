"""The formatter on its golden pairs, and on every spec of the tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crmdsl.api import check_text
from crmdsl.editing.conditions import canonical, canonical_lines
from crmdsl.editing.formatter import format_file
from crmdsl.editing.scalars import is_plain
from tests.golden.test_cases import BASE, cases, marked

TESTS = Path(__file__).parents[1]
PAIRS = sorted((TESTS / "fixtures" / "fmt").iterdir())
SPECS = sorted(path for path in TESTS.rglob("*.yaml") if "fmt" not in path.relative_to(TESTS).parts)


@pytest.mark.parametrize("folder", PAIRS, ids=lambda path: path.name)
def test_golden_pair(folder: Path) -> None:
    after = (folder / "after.yaml").read_bytes()
    done = format_file("before.yaml", (folder / "before.yaml").read_bytes())
    assert not done.untouched
    assert done.text == after.decode()
    assert format_file("after.yaml", after).text == after.decode()


@pytest.mark.parametrize(("title", "text"), cases(), ids=[title for title, _ in cases()])
def test_formatting_changes_no_diagnostic(title: str, text: str) -> None:
    text, _ = marked(text)
    done = format_file("case.yaml", text.encode())
    assert not done.spoilt
    if done.text is None or done.unsupported:
        return
    assert format_file("case.yaml", done.text.encode()).text == done.text
    if done.text != text:
        before, after = (check_text({"base.yaml": BASE, "case.yaml": one}) for one in (text, done.text))
        assert Counter(one.code for one in before.diagnostics) == Counter(one.code for one in after.diagnostics)


@pytest.mark.parametrize("file", SPECS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_spec_of_the_tests_keeps_its_diagnostics(file: Path) -> None:
    done = format_file(file.name, file.read_bytes())
    if done.text is None:
        assert done.diagnostics
        return
    assert not done.untouched
    assert format_file(file.name, done.text.encode()).text == done.text
    before, after = (check_text({file.name: one}) for one in (file.read_text("utf-8"), done.text))
    assert Counter(one.code for one in before.diagnostics) == Counter(one.code for one in after.diagnostics)


@pytest.mark.parametrize(
    "text",
    ["a: [", "a: *x", "a: &x 1", "a: !t 1", "a: 1\na: 2", "a:\n\tb: 1", "--- 1\n--- 2", "- a", "text", "a: \udc80"],
)
def test_a_file_with_faults_is_not_touched(text: str) -> None:
    done = format_file("a.yaml", text.encode("utf-8", "surrogateescape"))
    assert done.text is None
    assert done.untouched
    assert done.diagnostics


@pytest.mark.parametrize("text", ["? a\n: b\n", "{? a : b}\n"])
def test_what_the_formatter_does_not_know_stays(text: str) -> None:
    done = format_file("a.yaml", text.encode())
    assert done.untouched
    assert done.text == text
    assert not done.diagnostics


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("\n\n", ""), ("# x", "# x\n"), ("\n# x\n\n\n# y\n\n", "# x\n\n# y\n")]
)
def test_files_without_content(before: str, after: str) -> None:
    assert format_file("a.yaml", before.encode()).text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: |\n  b", "a: |-\n  b\n"),
        ("a: |+ # c\n  b", "a: |- # c\n  b\n"),
        ("a: >2\n    b", "a: >2-\n    b\n"),
        ("a: |-\n  b", "a: |-\n  b\n"),
        ("a: |+\n  b\n\n\n", "a: |+\n  b\n\n\n"),
    ],
)
def test_a_text_at_the_end_of_a_file(before: str, after: str) -> None:
    assert format_file("a.yaml", before.encode()).text == after


def test_a_result_that_means_something_else_is_never_given(monkeypatch: pytest.MonkeyPatch) -> None:
    from crmdsl.editing import layout

    monkeypatch.setattr(layout, "gap", lambda before, token: 0)
    done = format_file("a.yaml", b"crmdsl: 1\nroles: {a: {department: sales}}\n")
    assert done.spoilt
    assert done.text == "crmdsl: 1\nroles: {a: {department: sales}}\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a==b", "a = b"),
        ("(a and b) or c", "(a and b) or c"),
        ("a and b or c", "a and b or c"),
        ("(a) and (b)", "a and b"),
        ("((a and b)) or c", "(a and b) or c"),
        ("(a and b or c)", "a and b or c"),
        ("not (a = b)", "not (a = b)"),
        ("not(a)", "not a"),
        ("x>100000 EUR", "x > 100_000 EUR"),
        ("a &&", "a &&"),
        ("a  =  b  # c", "a  =  b  # c"),
    ],
)
def test_canonical_conditions(text: str, after: str) -> None:
    assert canonical(text) == after
    assert canonical(after) == after


def test_conditions_over_lines_are_broken_where_they_were() -> None:
    assert canonical_lines(["(a==b)", "and ((c>100000 EUR", "or d)", ")"]) == ["a = b", "and (c > 100_000 EUR", "or d)"]
    assert canonical_lines(['a = "x', 'y"']) is None
    assert canonical_lines(["a &&", "b"]) is None


@pytest.mark.parametrize(
    "text",
    ["", " a", "a ", "a: b", "a:", "a #b", "#a", "- a", "-", "? a", "{a}", "[a]", "*a", "'a", "%a", "@a", "\xa0a"],
)
def test_texts_that_need_quotes(text: str) -> None:
    assert not is_plain(text, flow=False)
    assert not is_plain(text, flow=True)


@pytest.mark.parametrize("text", ["a, b", "a]", "a?b", "a:,"])
def test_texts_that_need_quotes_in_brackets(text: str) -> None:
    assert not is_plain(text, flow=True)


@pytest.mark.parametrize(
    "text", ["no", "012", "1:30", "-10%", "a:b", "a#b", "(a) or b", "è", "2026-01-02", "a | b < c"]
)
def test_texts_that_need_no_quotes(text: str) -> None:
    assert is_plain(text, flow=True)
