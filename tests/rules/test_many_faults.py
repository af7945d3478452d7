"""A spec with more faults than anybody reads: the first are told, and that there are more."""

from __future__ import annotations

import pytest

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
