"""Golden cases of broken specs: `«code»` stands in the text right before the place of the diagnostic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crmdsl.api import check_text

HERE = Path(__file__).parent
BASE = (HERE / "base.yaml").read_text(encoding="utf-8")
MARK = re.compile("«([a-z-]+)»")
ASIDE = {
    "access-leak", "access-missing", "overloaded-role", "promise-at-risk", "promise-impossible",
    "separation-unsatisfiable", "single-point-of-failure", "strained-role", "unused-field", "unused-grant",
}  # fmt: skip
"""Diagnostics that count only in cases which expect them: small companies have many of these beside the point."""


def cases() -> list[tuple[str, str]]:
    """Title and marked text of every case."""
    found = []
    for file in sorted((HERE / "cases").glob("*.txt")):
        for block in re.split(r"(?m)^=== ", file.read_text(encoding="utf-8"))[1:]:
            title, _, text = block.partition("\n")
            found.append((f"{file.stem}: {title}", text.rstrip("\n") + "\n"))
    return found


def marked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text without its marks, and what is expected: line, column, code."""
    expected = []
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        while found := MARK.search(line):
            expected.append((number, found.start() + 1, found[1]))
            line = line[: found.start()] + line[found.end() :]
        lines.append(line)
    return "\n".join(lines), sorted(expected)


@pytest.mark.parametrize(("title", "text"), cases(), ids=[title for title, _ in cases()])
def test_case(title: str, text: str) -> None:
    text, expected = marked(text)
    report = check_text({"base.yaml": BASE, "case.yaml": text})
    aside = ASIDE - {code for _, _, code in expected}
    found = [(d.span.line, d.span.column, d.code, d.span.file) for d in report.diagnostics if d.code not in aside]
    assert sorted(found) == [(*place, "case.yaml") for place in expected]


def test_the_base_company_is_fine() -> None:
    assert check_text({"base.yaml": BASE}).diagnostics == ()
