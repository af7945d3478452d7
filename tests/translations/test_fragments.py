"""No message is made of English that a catalogue cannot reach.

A catalogue that marks every letter of a template shows it: what is not marked then, and does not stand in backticks
as a word of the user or the language, was put in untranslated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import crmdsl
from crmdsl.api import check_text, run_scenarios
from crmdsl.diagnostics import Diagnostic, Message, Row
from tests.syntax.test_mistakes import CASES

TESTS = Path(__file__).parents[1]
PACKAGE = Path(crmdsl.__file__).parent
BASE = (TESTS / "golden" / "base.yaml").read_text(encoding="utf-8")
PARTS = re.compile(r"`[^`]*`|\{\{|\}\}|\{\w*\}|[^`{]+|.", re.DOTALL)


class Marked:
    """A catalogue in which every letter of a message is another one; holes and backticks are left alone."""

    def gettext(self, message: str) -> str:
        return "".join(part if part[0] in "`{" else re.sub("[A-Za-z]", "ø", part) for part in PARTS.findall(message))

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.gettext(singular if count == 1 else plural)


def unmarked(message: Message) -> list[str]:
    """The words of a message that a catalogue does not reach."""
    return re.findall("[A-Za-z]+", re.sub("`[^`]*`", "", message.text(Marked())))


def specs() -> Iterator[tuple[str, str]]:
    """Every golden case of a broken spec, without its marks."""
    for file in [*sorted((TESTS / "golden/cases").glob("*.txt")), *sorted((TESTS / "fixtures/rules").glob("*.txt"))]:
        for block in re.split(r"(?m)^=== ", file.read_text(encoding="utf-8"))[1:]:
            title, _, text = block.partition("\n")
            yield f"{file.stem}: {title}", re.sub("«[a-z-]+»", "", text.partition("\n---\n")[0]) + "\n"


def messages(diagnostics: tuple[Diagnostic, ...]) -> Iterator[Message]:
    for one in diagnostics:
        yield one.message
        if one.help:
            yield one.help
        yield from (related.message for related in one.related)


@pytest.mark.parametrize(("title", "text"), list(specs()), ids=[title for title, _ in specs()])
def test_no_english_is_left(title: str, text: str) -> None:
    alone = title.endswith("[alone]")
    found = check_text({"case.yaml": text} if alone else {"base.yaml": BASE, "case.yaml": text})
    assert [(str(one), unmarked(one)) for one in messages(found.diagnostics) if unmarked(one)] == []


def test_no_english_is_left_of_yaml() -> None:
    for text, _ in CASES:
        found = check_text({"case.yaml": text})
        assert [(text, str(one), unmarked(one)) for one in messages(found.diagnostics) if unmarked(one)] == []


FAILING = """crmdsl: 1
scenarios:
  unlike:
    process: order_to_cash
    given: {order: {amount: 10 EUR}}
    when: [{after: 2d}, {by: agent, do: submit}]
    then:
      state: won
      fields: {amount: 11 EUR, customer.rating: B}
      refused: [{by: agent 99, do: submit}, {by: sales_director, do: submit}, {by: agent, do: submit}]
      inbox: {agent: [submit], sales_director: []}
      visible_to: {agent: [amount]}
      emitted: [order_confirmed]
  stopped: {process: order_to_cash, when: [{by: chief_accountant, do: submit}], then: {state: won}}
  nobody: {process: order_to_cash, when: [{by: agent 99, do: submit}], then: {state: won}}
"""


def test_no_english_is_left_of_a_scenario() -> None:
    spec = TESTS.parent / "specs" / "valvotech"
    files = {path.relative_to(spec).as_posix(): path.read_text("utf-8") for path in spec.rglob("*.yaml")}
    found = run_scenarios(check_text(files | {"failing.yaml": FAILING}), ["unlike", "stopped", "nobody"])
    assert [result.passed for result in found.results] == [False] * 3, found.diagnostics
    for result in found.results:
        parts = [result.expected, result.happened]
        parts += [part for check in result.checks for part in (check.expected, check.happened)]
        parts += [act.refused.message for act in result.trace if act.refused]
        assert [(str(one), unmarked(one)) for one in parts if unmarked(one)] == []


def arguments() -> Iterator[tuple[str, ast.expr]]:
    """What is put into the holes of messages, wherever one is made; a hole in backticks is for words of the user."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Message", "Message.counted"}:
                place = f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}"
                open_holes = re.sub("`[^`]*`", "", " ".join(ast.unparse(template) for template in node.args))
                yield from ((place, word.value) for word in node.keywords if f"{{{word.arg}}}" in open_holes)


def texts(value: ast.expr) -> Iterator[str]:
    """The constant texts that an argument may be made of; not what is looked up or asked of others by a text."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "0" for part in value.values)  # type: ignore[misc]
    elif isinstance(value, ast.IfExp):
        yield from (*texts(value.body), *texts(value.orelse))
    elif isinstance(value, ast.BoolOp):
        yield from (text for part in value.values for text in texts(part))
    elif isinstance(value, ast.BinOp):
        yield from (*texts(value.left), *texts(value.right))
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        yield from texts(value.func.value)


def test_no_argument_is_an_english_word() -> None:
    wrong = [
        f"{place}: {text}"
        for place, value in arguments()
        for text in texts(value)
        if re.search("[A-Za-z]{2}", re.sub("`[^`]*`", "", text))
    ]
    assert wrong == []


def test_a_row_is_translated_part_by_part() -> None:
    row = Row([Message("no faults"), "`a`", Message("related")], "; ")
    assert str(row) == "no faults; `a`; related"
    assert row.text(Marked()) == "øø øøøøøø; `a`; øøøøøøø"
