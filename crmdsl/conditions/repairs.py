"""Repairs of a condition that are certain: where only one thing can have been meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from crmdsl.conditions.faults import ConditionSyntax, ConditionType, PartFault
from crmdsl.conditions.tokens import INSTEAD, NUMBER
from crmdsl.model.currencies import DECIMALS

UNCERTAIN = frozenset({"&", "!", "=>", ":="})
"""Signs that mean several things in other languages, or bind in another way there."""

_CROWDED = re.compile(rf"({NUMBER})([A-Z]{{3}})")
_BLANKS = re.compile(rf"(?<![\w.]){NUMBER}(\s+)$")
_INTEGER = re.compile(r"[0-9_]+")


class Repair(NamedTuple):
    """What to put in the place of the characters `start` to `end` of a condition."""

    start: int
    end: int
    text: str


def certain(text: str, fault: PartFault) -> Repair | None:
    """The repair of a fault in a condition's text, `None` where more than one thing may have been meant."""
    word = text[fault.start : fault.end]
    if fault.fault is ConditionSyntax:
        if word == "%" and (blanks := _BLANKS.search(text, 0, fault.start)):
            return Repair(blanks.start(1), fault.end, "%")
        fixed = _sign_or_word(word) or _point(word, fault)
    else:
        fixed = _constant(word, fault) if fault.fault is ConditionType else None
    return None if fixed is None else Repair(fault.start, fault.end, fixed)


def _point(word: str, fault: PartFault) -> str | None:
    """A decimal comma; what may stand between thousands stays."""
    figure = fault.help.args.get("figure") if word == "," and fault.help else None
    return "." if isinstance(figure, str) and "." in figure else None


def _sign_or_word(word: str) -> str | None:
    if word in INSTEAD and word not in UNCERTAIN:
        return INSTEAD[word]
    if len(word) > 2 and word[0] == word[-1] == "'" and not set(word[1:-1]) & set("'\"\\"):
        return f'"{word[1:-1]}"'
    crowded = _CROWDED.fullmatch(word)
    return f"{crowded[1]} {crowded[2]}" if crowded and crowded[2] in DECIMALS else None


def _constant(word: str, fault: PartFault) -> str | None:
    """A bare number opposite money or a percent, a value of an enumeration in quotes: as the help says it is written.

    `1` opposite a percent may be a share, which is 100%.
    """
    proposed = fault.help.args.get("value") if fault.help else None
    if not isinstance(proposed, str):
        return None
    if _INTEGER.fullmatch(word):
        sign = proposed.lstrip("0123456789_")
        if sign == "%":
            return f"{word}%" if int(word.replace("_", "")) > 1 else None
        return f"{word}{sign}" if sign[1:] in DECIMALS else None
    return proposed if word == f'"{proposed}"' else None
