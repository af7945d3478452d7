"""Texts of the language read as values. Every parser gives `None` for a text that it cannot read.

Numbers are exact: money in the minor unit of its currency, percent in hundredths of a per cent.
"""

from __future__ import annotations

import re
from fractions import Fraction

from crmdsl.model.currencies import DECIMALS
from crmdsl.model.parse_times import (
    parse_date,
    parse_date_range,
    parse_days,
    parse_duration,
    parse_instant,
    parse_window,
    parse_years,
)
from crmdsl.model.parse_types import parse_field_type
from crmdsl.model.values import Rate

__all__ = [
    "is_name", "is_value_name", "parse_date", "parse_date_range", "parse_days", "parse_duration", "parse_field_type",
    "parse_flag", "parse_instant", "parse_integer", "parse_money", "parse_number", "parse_percent", "parse_rate",
    "parse_target", "parse_window", "parse_years",
]  # fmt: skip

ZERO, ONE = Fraction(0), Fraction(1)
MAX_DIGITS = 18
"""Digits of the largest amount: it fits a signed integer of 64 bits, as databases have it."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
VALUE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_NUMBER = re.compile(r"(-?)([0-9]+(?:_[0-9]+)*)(?:\.([0-9]+))?")
_MONEY = re.compile(r"(-?[0-9][0-9_.]*) +([A-Z]{3})")
_RATE = re.compile(r"([0-9][0-9_.]*) +per +(hour|day|month)")
_TARGET = re.compile(r"at +(least|most) +(\S.*)")
_FLAGS = {"true": True, "false": False}


def is_name(text: str) -> bool:
    """Whether a text can be the name of a declaration."""
    return NAME.fullmatch(text) is not None


def is_value_name(text: str) -> bool:
    """Whether a text can be a value of an enumeration."""
    return VALUE_NAME.fullmatch(text) is not None


def _scaled(text: str, decimals: int) -> int | None:
    """A number times 10 to the `decimals`, exactly; `None` where it has more decimals than that."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, part = found[1], found[2].replace("_", ""), found[3] or ""
    if len(part) > decimals or len(whole) + decimals > MAX_DIGITS:
        return None
    value = int(whole + part.ljust(decimals, "0"))
    return -value if sign else value


def parse_integer(text: str) -> int | None:
    """`4`, `-1`, `1_000`."""
    return _scaled(text, 0)


def parse_number(text: str) -> Fraction | None:
    """`3.5`, `-0.25`, `1_000`."""
    found = _NUMBER.fullmatch(text)
    if found is None or len(text) > 2 * MAX_DIGITS:
        return None
    decimals = len(found[3] or "")
    scaled = _scaled(text, decimals)
    return None if scaled is None else Fraction(scaled, 10**decimals)


def parse_percent(text: str) -> int | None:
    """`12.5%` -> 1250. The sign must stand; there are two decimals at most."""
    return _scaled(text[:-1], 2) if text.endswith("%") else None


def parse_money(text: str, currency: str | None) -> int | None:
    """`99.90 EUR` -> 9990, in the minor unit. `currency` is the company's: no other is money in this spec.

    Without one (`None` or empty: it is missing or wrong) every currency that exists is read.
    """
    found = _MONEY.fullmatch(text)
    if found is None or (currency and found[2] != currency) or found[2] not in DECIMALS:
        return None
    return _scaled(found[1], DECIMALS[found[2]])


def parse_flag(text: str) -> bool | None:
    """`true` or `false`, and nothing else."""
    return _FLAGS.get(text)


def parse_rate(text: str) -> Rate | None:
    """`40 per day`, `2.5 per hour`, `250 per month`."""
    found = _RATE.fullmatch(text)
    amount = parse_number(found[1]) if found else None
    return Rate(amount, found[2]) if found and amount is not None else None


def parse_target(text: str) -> tuple[str, str] | None:
    """`at least 95%` -> `("least", "95%")`: a percent, a duration, a number or an amount of money."""
    found = _TARGET.fullmatch(text)
    if found is None:
        return None
    value = found[2].rstrip()
    readers = (parse_percent, parse_duration, parse_number)
    if any(reader(value) is not None for reader in readers) or parse_money(value, None) is not None:
        return found[1], value
    return None
