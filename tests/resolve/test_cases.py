"""Golden cases of names and conditions: `«code»` stands right before the place of the diagnostic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crmdsl.diagnostics import Diagnostic
from crmdsl.model.reader import read
from crmdsl.model.spec import Spec
from crmdsl.resolve.names import resolve
from crmdsl.resolve.resolved import Resolved
from crmdsl.syntax.loader import load, load_text

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BASE = (HERE.parent / "golden" / "base.yaml").read_text(encoding="utf-8")
MARK = re.compile("«([a-z-]+)»")


def cases() -> list[tuple[str, str]]:
    blocks = re.split(r"(?m)^=== ", (HERE / "cases.txt").read_text(encoding="utf-8"))[1:]
    return [(title, f"crmdsl: 1\n{text}") for title, _, text in (block.partition("\n") for block in blocks)]


def marked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    expected: list[tuple[int, int, str]] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        while found := MARK.search(line):
            expected.append((number + 1, found.start() + 1, found[1]))
            line = line[: found.start()] + line[found.end() :]
        lines[number] = line
    return "\n".join(lines), sorted(expected)


def resolved(text: str) -> tuple[Spec, Resolved, list[Diagnostic]]:
    loaded = load_text({"base.yaml": BASE, "case.yaml": text}, "spec")
    spec, reading = read(loaded)
    found, diagnostics = resolve(spec)
    return spec, found, [*loaded.diagnostics, *reading, *diagnostics]


@pytest.mark.parametrize(("title", "text"), cases(), ids=[title for title, _ in cases()])
def test_case(title: str, text: str) -> None:
    text, expected = marked(text)
    _, _, diagnostics = resolved(text)
    found = sorted((d.span.line, d.span.column, d.code) for d in diagnostics)
    assert found == expected, [f"{d.span} {d.code} {d.message}" for d in diagnostics]
    for diagnostic in diagnostics:
        assert diagnostic.span.file == "case.yaml"
        assert str(diagnostic.message)
        assert diagnostic.help is None or str(diagnostic.help)


COMPANIES = sorted(f"specs/{path.name}" for path in (ROOT / "specs").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", [*COMPANIES, "tests/golden/semantics", "tests/golden/semantics_examined"])
def test_a_whole_company_resolves(folder: str) -> None:
    loaded = load(ROOT / folder)
    spec, reading = read(loaded)
    found, diagnostics = resolve(spec)
    assert [*reading, *diagnostics] == []
    assert not spec.unsound
    for process in spec.processes.values():
        for step in process.all_steps.values():
            for outcome in getattr(step, "outcomes", None) or getattr(step, "decide", None) or {}:
                ways = getattr(step, "outcomes", None) or getattr(step, "decide", None)
                when = ways[outcome].when
                assert when is None or found.typed(when) is not None


def process(name: str, step: str) -> str:
    return f"  {name}: {{entity: order, start: a, steps: {{a: {step}, z: {{end: success}}}}}}\n"


def test_what_is_unsound() -> None:
    text = (
        "crmdsl: 1\napprovals:\n  bad: {entity: order, requester: agent, levels: {x: {approver: nobody}}}\nprocesses:\n"
    )
    text += process("fine", "{role: agent, outcomes: {go: z}}")
    text += process("typed", "{role: agent, outcomes: {go: {to: z, when: amount > 5}}}")
    text += process("named", "{role: agent, outcomes: {go: {to: z, when: amuont > 5 EUR}}}")
    text += process("chained", "{approval: bad, outcomes: {approved: z, rejected: z}}")
    text += process("calling", "{process: chained, outcomes: {success: z, failure: z}}")
    spec, _, _ = resolved(text)
    assert spec.unsound == {"named", "chained", "calling"}


def test_a_name_may_stand_in_what_cannot_be_read() -> None:
    text = "crmdsl: 1\nroles: nonsense\nprocesses:\n" + process("p", "{role: nobody, outcomes: {go: z}}")
    _, _, diagnostics = resolved(text)
    assert [d.code for d in diagnostics] == ["wrong-type"]


def test_what_is_taken_over_is_reported_once() -> None:
    text = "crmdsl: 1\nkpis:\n  a: {of: nothing, measure: count, when: amount > 5}\n  b: {use: a}\n  c: {use: b}\n"
    _, _, diagnostics = resolved(text)
    assert sorted(d.code for d in diagnostics) == ["unknown-name"]


def test_repairs_and_related_places() -> None:
    text = "crmdsl: 1\nprocesses:\n" + process("p", "{role: agnt, outcomes: {go: z}}")
    _, _, (unknown,) = resolved(text)
    assert str(unknown.help) == "did you mean `agent`?"
    text = "crmdsl: 1\nprocesses:\n" + process("p", "{role: order, outcomes: {go: z}}")
    _, _, (wrong,) = resolved(text)
    assert str(wrong.message) == "`order` is an entity, not a role"
    assert wrong.related[0].span.file == "base.yaml"


def test_a_grant_on_two_entities_has_a_tree_for_each_it_makes_sense_of() -> None:
    text = "crmdsl: 1\naccess:\n  grants: {role: agent, can: read, on: [order, customer], when: blocked}\n"
    spec, found, diagnostics = resolved(text)
    assert not diagnostics
    condition = spec.access.grants[-1].when
    assert condition is not None
    assert found.typed(condition) is found.typed_for(condition, "customer")
    assert found.typed_for(condition, "order") is None


def test_values_are_kept() -> None:
    text = "crmdsl: 1\nscenarios:\n  s: {process: selling, given: {order: {amount: 5 EUR, due: 2026-01-02}}}\n"
    spec, found, diagnostics = resolved(text)
    assert not diagnostics
    given = spec.scenarios["s"].given
    assert given is not None
    amount = given.get("order").get("amount")  # type: ignore[union-attr]
    assert found.value(amount) == 500
    assert found.value(spec.entities["order"].fields["amount"].max) == 100_000_000
