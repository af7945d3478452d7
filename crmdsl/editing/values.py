"""Texts of values in the one form that the formatter writes; what cannot be read stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from crmdsl.conditions.unparse import figure
from crmdsl.model import parse

Rewrite = Callable[[str], str]

_NUMBER = re.compile(r"(-?)([0-9][0-9_]*)((?:\.[0-9]+)?)")
_UNITS = re.compile(r"([0-9]+[wdhm]) *(?=[0-9e])")
_RANGE = re.compile(r" *\.\. *")
_DASH = re.compile(r" *- *")


def spaced(text: str) -> str:
    """A text with single blanks between its words."""
    return " ".join(text.split())


def grouped(text: str) -> str:
    """A number with its thousands set apart: `100000.50` as `100_000.50`."""
    found = _NUMBER.fullmatch(text)
    return f"{found[1]}{int(found[2].replace('_', '')):_}{found[3]}" if found else text


def money(text: str) -> str:
    """`100000  EUR` as `100_000 EUR`."""
    amount, _, currency = spaced(text).partition(" ")
    return f"{grouped(amount)} {currency}"


def percent(text: str) -> str:
    """`5.00%` as `5%`."""
    return figure("percent", parse.parse_percent(text))


def duration(text: str) -> str:
    """`1d4h` as `1d 4h`."""
    return _UNITS.sub(r"\1 ", spaced(text))


def rate(text: str) -> str:
    """`1200  per  day` as `1_200 per day`."""
    amount, _, per = spaced(text).partition(" ")
    return f"{grouped(amount)} {per}"


def target(text: str) -> str:
    """`at  most 100000 EUR` as `at most 100_000 EUR`."""
    at, bound, value = spaced(text).split(" ", 2)
    for read, write in ((parse.parse_percent, percent), (parse.parse_duration, duration), (_any_money, money)):
        if read(value) is not None:
            value = write(value)
            break
    return f"{at} {bound} {value}"


def _any_money(text: str) -> int | None:
    return parse.parse_money(text, None)


def _safe(read: Callable[[str], Any], write: Rewrite) -> Rewrite:
    """A rewriting that is left undone where the text cannot be read, or would not be read as the same."""

    def rewrite(text: str) -> str:
        meant = read(text)
        if meant is None:
            return text
        written = write(text)
        return written if read(written) == meant else text

    return rewrite


MONEY = _safe(_any_money, money)
PERCENT = _safe(parse.parse_percent, percent)
DURATION = _safe(parse.parse_duration, duration)
RATE = _safe(parse.parse_rate, rate)
FIELD_TYPE = _safe(parse.parse_field_type, lambda text: str(parse.parse_field_type(text)))
YEARS = _safe(parse.parse_years, lambda text: _RANGE.sub("..", text))
DATES = _safe(parse.parse_date_range, lambda text: _RANGE.sub("..", text))
WINDOW = _safe(parse.parse_window, lambda text: _DASH.sub("-", text))


def _read_target(text: str) -> Any:
    found = parse.parse_target(text)
    if found is None:
        return None
    value = found[1]
    readings = [parse.parse_percent(value), parse.parse_duration(value), _any_money(value), parse.parse_number(value)]
    return found[0], readings


TARGET = _safe(_read_target, target)
