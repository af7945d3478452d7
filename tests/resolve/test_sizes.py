"""Processes that run each other as parts do not grow without end, which is told once."""

from __future__ import annotations

import pytest

from crmdsl.api import check_text

HEAD = """\
crmdsl: 1
company: {name: A, currency: EUR, timezone: Europe/Rome, calendar: c}
calendars: {c: {hours: {mon-fri: ["08:00-12:00"]}}}
departments: {d: {}}
roles: {clerk: {department: d}}
entities: {o: {owner: clerk, fields: {m: money}}}
processes:
"""
TWICE = (
    "  p{n}: {{entity: o, start: s, steps: {{s: {{process: p{after}, outcomes: {{success: t, failure: e}}}},"
    " t: {{process: p{after}, outcomes: {{success: e, failure: e}}}}, e: {{end: success}}}}}}\n"
)
LAST = "  p{n}: {{entity: o, start: s, steps: {{s: {{role: clerk, outcomes: {{go: e}}}}, e: {{end: success}}}}}}\n"


@pytest.mark.parametrize(("deep", "lines"), [(10, []), (40, [37])])
def test_processes_that_run_the_next_twice(deep: int, lines: list[int]) -> None:
    text = HEAD + "".join(TWICE.format(n=n, after=n + 1) for n in range(deep)) + LAST.format(n=deep)
    errors = [one for one in check_text({"a.yaml": text}).diagnostics if one.code == "bad-value"]
    assert [one.span.line for one in errors] == lines
    assert all("`p29` has more than 10000" in str(one.message) for one in errors)
