"""Golden cases of every fault that reading finds, with the exact place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdsl.model.reader import read
from crmdsl.syntax.loader import load_text

HERE = Path(__file__).parent
BASE = (HERE.parent / "golden" / "base.yaml").read_text(encoding="utf-8")
MARK = re.compile("«([a-z-]+)»")
Places = list[tuple[int, int, str]]


def cases(folder: Path) -> Iterator[tuple[str, str]]:
    """Title and marked text of every case in the files of a folder."""
    for file in sorted(folder.glob("*.txt")):
        for block in re.split(r"(?m)^=== ", file.read_text(encoding="utf-8"))[1:]:
            title, _, text = block.partition("\n")
            yield f"{file.stem}: {title}", text.rstrip("\n") + "\n"


def marked(text: str) -> tuple[str, Places]:
    """The text without its marks, and what is expected: line, column, code."""
    expected: Places = []
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        while found := MARK.search(line):
            expected.append((number, found.start() + 1, found[1]))
            line = line[: found.start()] + line[found.end() :]
        lines.append(line)
    return "\n".join(lines), sorted(expected)


CASES = list(cases(HERE / "cases"))


@pytest.mark.parametrize(("title", "text"), CASES, ids=[title for title, _ in CASES])
def test_case(title: str, text: str) -> None:
    text, expected = marked(text)
    loaded = load_text({"base.yaml": BASE, "case.yaml": text})
    _, diagnostics = read(loaded)
    assert loaded.diagnostics == []
    found = [(d.span.line, d.span.column, d.code, d.span.file) for d in diagnostics]
    assert sorted(found) == [(*place, "case.yaml") for place in expected]
    assert all(f"{d.message} {d.help}" for d in diagnostics)


@pytest.mark.parametrize(
    ("body", "repair"),
    [
        ("{label: {it: Sconti, tutti, en: Discounts}}", 'it: "Sconti, tutti"'),
        ("{label: {it: uno, due, tre, en: one}}", 'it: "uno, due, tre"'),
        ("{head: director, note: one, two}", 'note: "one, two"'),
        ("{head: director, klas}", 'head: "director, klas"'),
    ],
)
def test_a_text_torn_apart_by_a_comma_is_shown_whole(body: str, repair: str) -> None:
    text = f"crmdsl: 1\ndepartments:\n  torn: {body}\n"
    _, diagnostics = read(load_text({"base.yaml": BASE, "case.yaml": text}))
    told = [d.help.text() for d in diagnostics if d.help is not None]
    assert f"put the whole value in quotes: `{repair}`" in told
