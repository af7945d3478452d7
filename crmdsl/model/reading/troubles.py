"""What exactly is wrong with a text that cannot be read."""

from __future__ import annotations

import re

from crmdsl.diagnostics import Message
from crmdsl.model import parse
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.parse_types import MAX_LENGTH, split_type
from crmdsl.model.reading.refusals import shown

_AMOUNT = re.compile(r"-?[0-9][0-9_]*(?:\.[0-9]+)?")


def quorum_or_join(text: str) -> str | int | None:
    """`any`, `all`, or a number from 1."""
    if text in ("any", "all"):
        return text
    number = parse.parse_integer(text)
    return number if number is not None and number >= 1 else None


def money_trouble(text: str, currency: str | None) -> Message | None:
    """Why a text is no amount of money in a spec with this currency."""
    number, _, code = text.rpartition(" ")
    number = number.rstrip()
    if _AMOUNT.fullmatch(text):
        return Message("`{value}` has no currency", value=shown(text))
    if not _AMOUNT.fullmatch(number):
        return None
    if code not in DECIMALS:
        return Message("`{code}` is no currency", code=shown(code))
    if currency is not None and code != currency:
        return Message("`{value}` is in another currency than the company's, `{ours}`", value=text, ours=currency)
    decimals = DECIMALS[code]
    if len(number.partition(".")[2]) > decimals:
        return Message("`{value}` has more than the {n} decimals of `{code}`", value=shown(text), n=decimals, code=code)
    return Message("`{value}` is larger than any amount", value=shown(text))


def percent_trouble(text: str) -> Message | None:
    """Why a text is no percent."""
    if _AMOUNT.fullmatch(text):
        return Message("`{value}` lacks the sign `%`", value=shown(text))
    if text.endswith("%") and _AMOUNT.fullmatch(text[:-1]) and len(text.partition(".")[2]) > 3:
        return Message("`{value}` has more than two decimals", value=shown(text))
    return None


def odd_value(text: str) -> str | None:
    """The first value of an enumeration that is not written as values are, where nothing else is wrong with it."""
    if len(text) > MAX_LENGTH:
        return None
    _, sign, words = split_type(text)
    if not sign or field_type_trouble(text) is not None:
        return None
    return next((word for word in words if not parse.is_value_name(word)), None)


def field_type_trouble(text: str) -> Message | None:
    """Why a text is no type of a field."""
    if len(text) > MAX_LENGTH:
        return Message("`{type}` has too many values", type=shown(text))
    _, sign, words = split_type(text)
    if not sign:
        return None
    if "<" in text and "|" in text:
        return Message("`{type}` is both an open list (`|`) and an ordered one (`<`)", type=shown(text))
    if "" in words:
        return Message("a value of `{type}` is empty", type=shown(text))
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return Message("`{value}` stands twice in `{type}`", value=shown(word), type=shown(text))
        seen.add(word)
    return None
