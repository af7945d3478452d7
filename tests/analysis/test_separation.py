"""What is said of signers is what trying everybody finds, and what the generated machine does."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crmdsl.api import check_text
from tests.differential.generated import Generated, resolved
from tests.generators.signers import Company, some

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
UNSATISFIABLE = "separation-unsatisfiable"
COMPANIES = 20_000 if os.environ.get("CRMDSL_THOROUGH") else 300
PACKAGES = 60 if os.environ.get("CRMDSL_THOROUGH") else 6


def expected(company: Company) -> set[str]:
    """The codes that trying everybody asks for."""
    found = set()
    for levels in company.sets():
        asking = company.asking()
        if not asking:
            continue
        served = [company.served(levels, asker) for asker in asking]
        if not any(served):
            found.add(UNSATISFIABLE)
        elif not all(served) or not all(company.serves_himself(levels, asker) for asker in asking):
            found.add("signer-missing")
    return found


def said(company: Company) -> set[str]:
    codes = {one.code for one in check_text({"spec.yaml": company.text()}).diagnostics}
    return codes & {UNSATISFIABLE, "signer-missing"}


def test_what_is_said_is_what_trying_everybody_finds() -> None:
    tally: dict[frozenset[str], int] = {}
    for seed in range(COMPANIES):
        company = some(Random(seed))
        if not company.asking():
            continue
        wanted = expected(company)
        told = said(company)
        assert (UNSATISFIABLE in told) == (UNSATISFIABLE in wanted), company.text()
        assert UNSATISFIABLE in wanted or told == wanted, company.text()
        tally[frozenset(wanted)] = tally.get(frozenset(wanted), 0) + 1
    assert min(tally.values()) > COMPANIES // 50
    assert len(tally) >= 3


@pytest.mark.slow
def test_the_machine_is_never_stuck_where_nothing_is_lacking_and_always_where_nobody_can_sign(tmp_path: Path) -> None:
    """Whoever signs, in any order: a signature that would leave a later level without a signer is refused."""
    done = 0
    for seed in range(1_000_000, 1_000_000 + PACKAGES):
        random = Random(seed)
        company = some(random)
        if not company.asking():
            continue
        generated = Generated(resolved(company.text(), f"signers_{seed}"), tmp_path, f"signers_{seed}")
        try:
            done += sum(_run(generated, company, levels, asker, random) for levels in _flags(company)
                        for asker in company.asking())  # fmt: skip
        finally:
            generated.close()
    assert done


def _flags(company: Company) -> list[tuple[bool, bool]]:
    return [(f, g) for f in (True, False) for g in (True, False)]


def _run(generated: Generated, company: Company, flags: tuple[bool, bool], asker: str, random: Random) -> int:
    """Have whoever may sign do so, in any order, until nobody may."""
    record = dict(zip(("f", "g"), flags, strict=True))
    held = [level for level in company.levels if not level.when or record[level.when[-1]] != (level.when[:3] == "not")]
    levels = held if company.mode == "ladder" else held[:1]
    people = generated.organisation
    made = generated.module("records").Job(**record)
    case: Any = generated.case_class("approval", "chain").start(people.person(asker), NOON, made)
    while not case.ended:
        able = [one for one in people.people if case.can_approve(by=one, at=NOON)]
        if not able:
            break
        case = case.approve(by=random.choice(able), at=NOON)
    approved = "approved" in str(case.state)
    assert approved == (bool(levels) and company.can(levels, asker, asker)), (company.text(), flags, asker)
    return 1


def ladder(levels: int) -> str:
    """A company whose five bosses sign a ladder of levels, each from a higher amount on."""
    signed = "\n".join(f"      l{one}: {{when: amount > {10 * one} EUR, approver: boss}}" for one in range(levels))
    return f"""crmdsl: 1
company: {{name: B, language: en, currency: EUR, timezone: Europe/Rome, calendar: office}}
calendars: {{office: {{hours: {{mon-fri: ["09:00-17:00"]}}}}}}
departments: {{sales: {{head: boss}}}}
roles: {{agent: {{department: sales}}, boss: {{department: sales, headcount: 5}}}}
entities: {{order: {{owner: agent, fields: {{amount: money}}}}}}
approvals:
  chain:
    entity: order
    requester: agent
    mode: ladder
    otherwise: reject
    separation: [requester, levels]
    levels:
{signed}
"""


@pytest.mark.parametrize(("levels", "code", "line"), [(300, UNSATISFIABLE, 13), (600, "unchecked-condition", 15)])
def test_a_long_ladder_is_judged_or_said_not_to_be(levels: int, code: str, line: int) -> None:
    found = check_text({"spec.yaml": ladder(levels)}).diagnostics
    told = [one for one in found if one.code in (UNSATISFIABLE, "unchecked-condition")]
    assert [(one.code, one.span.line) for one in told] == [(code, line)]
