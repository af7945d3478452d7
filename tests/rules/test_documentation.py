"""What a rule's docstring shows as wrong is wrong, and what it shows as right is not."""

from __future__ import annotations

from textwrap import indent

import pytest

from crmdsl.api import check_text
from crmdsl.report.codes import Code, codes
from crmdsl.rules import rules
from tests.rules.test_golden import BASE

PROCESS = "processes:\n  example:\n    entity: order\n    start: {start}\n"
CHAIN = "approvals:\n  discount: {entity: order, requester: agent, levels: {one: {approver: lead}}}\n"
DOCUMENTED = codes()


def spec_of(example: str) -> str:
    """An example as a file: steps alone are those of a process."""
    if not example.startswith("steps:"):
        return "crmdsl: 1\n" + example + "\n"
    start = example.split("\n")[1].split(":", maxsplit=1)[0].strip()
    return "crmdsl: 1\n" + CHAIN + PROCESS.format(start=start) + indent(example, "    ") + "\n"


def found(example: str) -> set[str]:
    base = [line for line in BASE.split("\n") if not (line.startswith("  sales:") and "\n  sales:" in example)]
    return {one.code for one in check_text({"a.yaml": spec_of(example), "base.yaml": "\n".join(base)}).diagnostics}


@pytest.mark.parametrize("code", [rule.CODE for rule in rules()])
def test_wrong_is_wrong_and_right_is_right(code: str) -> None:
    documented: Code = DOCUMENTED[code]
    assert documented.summary.endswith(".")
    assert documented.why
    assert code in found(documented.wrong)
    assert code not in found(documented.right)
