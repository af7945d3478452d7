"""What was meant by figures, words and flags that cannot be read."""

from __future__ import annotations

import re
from fractions import Fraction

from crmdsl.diagnostics import Message
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.parse import parse_integer, parse_money, parse_number, parse_percent
from crmdsl.model.reading.meant import Meant, Repair, checked, parted_by_dots

_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "euro": "EUR", "euros": "EUR"}
_SIGN = "[.,'_ ]"
_GROUPS = rf"-?[1-9][0-9]{{0,2}}(?:({_SIGN})[0-9]{{3}})(?:\1[0-9]{{3}})*"
_GROUPED = rf"(-?[0-9]{{1,3}}(?:({_SIGN})[0-9]{{3}})(?:\2[0-9]{{3}})*)([.,])([0-9]{{1,2}})"
_COMMA = r"(-?[0-9]+),([0-9]+)"
_THOUSANDS = r"([0-9]{1,3}(?:[.,][0-9]{1,3})?) ?(?:k|K|mila)"
_AMOUNT = r"([^0-9\s.,'-]*) *(-?[0-9][0-9_.,' ]*?(?: ?(?:[kK]|mila)(?![a-zA-Z]))?) *([^0-9\s.,'-]*)"
_COUNTED = {
    word: number
    for number, words in enumerate(
        "one uno una|two due|three tre|four quattro|five cinque|six sei|seven sette|eight otto|nine nove|ten dieci"
        .split("|"), 1,
    )
    for word in words.split()
}  # fmt: skip
_SOMEBODY = {
    "all": "entrambi entrambe tutti tutte tutto both everyone everybody each every unanimous unanimità".split(),
    "any": "uno una uno_qualsiasi qualsiasi chiunque either anyone anybody one_of qualcuno".split(),
}
_FLAGS = {
    "yes": "true", "on": "true", "y": "true", "1": "true", "si": "true", "sì": "true", "vero": "true",
    "no": "false", "off": "false", "n": "false", "0": "false", "falso": "false",
}  # fmt: skip


def parted(text: str) -> str | None:
    """A whole number whose thousands are parted: `1.200`, `1,200,000`, `12 500`."""
    found = re.fullmatch(_GROUPS, text)
    return re.sub(_SIGN, "_", text) if found and found[1] != "_" else None


def amount(text: str) -> Meant | None:
    """A number with its decimal comma and its groups as the language writes it.

    One group alone behind a dot or comma may be decimals. Whatever cannot be meant is `None`.
    """
    text = text.strip()
    grouped = re.fullmatch(_GROUPED, text)
    if grouped and grouped[2] != grouped[3]:
        return Meant(f"{re.sub(_SIGN, '_', grouped[1])}.{grouped[4]}")
    whole = parted(text)
    if whole is not None:
        return Meant(whole, certain=whole.count("_") > 1 or not set(text) & set(".,"))
    comma = re.fullmatch(_COMMA, text)
    if comma:
        return Meant(f"{comma[1]}.{comma[2]}")
    short = re.fullmatch(_THOUSANDS, text)
    if short:
        return Meant(f"{int(Fraction(short[1].replace(',', '.')) * 1000):_}", certain=False)
    return None if set(text) - set("-_.0123456789") else Meant(text)


def money(currency: str | None) -> Repair:
    """The repair of an amount of money in a spec with this currency."""

    def repair(text: str) -> Meant | None:
        found = re.fullmatch(_AMOUNT, text.strip())
        if found is None or (found[1] and found[3]):
            return None
        sign = found[1] or found[3]
        code = _SYMBOLS.get(sign.lower()) or (sign.upper() if sign else currency)
        number = amount(found[2])
        if code not in DECIMALS or number is None:
            return None
        whole = parted(found[2])
        if whole is not None and not number.certain:
            return parted_by_dots(f"{whole} {code}", lambda fixed: parse_money(fixed, currency))
        return checked(f"{number.text} {code}", lambda fixed: parse_money(fixed, currency), certain=number.certain)

    return repair


def integer(text: str) -> Meant | None:
    """`1.200` as `1_200`, `2 persone` as `2`, `tre` as `3`."""
    number = _COUNTED.get(text.strip().lower())
    if number is not None:
        return Meant(str(number), certain=False)
    whole = parted(text.strip())
    if whole is not None:
        return parted_by_dots(whole, parse_integer)
    found = re.fullmatch(r"([0-9][0-9_]*) +[^\W\d]+", text.strip())
    return checked(found[1], parse_integer, certain=False) if found else None


def number(text: str) -> Meant | None:
    """`1,5` as `1.5`."""
    found = amount(text)
    return checked(found.text, parse_number, certain=found.certain) if found else None


def percent(text: str) -> Meant | None:
    """A percent with its sign; what could be a share (`0.7`) is one, but not for certain."""
    bare = amount(text.replace("%", " "))
    if bare is None or "_" in bare.text:
        return None
    scaled = parse_percent(f"{bare.text}%")
    if "%" not in text and bare.text.strip("0.-"):
        share = _share(bare.text)
        if share == "100%":
            either = Message("write `{text}`, or `{other}` if it is all", text=f"{bare.text}%", other=share)
            return Meant(f"{bare.text}%", certain=False, help=either)
        if share is not None:
            return Meant(share, certain=False)
    return None if scaled is None else Meant(f"{bare.text}%", certain=bare.certain)


def _share(text: str) -> str | None:
    """A number up to 1 as a percent."""
    found = re.fullmatch(r"(-?)([0-9]+(?:\.[0-9]+)?)", text)
    value = Fraction(found[2]) * 10_000 if found else Fraction(0)
    if found is None or not 0 < value <= 10_000 or value.denominator != 1:
        return None
    whole, part = divmod(int(value), 100)
    return found[1] + (f"{whole}.{part:0>2}".rstrip("0") + "%" if part else f"{whole}%")


def rework(text: str) -> Meant | None:
    """A percent; a number alone may be meant as a limit."""
    meant = percent(text)
    if meant is None or "%" in text or parse_integer(text) is None:
        return meant
    hint = Message(
        "a chance has the sign `%`, as `{text}`; how many times at most is `rework_limit: {number}`",
        text=meant.text, number=text,
    )  # fmt: skip
    return Meant(meant.text, certain=False, help=hint)


def quorum(text: str) -> Meant | None:
    """`entrambi` as `all`, `due` as `2`."""
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    for meant, words in _SOMEBODY.items():
        if word in words:
            return Meant(meant, certain=False)
    return integer(text)


def flag(text: str) -> Meant | None:
    """`yes` as `true`."""
    word = text.strip().lower()
    fixed = word if word in ("true", "false") else _FLAGS.get(word)
    return None if fixed is None else Meant(fixed)
