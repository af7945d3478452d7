"""Whole specs as models: what is there after reading, whatever was wrong."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from crmdsl.model.declaration import Declaration, keys_of
from crmdsl.model.processes import Call, Decide, End, Parallel, Task, Wait
from crmdsl.model.reader import read
from crmdsl.model.spec import SECTIONS, Spec
from crmdsl.model.values import DateRange, Duration, Effort, Rate, Window
from crmdsl.syntax.loader import load, load_text

ROOT = Path(__file__).parents[2]
VALVOTECH = ROOT / "specs" / "valvotech"
BASE = (ROOT / "tests" / "golden" / "base.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def valvotech() -> Spec:
    spec, diagnostics = read(load(VALVOTECH))
    assert diagnostics == []
    return spec


def test_a_whole_company(valvotech: Spec) -> None:
    assert {name: len(getattr(valvotech, name)) for name in SECTIONS if getattr(valvotech, name)} == {
        "calendars": 2, "departments": 6, "roles": 15, "territories": 4, "sales_network": 3, "channels": 4,
        "entities": 5, "processes": 4, "approvals": 2, "handoffs": 2, "kpis": 4, "integrations": 2, "scenarios": 4,
    }  # fmt: skip
    assert not valvotech.unsound
    assert not valvotech.incomplete


def test_values(valvotech: Spec) -> None:
    office = valvotech.calendars["office"]
    assert office.hours[4] == (Window(510, 750), Window(840, 1080))
    assert office.hours[5] == ()
    assert office.closed == (DateRange(date(2026, 8, 10), date(2026, 8, 21)),)
    agent = valvotech.roles["agent"]
    assert (agent.hourly_cost, agent.availability, agent.headcount) == (3800, 7000, 14)
    assert agent.label
    assert agent.label.in_("it") == "Agente"
    process = valvotech.processes["order_to_cash"]
    assert process.arrivals == Rate(Fraction(17), "day")
    assert process.promise == Duration(days=100)
    quote = process.steps["prepare_quote"]
    assert isinstance(quote, Task)
    assert quote.effort == Effort(Duration(hours=1), Fraction(3, 5))
    assert [ref.name for ref in quote.role] == ["agent", "export_manager"]
    assert quote.outcomes["submit"].chance == 8500


def test_steps_know_their_place(valvotech: Spec) -> None:
    process = valvotech.processes["order_to_cash"]
    paths = [path for path in process.all_steps if path.startswith("fulfilment")]
    assert paths == [
        "fulfilment", "fulfilment.shipping.await_shipping", "fulfilment.shipping.shipped",
        "fulfilment.invoicing.issue_invoice", "fulfilment.invoicing.invoiced",
    ]  # fmt: skip
    assert all((step.path, step.process) == (path, "order_to_cash") for path, step in process.all_steps.items())


def spec_of(text: str) -> Spec:
    """The spec of a text beside the base company."""
    spec, diagnostics = read(load_text({"base.yaml": BASE, "case.yaml": "crmdsl: 1\n" + text}))
    assert diagnostics == []
    return spec


def test_a_branch_of_one_task() -> None:
    spec = spec_of("""
processes:
  p:
    entity: order
    start: a
    steps:
      a: {parallel: {x: {role: agent, label: X}, y: {start: s, steps: {s: {end: success}}}}, then: z}
      z: {end: success}
""")
    block = spec.processes["p"].steps["a"]
    assert isinstance(block, Parallel)
    branch = block.parallel["x"]
    assert branch.single
    assert branch.start
    assert branch.start.name == "x"
    assert list(branch.steps) == ["x"]
    task = branch.steps["x"]
    assert isinstance(task, Task)
    assert list(task.outcomes) == ["done"]
    assert list(spec.processes["p"].all_steps) == ["a", "a.x", "a.y.s", "z"]


def test_use_takes_whole_keys() -> None:
    spec = spec_of("""
roles:
  a: {department: sales, headcount: 2, label: {it: A, en: A}}
  b: {use: a, label: B}
  c: {use: b, headcount: 3, reports_to: lead}
processes:
  p:
    entity: order
    start: a
    steps:
      a: {role: a, within: 1d, late: remind, outcomes: {go: b, stay: a}}
      b: {use: a, role: b, outcomes: {go: z}}
      z: {end: success}
  q: {use: p, label: Q}
""")
    role = spec.roles["c"]
    assert (role.headcount, role.reports_to and role.reports_to.name) == (3, "lead")
    assert role.department
    assert role.department.name == "sales"
    assert role.label
    assert role.label.texts == {"": "B"}
    step = spec.processes["p"].steps["b"]
    assert isinstance(step, Task)
    assert (step.within, list(step.outcomes)) == (Duration(days=1), ["go"])
    assert list(spec.processes["q"].all_steps) == ["a", "b", "z"]
    assert spec.processes["q"].steps["a"].process == "q"


def test_kinds_of_steps() -> None:
    spec = spec_of("""
processes:
  p:
    entity: order
    start: a
    steps:
      a: {decide: {yes: b, no: {to: c}}}
      b: {wait: {event: shipped, timeout: 48h elapsed, takes: 1d}, outcomes: {shipped: c, timeout: c}}
      c: {process: selling, outcomes: {success: d, failure: d}}
      d: {end: failure, reason: {it: Fine, en: End}}
""")
    kinds = [type(step) for step in spec.processes["p"].steps.values()]
    assert kinds == [Decide, Wait, Call, End]


def test_sections_and_grants_of_several_files_unite() -> None:
    second = "crmdsl: 1\naccess: {grants: {role: clerk, can: read, on: order}}\nterritories: {north: {}}\n"
    spec, diagnostics = read(load_text({"b.yaml": second, "a.yaml": BASE, "c.yaml": "crmdsl: 1\nterritories:\n"}))
    assert diagnostics == []
    assert [grant.name for grant in spec.access.grants] == ["1", "2", "3", "4"]
    assert spec.access.grants[3].can == ("read",)
    assert list(spec.territories) == ["north"]


def test_a_declaration_with_faults_is_made_of_what_can_be_read() -> None:
    text = "crmdsl: 1\nroles: {Bad: {department: sales, headcount: x, note: fine}}\nprocesses: {p: {}}\n"
    spec, diagnostics = read(load_text({"base.yaml": BASE, "case.yaml": text}))
    assert len(diagnostics) == 5
    assert (spec.roles["Bad"].note, spec.roles["Bad"].headcount) == ("fine", None)
    assert spec.unsound == {"p"}


def test_what_is_missing_at_the_top() -> None:
    _, diagnostics = read(load_text({"a.yaml": "roles: {}\n", "b.yaml": "crmdsl: 1\n"}))
    found = [(d.code, d.span.file, d.span.line, d.span.column) for d in diagnostics]
    assert found == [("missing-key", "a.yaml", 1, 1)] * 2
    assert len({str(d.message) for d in diagnostics}) == 2


def test_what_could_not_be_parsed_is_not_called_missing() -> None:
    loaded = load_text({"a.yaml": "crmdsl: 1\nroles: {a: {department: [}\n", "b.yaml": b"\xff\xfe"})
    spec, diagnostics = read(loaded)
    assert loaded.diagnostics
    assert "missing-key" not in {d.code for d in diagnostics}
    assert spec.incomplete


def test_a_chain_of_uses_of_any_length() -> None:
    roles = "".join(f"  r{i}: {{use: r{i + 1}}}\n" for i in range(20_000))
    spec = spec_of(f"roles:\n{roles}  r20000: {{department: sales}}\n")
    first = spec.roles["r0"].department
    assert first
    assert first.name == "sales"


def test_use_makes_no_large_spec_of_a_small_file() -> None:
    fields = "".join(f"f{i}: text, " for i in range(1000))
    users = "".join(f"  e{i}: {{use: big}}\n" for i in range(1000))
    _, diagnostics = read(
        load_text({"a.yaml": BASE, "b.yaml": f"crmdsl: 1\nentities:\n  big: {{fields: {{{fields}}}}}\n{users}"})
    )
    assert [d.code for d in diagnostics] == ["too-large"]


def test_more_declarations_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmdsl.model.reading.declarations.MAX_DECLARATIONS", 30)
    fields = "".join(f"      f{i}: {'text' if i < 30 else 'nonsense'}\n" for i in range(40))
    text = f"crmdsl: 1\nentities:\n  many:\n    fields:\n{fields}"
    spec, diagnostics = read(load_text({"a.yaml": BASE, "b.yaml": text}))
    assert [(one.code, one.span.line, one.span.column) for one in diagnostics] == [("too-large", 35, 7)]
    assert list(spec.entities["many"].fields) == [f"f{i}" for i in range(30)]


def test_use_in_each_other_without_end() -> None:
    steps = "      s0: {end: success}\n" + "".join(
        f"      s{i}: {{parallel: {{a: {{start: x, steps: {{x: {use}, y: {use}}}}}}}, then: s0}}\n"
        for i in range(1, 60)
        for use in [f"{{use: s{i - 1}}}"]
    )
    text = f"crmdsl: 1\nprocesses:\n  p:\n    entity: order\n    start: s1\n    steps:\n{steps}"
    spec, diagnostics = read(load_text({"a.yaml": BASE, "b.yaml": text}))
    assert {d.code for d in diagnostics} == {"too-large"}
    assert spec.unsound == {"p"}


WORDS = [
    "[]", "{}", "~", '""', "[a]", "{a: b}", "use: x", "9" * 30, "role", "end", "-1", "100%", "5 EUR", "٣", '"\\u0000"',
    "{start: x, steps: {}}", "optional", "a..b", "x" * 300, "{use: agent}", "[[a]]", "|",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_any_spec_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    files = {str(p.relative_to(VALVOTECH)): p.read_text(encoding="utf-8") for p in VALVOTECH.rglob("*.yaml")}
    for _ in range(chance.randint(1, 6)):
        name = chance.choice(sorted(files))
        lines = files[name].split("\n")
        at = chance.randrange(len(lines))
        lines[at] = mangled(chance, lines, at)
        files[name] = "\n".join(lines)
    spec, diagnostics = read(load_text(files))
    assert all(f"{d.message} {d.help}" and d.span.line >= 1 for d in diagnostics)
    for section, cls in SECTIONS.items():
        assert all(isinstance(found, cls) for found in getattr(spec, section).values())


def mangled(chance: random.Random, lines: list[str], at: int) -> str:
    """A line with something else in it."""
    line = lines[at]
    match chance.randrange(4):
        case 0:
            return chance.choice(lines)
        case 1:
            return line.rsplit(":", 1)[0] + ": " + chance.choice(WORDS)
        case 2:
            cut = chance.randrange(len(line) + 1)
            return line[:cut] + chance.choice(WORDS) + line[cut:]
        case _:
            return line.replace(chance.choice(["role", "end", "to", "start", "steps", "type"]), chance.choice(WORDS))


def test_every_key_of_a_class_has_an_attribute() -> None:
    for cls in SECTIONS.values():
        assert issubclass(cls, Declaration)
        assert all(hasattr(cls, attribute) for attribute, _ in keys_of(cls).values())
