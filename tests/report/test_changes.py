"""Differences as people read them, in both languages: golden texts of one change of many things."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdsl.analysis.changes import analyze
from crmdsl.api import check_text
from crmdsl.diagnostics.languages import catalogue
from crmdsl.report.changes import pages
from crmdsl.report.changes.speaker import Speaker
from tests.e2e.commands import VALVOTECH

CHIEF = "approver: chief_accountant, effort"
LARGE = "amount > 10_000 EUR, approver"
GOLDEN = Path(__file__).parents[1] / "fixtures/report"
FIRST = "      accounting: {approver: chief_accountant, effort: 15m, within: 2d, late: escalate}\n"
SECOND = f"      management: {{when: {LARGE}: managing_director, effort: 15m, chance: 20%, within: 3d, late: remind}}\n"
EDITS = [
    ("approvals.yaml", FIRST + SECOND, SECOND + FIRST),
    ("approvals.yaml", "discount <= 12%", "discount <= 15%"),
    ("approvals.yaml", "discount > 12%", "discount > 15%"),
    ("approvals.yaml", CHIEF, "approver: [chief_accountant, sales_director], quorum: all, effort"),
    ("approvals.yaml", LARGE, f"customer.rating is missing or {LARGE}"),
    ("approvals.yaml", "within: 4h\n        late: escalate", "within: 1d\n        late: {escalate: managing_director}"),
    ("approvals.yaml", "      board:\n", "      top:\n"),
    ("approvals.yaml", "respond: 2h", "respond: 3h"),
    ("approvals.yaml", "feedback: {scale: 5, below: 3, opens: service_improvement}", "feedback: {scale: 10, below: 3}"),
    ("entities.yaml", "score: integer", "score: {type: integer, max: 10}"),
    ("entities.yaml", "cause: optional text", "cause: optional text\n      root: optional text"),
    ("entities.yaml", "amount: {type: money, max: 5_000_000 EUR}", "amount: {type: money, max: 6_000_000 EUR}"),
    ("processes/order_to_cash.yaml", "kind = special,", "kind = special and amount > 1_000 EUR,"),
    ("processes/order_to_cash.yaml", "abandon: {to: lost}", "give_up: {to: lost}"),
    ("processes/order_to_cash.yaml", "customer.exposure + amount <= customer", "customer.exposure + amount < customer"),
    ("quality.yaml", "target: at least 95%", "target: at least 90%"),
]  # fmt: skip


def texts(*edits: tuple[str, str, str]) -> dict[str, str]:
    found = {path.relative_to(VALVOTECH).as_posix(): path.read_text("utf-8") for path in VALVOTECH.rglob("*.yaml")}
    for file, before, after in edits:
        assert before in found[file], before
        found[file] = found[file].replace(before, after, 1)
    return found


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_text(language: str) -> None:
    old, new = check_text(texts(), "valvotech"), check_text(texts(*EDITS), "valvotech")
    speaker = Speaker(old.spec, new.spec, language, catalogue(language))
    shown = pages.text(analyze(old.program, new.program), speaker)
    assert shown == (GOLDEN / f"changes.{language}.txt").read_text("utf-8")
