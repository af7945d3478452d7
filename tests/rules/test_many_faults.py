"""A spec with more faults than anybody reads: the first are told, and that there are more."""

from __future__ import annotations

import pytest

from crmdsl.analysis.proofs import chains
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
