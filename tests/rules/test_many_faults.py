"""A spec with more faults than anybody reads: the first are told, and that there are more."""

from __future__ import annotations

import pytest

from crmdsl.analysis.proofs import chains, outcomes
from crmdsl.api import check_text
from crmdsl.diagnostics.collection import MOST

HEAD = """\
crmdsl: 1
company: {name: A, currency: EUR, timezone: Europe/Rome, calendar: c}
calendars: {c: {hours: {mon: ["08:00-12:00"]}}}
"""


@pytest.mark.parametrize(
    ("section", "line"),
    [("", "k{}: x"), ("roles:", "  r{}: {{department: sales}}"), ("product_lines:", "  P{}: {{}}")],
)
def test_the_rest_is_left_out(section: str, line: str) -> None:
    lines = [section, *(line.format(number) for number in range(MOST + 10))]
    found = check_text({"a.yaml": HEAD + "\n".join(lines)}).diagnostics
    assert len(found) == MOST + 1
    assert found[-1].code == "too-large"


def test_a_chain_of_more_levels_than_are_proven_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "MAX_LEVELS", 10)
    levels = "".join(f"      l{n}: {{when: a > {n} EUR and a <= {n + 1} EUR, approver: r}}\n" for n in range(11))
    chain = "approvals:\n  c:\n    entity: e\n    requester: q\n    levels:\n" + levels
    entity = "entities: {e: {fields: {a: money}}}\n"
    found = check_text({"a.yaml": HEAD + entity + chain}).diagnostics
    told = [(one.code, one.span.line) for one in found if one.code in ("approval-gap", "unchecked-condition")]
    assert told == [("unchecked-condition", 10)]


def test_a_step_of_more_ways_out_than_are_judged_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MAX_WAYS", 10)
    ways = "".join(f"      w{n}: {{to: z, when: a > {n} EUR and a <= {n + 1} EUR}}\n" for n in range(11))
    process = "processes:\n  p:\n    entity: e\n    start: s\n"
    process += "    steps: {s: {role: q, outcomes: {go: z}}, z: {end: success}}\n"
    entity = "entities: {e: {fields: {a: money}}}\n"
    found = check_text({"a.yaml": HEAD + entity + process + "    anytime:\n" + ways}).diagnostics
    assert [(one.code, one.span.line) for one in found if one.code == "unchecked-condition"] == [
        ("unchecked-condition", 11)
    ]
