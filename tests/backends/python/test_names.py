"""Names of specs as names of Python: none hides the API, none becomes another."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from crmdsl.api import check, check_text, emit, run_scenarios
from crmdsl.backends.python import names
from crmdsl.backends.python.kernel.case import Case
from crmdsl.backends.python.kernel.records import Record
from crmdsl.ir.naming import package_name
from tests.backends.python.packages import COMPANY, NOON, imported

HOSTILE = Path(__file__).parent / "names.yaml"
STEMS = ("a", "ab", "a_b", "a__b", "a1", "a_1", "class", "case", "type", "order", "submit", "can_submit", "by", "state")
NAMES = [stem + tail for stem, tail in product(STEMS, ("", "_", "__"))]


@pytest.mark.parametrize("named", [names.class_of, names.attribute, names.parameter, names.constant, names.module])
def test_no_two_names_become_one(named: object) -> None:
    assert callable(named)
    found = [named(name) for name in NAMES]
    assert len(set(found)) == len(NAMES)
    assert all(name.isidentifier() for name in found)


def test_methods_hide_neither_each_other_nor_the_api() -> None:
    found = list(names.methods([*NAMES, *sorted(names.CASE_API)]).values())
    every = [*found, *(f"can_{method}" for method in found)]
    assert len(set(every)) == len(every)
    assert not names.CASE_API & set(every)
    assert names.methods(["submit", "class"]) == {"submit": "submit", "class": "class_"}


def test_the_api_is_known() -> None:
    assert {name for name in dir(Case) if not name.startswith("_")} <= names.CASE_API
    assert {name for name in dir(Record) if not name.startswith("_")} <= names.RECORD_API


def test_the_usual_names_are_as_written() -> None:
    assert names.class_of("order_to_cash") == "OrderToCash"
    assert names.attribute("vat_number") == "vat_number"
    assert names.module("import") == "import_"
    assert [package_name(name) for name in ("my-company", "class", "class_", "1st")] == [
        "my_company",
        "class_",
        "class_",
        "_1st",
    ]


def test_a_company_of_hostile_names_runs() -> None:
    found = run_scenarios(check(HOSTILE))
    assert [(r.name, r.expected, r.happened) for r in found.results if not r.passed] == []
    assert len(found.results) == 1


NOTES = """
crmdsl: 1
entities:
  visit:
    owner: seller
    fields:
      {state: open | shut, last: text, now: text, record: text, note: optional text, refusal: text, target: text,
       new: text, past: text}
processes:
  visiting:
    entity: visit
    start: write
    steps:
      write:
        role: seller
        edits: [state, last, now, record, note, refusal, target, new, past]
        outcomes: {go: done}
      done: {end: success}
access: {grants: [{role: seller, can: [create, read, update], on: visit}]}
"""


def test_a_field_may_be_called_as_what_the_code_works_with(tmp_path: Path) -> None:
    texts = dict.fromkeys(("last", "now", "record", "note", "refusal", "target", "new", "past"), "so")
    files = emit(check_text({"company.yaml": COMPANY, "notes.yaml": NOTES}).program)
    with imported(files, tmp_path, "visits") as made:
        seller = made.ORGANISATION.first("seller")
        case = made.Visiting.start(seller, NOON, made.Visit())
        assert case.can_go(seller, state="shut", **texts)
        assert case.go(seller, NOON, state="shut", **texts).record == case.record.replace(state="shut", **texts)
