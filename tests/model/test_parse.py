"""Texts read as values: exactly, in one way only, and never with an exception."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdsl.model import parse
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.reading import repairs, repairs_times
from crmdsl.model.values import DateRange, Duration, FieldType, Rate, Window

NEAR = st.text("0123456789 .,-_%wdhm:<>|T/EURabcXopelnti€\n", max_size=24)
ANY = st.one_of(st.text(max_size=40), NEAR)
PARSERS = [
    parse.parse_integer, parse.parse_number, parse.parse_percent, parse.parse_flag, parse.parse_rate,
    parse.parse_target, parse.parse_duration, parse.parse_date, parse.parse_instant, parse.parse_date_range,
    parse.parse_years, parse.parse_window, parse.parse_days, parse.parse_field_type,
    lambda text: parse.parse_money(text, "EUR"), lambda text: parse.parse_money(text, None),
]  # fmt: skip
REPAIRS = [
    (repairs.money("EUR"), lambda text: parse.parse_money(text, "EUR")),
    (repairs.percent, parse.parse_percent),
    (repairs_times.duration, parse.parse_duration),
    (repairs_times.rate, parse.parse_rate),
    (repairs.flag, parse.parse_flag),
    (repairs_times.day, parse.parse_date),
    (repairs_times.instant, parse.parse_instant),
    (repairs.rework, parse.parse_percent),
    (repairs.integer, parse.parse_integer),
    (repairs.number, parse.parse_number),
    (repairs_times.effort, parse.parse_duration),
    (repairs_times.days_off, parse.parse_date_range),
    (repairs_times.window, parse.parse_window),
]


@pytest.mark.parametrize("parser", PARSERS)
@given(text=ANY)
def test_any_text_is_read_or_refused(parser, text):
    value = parser(text)
    assert value is None or parser(text) == value


@pytest.mark.parametrize(("repair", "parser"), REPAIRS)
@given(text=ANY)
def test_a_repair_can_be_read(repair, parser, text):
    fixed = repair(text)
    assert fixed is None or parser(fixed.text) is not None


@given(st.integers(0, 10**15), st.sampled_from(sorted(DECIMALS)))
def test_money_is_exact(minor, code):
    decimals = DECIMALS[code]
    text = f"{minor // 10**decimals:_}" + (f".{minor % 10**decimals:0{decimals}}" if decimals else "")
    assert parse.parse_money(f"{text} {code}", code) == minor


@given(st.integers(0, 10**6))
def test_percent_is_exact(hundredths):
    assert parse.parse_percent(f"{hundredths // 100}.{hundredths % 100:02}%") == hundredths


@given(st.builds(Duration, *[st.integers(0, 999_999)] * 4, st.booleans()))
def test_a_duration_is_read_as_it_is_shown(duration):
    assert parse.parse_duration(str(duration)) == duration


@given(st.dates(), st.dates())
def test_ranges_of_dates(a, b):
    found = parse.parse_date_range(f"{a}..{b}")
    assert found == (DateRange(a, b) if a <= b else None)


@given(st.lists(st.from_regex("[A-Za-z][A-Za-z0-9_]{0,6}", fullmatch=True), min_size=2, max_size=6, unique=True),
       st.booleans(), st.booleans())  # fmt: skip
def test_a_type_is_read_as_it_is_shown(values, ordered, optional):
    kind = FieldType("enum", optional, tuple(values), ordered)
    assert parse.parse_field_type(str(kind)) == kind


READ = [
    (parse.parse_number("-0.25"), Fraction(-1, 4)),
    (parse.parse_number("1_000.5"), Fraction(2001, 2)),
    (parse.parse_integer("-12"), -12),
    (parse.parse_percent("12.5%"), 1250),
    (parse.parse_percent("-0.05%"), -5),
    (parse.parse_money("100_000 EUR", "EUR"), 10_000_000),
    (parse.parse_money("99.9 EUR", "EUR"), 9990),
    (parse.parse_money("5 JPY", "JPY"), 5),
    (parse.parse_money("1.234 KWD", "KWD"), 1234),
    (parse.parse_duration("1d 4h"), Duration(days=1, hours=4)),
    (parse.parse_duration("60d elapsed"), Duration(days=60, elapsed=True)),
    (parse.parse_rate("2.5 per hour"), Rate(Fraction(5, 2), "hour")),
    (parse.parse_instant("2026-03-31T09:00"), datetime.fromisoformat("2026-03-31T09:00")),
    (parse.parse_instant("2026-03-31"), datetime.fromisoformat("2026-03-31")),
    (parse.parse_date("2024-02-29"), date(2024, 2, 29)),
    (parse.parse_years("2020..2040"), (2020, 2040)),
    (parse.parse_years("2026"), (2026, 2026)),
    (parse.parse_window("08:30-24:00"), Window(510, 1440)),
    (parse.parse_days("tue-thu"), range(1, 4)),
    (parse.parse_target("at least 95%"), ("least", "95%")),
    (parse.parse_field_type("customer"), FieldType("reference", entity="customer")),
    (parse.parse_field_type("optional money"), FieldType("money", optional=True)),
    (parse.parse_field_type("C<B < A"), FieldType("enum", values=("C", "B", "A"), ordered=True)),
]


@pytest.mark.parametrize(("value", "expected"), READ)
def test_what_is_read(value, expected):
    assert value == expected


REFUSED = [
    (parse.parse_money, ["99.999 EUR", "5 USD", "5", "5EUR", "1,5 EUR", "_5 EUR", "5_ EUR", "٣ EUR", "1e3 EUR"]),
    (lambda text, _: parse.parse_percent(text), ["5", "5 %", "5.123%", "%", "-%", "5%%", "1_%"]),
    (lambda text, _: parse.parse_duration(text), ["", "5", "1h 1d", "1d 1d", "1d4h", "1.5h", "-1h", "1 h", "1y"]),
    (lambda text, _: parse.parse_date(text), ["2026-02-29", "2026-1-1", "0000-01-01", "31-12-2026", "2026-01-01T"]),
    (lambda text, _: parse.parse_instant(text), ["2026-03-31 09:00", "2026-03-31T24:00", "2026-03-31T9:00"]),
    (lambda text, _: parse.parse_window(text), ["18:00-09:00", "09:00-09:00", "09:00-24:01", "9:00-10:00"]),
    (lambda text, _: parse.parse_days(text), ["fri-mon", "Mon", "monday", "mon-", "mon,tue"]),
    (lambda text, _: parse.parse_flag(text), ["yes", "True", "1", ""]),
    (lambda text, _: parse.parse_field_type(text), ["", "optional", "A |", "A | B < C", "a b", "A|A"]),
    (lambda text, _: parse.parse_target(text), ["95%", "at least", "at least x", "least 5"]),
    (lambda text, _: parse.parse_integer(text), ["1.5", "1.", "", "+1", "9" * 19]),
]  # fmt: skip


@pytest.mark.parametrize(("parser", "texts"), REFUSED)
def test_what_is_refused(parser, texts):
    assert [text for text in texts if parser(text, "EUR") is not None] == []


FIXED = [
    (repairs.money("EUR"), {
        "30": "30 EUR", "30,50": "30.50 EUR", "€ 30": "30 EUR", "30€": "30 EUR", "30eur": "30 EUR", "30 euro": "30 EUR",
        "1.000,50 EUR": "1_000.50 EUR", "1,000.50": "1_000.50 EUR", "1.000.000 EUR": "1_000_000 EUR",
        "12 500 EUR": "12_500 EUR", "1.000 EUR": "? 1_000 EUR", "1,000 EUR": "? 1_000 EUR", "15k EUR": "? 15_000 EUR",
        "1,5k": "? 1_500 EUR", "2 mila euro": "? 2_000 EUR", "30 USD": None, "thirty": None, "35 50 EUR": None,
    }),
    (repairs.percent, {
        "70": "70%", "12,5%": "12.5%", "12.5 %": "12.5%", "0.7": "? 70%", "0,125": "? 12.5%", "1": "? 1%", "0": "0%",
        "-0.1": "? -10%", "x": None, "1.000%": None,
    }),
    (repairs.rework, {"2": "? 2%", "2 %": "2%", "0.1": "? 10%"}),
    (repairs.integer, {"1.200": "? 1_200", "2 persone": "? 2", "Tre": "? 3", "1,5": None, "x": None}),
    (repairs.quorum, {"entrambi": "? all", "both": "? all", "uno qualsiasi": "? any", "due": "? 2", "x": None}),
    (repairs_times.effort, {
        "3 days": "3d", "2.5h": "2h 30m", "0,5 ore": "30m", "1h30": "1h 30m", "1:30": "? 1h 30m", "1d4h": "1d 4h",
        "4h 1d": "1d 4h", "90 min": "90m", "48 ore": "48h", "48 hours elapsed": "48h elapsed", "90": "? 90m",
        "1.5d": None, "1h 1h": None, "0.01h": None,
    }),
    (repairs_times.duration, {
        "3 days": "3d", "2 giorni": "2d", "8 ore": "8h", "48 ore": "? 48h", "30 giorni": "? 30d",
        "48 ore elapsed": "48h elapsed",
    }),
    (repairs_times.rate, {
        "40/day": "40 per day", "3 hourly": "3 per hour", "25 per week": "? 5 per day",
        "1_200 all'anno": "? 100 per month", "40 per decade": None, "40": None,
    }),
    (repairs.flag, {"yes": "true", "No": "false", "TRUE": "true", "perhaps": None}),
    (repairs_times.day, {
        "31/03/2026": "2026-03-31", "3/4/2026": "? 2026-04-03", "2026/3/4": "2026-03-04", "5.5.2026": "2026-05-05",
    }),
    (repairs_times.days_off, {
        "10/08/2026-23/08/2026": "2026-08-10..2026-08-23", "dal 3/8/2026 al 9/8/2026": "? 2026-08-03..2026-08-09",
        "2026-08-10 - 2026-08-23": "2026-08-10..2026-08-23", "23/08/2026-10/08/2026": None, "agosto": None,
    }),
    (repairs_times.instant, {"2026-03-31 9:00": "2026-03-31T09:00", "2026-03-31 25:00": None}),
]  # fmt: skip


@pytest.mark.parametrize(("repair", "texts"), FIXED)
def test_what_is_repaired(repair, texts):
    """A question mark stands before what is offered and not certain."""
    found = {text: repair(text) for text in texts}
    assert {text: one and ("" if one.certain else "? ") + one.text for text, one in found.items()} == texts
