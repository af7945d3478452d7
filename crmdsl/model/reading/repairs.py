"""What somebody meant by a value that cannot be read, where only one thing can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable

from crmdsl.model.currencies import DECIMALS
from crmdsl.model.parse import parse_duration, parse_instant, parse_money, parse_percent, parse_rate
from crmdsl.model.parse_times import parse_date, parse_days, parse_window

_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[.' ][0-9]{3})+,[0-9]{1,2}|-?[0-9]{1,3}(?:[,' ][0-9]{3})+\.[0-9]{1,2}")
_AMOUNT = re.compile(r"([^0-9\s.,'-]*) *(-?[0-9][0-9_.,' ]*?) *([^0-9\s.,'-]*)")
_UNITS = {
    "w": "w", "week": "w", "weeks": "w", "wk": "w", "settimana": "w", "settimane": "w",
    "d": "d", "day": "d", "days": "d", "giorno": "d", "giorni": "d", "gg": "d", "g": "d",
    "h": "h", "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "ora": "h", "ore": "h",
    "m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m", "minuto": "m", "minuti": "m",
}  # fmt: skip
_PART = re.compile(r"([0-9]{1,6})(\.5)? *([a-z]+)(?: *(?:,|and|e)? +|$)?")
_RATE = re.compile(r"([0-9][0-9_.]*) *(?:/|a |an |per |each |every |al |all')? *([a-z]+)")
_TIMES = {
    "hour": "hour", "hours": "hour", "h": "hour", "hourly": "hour", "ora": "hour",
    "day": "day", "days": "day", "d": "day", "daily": "day", "giorno": "day",
    "month": "month", "months": "month", "monthly": "month", "mese": "month",
}  # fmt: skip
_FLAGS = {
    "yes": "true", "on": "true", "y": "true", "1": "true", "si": "true", "sì": "true", "vero": "true",
    "no": "false", "off": "false", "n": "false", "0": "false", "falso": "false",
}  # fmt: skip
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})")

_WINDOW = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? *[-–] *([0-9]{1,2})(?:[:.]([0-9]{2}))?")
_DAYS = {
    name: day
    for day, names in {
        "mon": "mon monday lun lunedì", "tue": "tue tues tuesday mar martedì", "wed": "wed wednesday mer mercoledì",
        "thu": "thu thur thurs thursday gio giovedì", "fri": "fri friday ven venerdì", "sat": "sat saturday sab sabato",
        "sun": "sun sunday dom domenica",
    }.items()
    for name in names.split()
}  # fmt: skip

Repair = Callable[[str], str | None]


def amount(text: str) -> str:
    """A number with its decimal comma and its groups written as the language has them."""
    if _GROUPED.fullmatch(text):
        whole, part = text[:-3].rstrip(".,"), text[len(text[:-3].rstrip(".,")) + 1 :]
        return re.sub("[.,' ]", "_", whole) + "." + part
    if text.count(",") == 1 and "." not in text:
        whole, part = text.split(",")
        return f"{whole}.{part}" if len(part) != 3 else text
    return text.replace("'", "_").replace(" ", "_")


def money(currency: str | None) -> Repair:
    """The repair of an amount of money in a spec with this currency."""

    def repair(text: str) -> str | None:
        found = _AMOUNT.fullmatch(text.strip())
        if found is None or (found[1] and found[3]):
            return None
        sign = found[1] or found[3]
        code = _SYMBOLS.get(sign) or (sign.upper() if sign else currency)
        if code not in DECIMALS:
            return None
        return _checked(f"{amount(found[2])} {code}", lambda fixed: parse_money(fixed, currency))

    return repair


def percent(text: str) -> str | None:
    """A percent with its sign; what could be a share (`0.7`) stays as it is."""
    bare = amount(text.replace("%", " ").strip())
    fixed = _checked(f"{bare}%", parse_percent)
    share = "%" not in text and abs(parse_percent(f"{bare}%") or 0) <= 100 and bare.strip("0.-")
    return None if share else fixed


def duration(text: str) -> str | None:
    """`3 days` as `3d`, `2.5h` as `2h 30m`, and the units in their order."""
    rest = text.strip().lower()
    elapsed = rest.endswith("elapsed")
    rest = rest.removesuffix("elapsed").strip()
    units: dict[str, int] = {}
    while rest:
        found = _PART.match(rest)
        unit = _UNITS.get(found[3]) if found else None
        if found is None or unit is None or unit in units or (found[2] and (unit != "h" or "m" in units)):
            return None
        units[unit] = int(found[1])
        if found[2]:
            units["m"] = 30
        rest = rest[found.end() :]
    parts = " ".join(f"{units[unit]}{unit}" for unit in "wdhm" if unit in units)
    return _checked(parts + (" elapsed" if elapsed else ""), parse_duration)


def rate(text: str) -> str | None:
    """`40/day` as `40 per day`."""
    found = _RATE.fullmatch(text.strip().lower())
    per = _TIMES.get(found[2]) if found else None
    return _checked(f"{found[1]} per {per}", parse_rate) if found and per else None


def flag(text: str) -> str | None:
    """`yes` as `true`."""
    word = text.strip().lower()
    return word if word in ("true", "false") else _FLAGS.get(word)


def day(text: str) -> str | None:
    """`31/03/2026` and `2026/3/31` as `2026-03-31`, unless day and month could be swapped."""
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _checked(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}", parse_date)
    found = _DAY_FIRST.fullmatch(text)
    if found and (int(found[1]) > 12 or found[1] == found[2]):
        return _checked(f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}", parse_date)
    return None


def instant(text: str) -> str | None:
    """`2026-03-31 9:00` as `2026-03-31T09:00`."""
    head, _, clock = text.replace("T", " ").partition(" ")
    fixed = day(head) if parse_date(head) is None else head
    hours, _, minutes = clock.strip().partition(":")
    return _checked(f"{fixed}T{hours:0>2}:{minutes}", parse_instant) if fixed and clock else fixed


def window(text: str) -> str | None:
    """`8-12.30` as `08:00-12:30`."""
    found = _WINDOW.fullmatch(text.strip(" “”„«»'\""))
    if found is None:
        return None
    start, minute, end, end_minute = found.groups(default="00")
    return _checked(f"{start:0>2}:{minute}-{end:0>2}:{end_minute}", parse_window)


def days(text: str) -> str | None:
    """`Monday - Friday` and `lun-ven` as `mon-fri`."""
    named = [_DAYS.get(word.strip().lower()) for word in re.split("[-–]| to | al? ", text)]
    return _checked("-".join(name for name in named if name), parse_days) if all(named) else None


def _checked(fixed: str, parse: Callable[[str], object]) -> str | None:
    """A repair that can be read itself."""
    return None if parse(fixed) is None else fixed
