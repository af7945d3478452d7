"""Golden cases of the rules: what is said of a small spec, where, and in which words.

`«code»` stands right before the place of a diagnostic; after `---` follow the messages, by line, column and code.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crmdsl.api import check_text
from crmdsl.diagnostics import Diagnostic

TESTS = Path(__file__).parents[1]
BASE = (TESTS / "golden" / "base.yaml").read_text(encoding="utf-8")
FILES = sorted((TESTS / "fixtures" / "rules").glob("*.txt"))
MARK = re.compile("«([a-z-]+)»")
ALONE = "[alone]"
ASIDE = {"single-point-of-failure"}
"""Diagnostics that count only in cases which expect them: small companies have many of these beside the point."""


class Case:
    """A title, the text without marks, the marks, and the messages expected."""

    def __init__(self, block: str) -> None:
        self.title, _, rest = block.partition("\n")
        text, _, said = rest.partition("\n---\n")
        self.said = said.strip("\n")
        self.expected: list[tuple[int, int, str]] = []
        lines = []
        for number, line in enumerate(text.split("\n"), 1):
            while found := MARK.search(line):
                self.expected.append((number, found.start() + 1, found[1]))
                line = line[: found.start()] + line[found.end() :]
            lines.append(line)
        self.text = "\n".join(lines) + "\n"

    def check(self) -> list[Diagnostic]:
        files = {"case.yaml": self.text} if self.title.endswith(ALONE) else {"base.yaml": BASE, "case.yaml": self.text}
        aside = ASIDE - {code for _, _, code in self.expected}
        found = [one for one in check_text(files).diagnostics if one.code not in aside]
        assert {one.span.file for one in found} <= {"case.yaml"}, found
        return found

    def written(self, found: list[Diagnostic]) -> str:
        """The case as it should stand, from what was found."""
        lines = self.text.rstrip("\n").split("\n")
        for one in sorted(found, key=lambda one: one.span[:3], reverse=True):
            line, at = lines[one.span.line - 1], one.span.column - 1
            lines[one.span.line - 1] = f"{line[:at]}«{one.code}»{line[at:]}"
        return "\n".join(["=== " + self.title, *lines, "---", *said(found), "", ""])


def said(found: list[Diagnostic]) -> list[str]:
    lines = []
    for one in found:
        lines.append(f"{one.severity.value} {one.code}: {one.message}")
        lines += [f"  also {other.span.line}:{other.span.column}: {other.message}" for other in one.related]
        lines += [f"  help: {one.help}"] if one.help else []
    return lines


def blocks(file: Path) -> list[str]:
    return re.split(r"(?m)^=== ", file.read_text(encoding="utf-8"))


CASES = [
    pytest.param(block, id=f"{file.stem}-{block.partition(chr(10))[0]}") for file in FILES for block in blocks(file)[1:]
]


@pytest.mark.parametrize("block", CASES)
def test_case(block: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        pytest.skip("written anew")
    case = Case(block)
    found = case.check()
    assert [(one.span.line, one.span.column, one.code) for one in found] == sorted(case.expected)
    assert "\n".join(said(found)) == case.said


def test_every_rule_is_wrong_twice_and_right_once() -> None:
    from crmdsl.rules import rules

    cases = [Case(block) for file in FILES for block in blocks(file)[1:]]
    for rule in rules():
        wrong = [case for case in cases if any(code == rule.CODE for _, _, code in case.expected)]
        assert len(wrong) >= 2, rule.CODE


@pytest.fixture(scope="session", autouse=True)
def _update(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        for file in FILES:
            head, *cases = blocks(file)
            written = [case.written(case.check()) for case in map(Case, cases)]
            file.write_text(head + "".join(written).rstrip("\n") + "\n", encoding="utf-8")
