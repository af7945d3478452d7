"""Repairs that are certain: what they make of a spec, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdsl.api import fix
from crmdsl.diagnostics import Diagnostic
from tests.golden.test_cases import BASE

SPEC = """\
crmdsl: 1
entities:
  offer:
    owner: agent
    fields:
      total: money
      rebate: percent
      title: text
      kind: plain | odd
      open: flag
processes:
  offering:
    entity: offer
    owner: director
    customer: anyone
    start: write
    steps:
      write:
        role: agent
        edits: [total, rebate, title, kind, open]
        needs: [total, rebate, title, kind, open]
        outcomes:
          go: {to: sent, when: CONDITION}
          stop: {to: dropped}
      sent: {end: success}
      dropped: {end: failure}
access:
  grants:
    - {role: agent, can: [create, read, update], on: offer}
"""


def fixed(folder: Path, text: str) -> tuple[str, tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """A file after its repairs, the repairs, and what remains."""
    (folder / "base.yaml").write_text(BASE, "utf-8", newline="")
    (folder / "case.yaml").write_bytes(text.encode())
    found, done = fix(folder)
    after = {change.path: change.after.decode() for change in done.changes}
    assert set(after) <= {"case.yaml"}
    return after.get("case.yaml", text), done.repaired, found.diagnostics


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("open && total > 5 EUR && open", "open and total > 5 EUR and open"),
        ("open || total <> 5 EUR", "open or total != 5 EUR"),
        ("open AND total ≥ 5 EUR", "open and total >= 5 EUR"),
        ("open e total > 5 EUR oppure open", "open and total > 5 EUR or open"),
        ("title = 'x'", 'title = "x"'),
        ("total > 100EUR", "total > 100 EUR"),
        ("rebate > 5 %", "rebate > 5%"),
        ("rebate > 5", "rebate > 5%"),
        ("total > 10_000", "total > 10_000 EUR"),
        ('kind = "odd"', "kind = odd"),
        ("state = 'write' and open", "state = write and open"),
        ("'title = ''x'''", "'title = \"x\"'"),
        ('title = "a, b"', "'title = \"a, b\"'"),
    ],
)
def test_conditions(tmp_path: Path, wrong: str, right: str) -> None:
    after, repaired, left = fixed(tmp_path, SPEC.replace("CONDITION", wrong))
    assert after == SPEC.replace("CONDITION", right)
    assert repaired
    assert [one.code for one in left if one.severity.value == "error"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "rebate > 1",
        "rebate > 0.5",
        "total > 5 USD",
        "totl > 5 EUR",
        "!open",
        "title = abc",
        "open => open",
        "\"title = 'x'\"",
    ],
)
def test_what_may_mean_several_things_stays(tmp_path: Path, wrong: str) -> None:
    after, repaired, left = fixed(tmp_path, SPEC.replace("CONDITION", wrong))
    assert after == SPEC.replace("CONDITION", wrong)
    assert repaired == ()
    assert left


ROLES = "crmdsl: 1\nroles:\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (ROLES + "  a: {department: sales, hourly_cost: 38}", ROLES + "  a: {department: sales, hourly_cost: 38 EUR}"),
        (ROLES + "  a: {department: sales, Hourly-Cost: 38}", ROLES + "  a: {department: sales, hourly_cost: 38 EUR}"),
        (
            ROLES + '  a: {department: sales, hourly_cost: "1.038,50 €"}',
            ROLES + "  a: {department: sales, hourly_cost: 1_038.50 EUR}",
        ),
        (ROLES + "  a: {department: sales, inherit: yes}", ROLES + "  a: {department: sales, inherit: true}"),
        (ROLES + "  a: {department: sales, availability: 70}", ROLES + "  a: {department: sales, availability: 70%}"),
        (ROLES + "  a:\n\tdepartment: sales", ROLES + "  a:\n    department: sales"),
        (ROLES + "  a:{department: sales}", ROLES + "  a: {department: sales}"),
        ("roles:\r\n  a: {department: sales}\r\n", "crmdsl: 1\r\n\r\nroles:\r\n  a: {department: sales}\r\n"),
        ("# ours\n\n# roles\nroles: {}\n", "# ours\n\ncrmdsl: 1\n\n# roles\nroles: {}\n"),
        ("crmdsl: 2\nroles: {}\n", "crmdsl: 1\nroles: {}\n"),
        (
            "crmdsl: 1\ncalendars: {x: {hours: {mon: [09:00-10:00]}, closed: 10/08/2026-23/08/2026}}",
            "crmdsl: 1\ncalendars: {x: {hours: {mon: [09:00-10:00]}, closed: 2026-08-10..2026-08-23}}",
        ),
        ("crmdsl: 1\ndepartments: {it: {class: Primary}}", "crmdsl: 1\ndepartments: {it: {class: primary}}"),
        (
            "crmdsl: 1\nterritories: {x: {allow: {unused-role: later}, in: y}, y: {}}",
            "crmdsl: 1\nterritories: {x: {in: y}, y: {}}",
        ),
        (
            "crmdsl: 1\nterritories:\n  x:\n    in: y\n    allow: {unused-role: later}\n  y: {}\n",
            "crmdsl: 1\nterritories:\n  x:\n    in: y\n  y: {}\n",
        ),
    ],
)  # fmt: skip
def test_files(tmp_path: Path, wrong: str, right: str) -> None:
    after, repaired, _ = fixed(tmp_path, wrong)
    assert after == right
    assert repaired


@pytest.mark.parametrize(
    "text",
    [
        ROLES + "  a: {department: sales, hourly_cost: 1.000 EUR}",
        ROLES + "  a: {department: sales, headcount: 2, Headcount: 3}",
        ROLES + "  a: {department: sales, hourly_cost: 38,50 EUR, availability: 12,5%}",
        ROLES + "  a: {department: sales, hourly_cost: 15k EUR, headcount: 2 persone, availability: 0.5}",
        SPEC.replace("CONDITION", "rebate > 12,5%"),
        SPEC.replace("role: agent\n", "role: agent\n        within: 48 ore\n"),
        SPEC.replace("role: agent\n", "role: agent\n        within: 30 giorni\n"),
        "crmdsl: 1\nhandoffs: {h: {entity: order, customer: agent, supplier: clerk, gives: [amount], rework: 2}}",
        ROLES + "  a: {departmnt: sales}",
        "crmdsl: 1\nterritories: {x: {in: y, allow: {unused-role: later}}, y: {}}\nroles: {r: {department: nowhere}}",
        "crmdsl: 1\nterritories:\n  x:\n    in: y\n    allow: {unused-role: later} # why\n  y: {}\n",
        "{roles: {}}",
    ],
)
def test_files_that_stay(tmp_path: Path, text: str) -> None:
    after, repaired, left = fixed(tmp_path, text)
    assert after == text
    assert repaired == ()
    assert left


def test_a_mark_of_byte_order_stays(tmp_path: Path) -> None:
    after, _, _ = fixed(tmp_path, "\ufeffcrmdsl: 2\n")
    assert after == "\ufeffcrmdsl: 1\n"
