"""The reference by hand: what it must say where somebody has worked it out on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crmdsl.model.organisation import Calendar
from crmdsl.model.reader import read
from crmdsl.model.values import DateRange, Duration, Window
from crmdsl.resolve.names import resolve
from crmdsl.syntax.loader import load
from tests.reference.approvals import matched
from tests.reference.interpreter import RefCase, Reference
from tests.reference.working_time import BeyondYearsError, WorkingTime

ROME = ZoneInfo("Europe/Rome")
OFFICE = (Window(510, 750), Window(840, 1080))
NIGHT = (Window(0, 480),)


def working(hours: tuple[tuple[Window, ...], ...], **more: object) -> WorkingTime:
    nothing = {"name": "office", "name_node": None, "node": None}
    return WorkingTime(Calendar(hours=hours, **nothing, **more), ROME)  # type: ignore[arg-type]


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ROME).timestamp())


@pytest.mark.parametrize(("start", "duration", "due"), [
    ("2026-03-03T09:00", Duration(hours=4), "2026-03-03T14:30"),
    ("2026-03-03T13:00", Duration(hours=1), "2026-03-03T15:00"),
    ("2026-03-03T08:30", Duration(hours=4), "2026-03-03T12:30"),  # closing time stays closing time
    ("2026-03-06T17:00", Duration(days=1), "2026-03-09T17:00"),  # over the weekend
    ("2026-04-30T17:00", Duration(hours=2), "2026-05-04T09:30"),  # 1 May is a holiday, a Friday
    ("2026-03-03T09:00", Duration(weeks=1), "2026-03-10T09:00"),
    ("2026-03-28T12:00", Duration(days=1, elapsed=True), "2026-03-29T13:00"),  # 24 hours, one of them skipped
])  # fmt: skip
def test_office_hours(start: str, duration: Duration, due: str) -> None:
    calendar = working((OFFICE,) * 5 + ((), ()), holidays="IT")
    assert calendar.after(at(start), duration) == at(due)


def test_an_open_hour_is_an_hour_of_the_clock() -> None:
    calendar = working((NIGHT,) * 7)
    # 29 March 2026: the clock skips from 2 to 3, so that midnight to 8 is seven hours
    assert calendar.after(at("2026-03-29T00:00"), Duration(hours=7)) == at("2026-03-29T08:00")
    assert calendar.after(at("2026-03-29T00:00"), Duration(hours=8)) == at("2026-03-30T01:00")
    # 25 October 2026: two o'clock comes twice, so that midnight to 8 is nine hours
    assert calendar.after(at("2026-10-25T00:00"), Duration(hours=8)) == at("2026-10-25T07:00")


def test_closed_days_and_years() -> None:
    closed = DateRange(datetime(2026, 8, 10, tzinfo=UTC).date(), datetime(2026, 8, 21, tzinfo=UTC).date())
    calendar = working((OFFICE,) * 5 + ((), ()), closed=(closed,), years=(2026, 2026))
    assert calendar.after(at("2026-08-07T17:00"), Duration(hours=2)) == at("2026-08-24T09:30")
    with pytest.raises(BeyondYearsError):
        calendar.after(at("2026-12-31T17:00"), Duration(hours=2))


def test_one_signature_for_each_role() -> None:
    a, b, both = frozenset("a"), frozenset("b"), frozenset("ab")
    assert matched([both], ("a", "b")) == 1
    assert matched([both, a], ("a", "b")) == 2
    assert matched([a, a], ("a", "b")) == 1
    assert matched([both, a, b], ("a", "b")) == 2


def test_an_order_goes_up_and_down_the_chain() -> None:
    spec, _ = read(load(Path(__file__).parents[2] / "specs" / "valvotech"))
    resolved, _ = resolve(spec)
    customer = {"": "customer", "vat_number": "IT1", "segment": "key", "exposure": 0, "blocked": False}
    order = {
        "": "order", "customer": customer, "amount": 2_000_000, "discount": 800, "kind": "standard", "margin": 2000
    }  # fmt: skip
    case = Reference(resolved).start("order_to_cash", "agent_1", at("2026-03-03T09:00"), order)
    assert isinstance(case, RefCase)
    case = case.fire("submit", "agent_1", at("2026-03-03T09:00"))
    assert isinstance(case, RefCase)
    assert case.states == ("discount_check.area",)
    assert case.allowed("agent_1") == ["recall"]
    assert case.allowed("area_manager_1") == ["approve", "reject"]
    # four hours of the office from nine: half past twelve, then from two on
    assert case.deadlines()[0] == (at("2026-03-03T14:30"), "level", "discount_check.area")
    early = case.fire("approve", "sales_director_1", at("2026-03-03T14:30"))
    assert not isinstance(early, RefCase)
    assert early.rule == "wrong-role"
    late = case.fire("approve", "sales_director_1", at("2026-03-03T14:31"))
    assert isinstance(late, RefCase)
    assert late.states == ("credit_check.requested",)
    assert late.effects == [("escalate", ("sales_director",), "discount_check.area")]
    silent = late.fire("deliver", "credit_clerk_1", at("2026-03-03T15:00"), {"rating": "A", "credit_limit": 3_000_000})
    assert isinstance(silent, RefCase)
    assert silent.advance(at("2026-03-05T09:00")).states == ("confirmation",)
    assert silent.field("customer", "credit_limit") == Fraction(3_000_000)
