"""What was meant by times that cannot be read: durations, rates, days, hours."""

from __future__ import annotations

import re
from fractions import Fraction

from crmdsl.diagnostics import Message
from crmdsl.model.parse import parse_duration, parse_instant, parse_rate
from crmdsl.model.parse_times import parse_date, parse_date_range, parse_days, parse_window
from crmdsl.model.reading.meant import Meant, checked

_UNITS = {
    "w": "w", "week": "w", "weeks": "w", "wk": "w", "settimana": "w", "settimane": "w", "sett": "w",
    "d": "d", "day": "d", "days": "d", "giorno": "d", "giorni": "d", "gg": "d", "g": "d",
    "h": "h", "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "ora": "h", "ore": "h",
    "m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m", "minuto": "m", "minuti": "m",
}  # fmt: skip
_PART = r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))? *([a-z]+)(?: *(?:,|and|e)? +|$|(?=[0-9]))"
_HOURS_MINUTES = r"([0-9]{1,3}) ?[h:] ?([0-5][0-9])(?: ?m(?:in)?)?"
_RATE = r"([0-9][0-9_.]*) *(?:/|a |an |per |each |every |al |alla |all')? *([a-z]+)"
_TIMES = {
    "hour": "hour", "hours": "hour", "h": "hour", "hourly": "hour", "ora": "hour",
    "day": "day", "days": "day", "d": "day", "daily": "day", "giorno": "day",
    "month": "month", "months": "month", "monthly": "month", "mese": "month",
}  # fmt: skip
_LONGER = {
    "week": ("day", 5), "weekly": ("day", 5), "w": ("day", 5), "settimana": ("day", 5), "quarter": ("month", 3),
    "trimestre": ("month", 3), "year": ("month", 12), "yearly": ("month", 12), "anno": ("month", 12),
}  # fmt: skip
_DAY_FIRST = r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})"
_YEAR_FIRST = r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})"
_RANGE = (
    r"(?:dal?l?'? *|from *)?([0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4})"
    r"(?: *(?:\.{2,3}|-|–|to|al?l?'?) *([0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}))?"
)
_WINDOW = r"([0-9]{1,2})(?:[:.]([0-9]{2}))? *[-–] *([0-9]{1,2})(?:[:.]([0-9]{2}))?"
_DAYS = {
    name: day
    for day, names in {
        "mon": "mon monday lun lunedì", "tue": "tue tues tuesday mar martedì", "wed": "wed wednesday mer mercoledì",
        "thu": "thu thur thurs thursday gio giovedì", "fri": "fri friday ven venerdì", "sat": "sat saturday sab sabato",
        "sun": "sun sunday dom domenica",
    }.items()
    for name in names.split()
}  # fmt: skip


def effort(text: str) -> Meant | None:
    """`3 days` as `3d`, `2.5h` as `2h 30m`, `1h30` as `1h 30m`, and the units in their order; `90` may be minutes."""
    rest = text.strip().lower()
    if re.fullmatch("[0-9]{1,6}", rest):
        hint = Message("write `{minutes}` for minutes, `{hours}` for hours", minutes=f"{rest}m", hours=f"{rest}h")
        return Meant(f"{rest}m", certain=False, help=hint)
    clock = re.fullmatch(_HOURS_MINUTES, rest)
    if clock:
        written = _written({"h": int(clock[1]), "m": int(clock[2])})
        return checked(written, parse_duration, certain=":" not in rest)
    elapsed = rest.endswith("elapsed")
    rest = rest.removesuffix("elapsed").strip()
    units: dict[str, int] = {}
    while rest:
        found = re.match(_PART, rest)
        unit = _UNITS.get(found[3]) if found else None
        if found is None or unit is None or unit in units:
            return None
        units[unit] = int(found[1])
        if found[2]:
            minutes = Fraction(f"0.{found[2]}") * 60
            if unit != "h" or "m" in units or minutes.denominator != 1:
                return None
            units["m"] = int(minutes)
        rest = rest[found.end() :]
    return checked(_written(units) + (" elapsed" if elapsed else ""), parse_duration) if units else None


def _written(units: dict[str, int]) -> str:
    """A duration with its units in their order, without those of which there is nothing."""
    parts = [f"{units[unit]}{unit}" for unit in "wdhm" if units.get(unit)]
    return " ".join(parts) or f"0{next(iter(units))}"


def duration(text: str) -> Meant | None:
    """A duration as `effort` reads it. A day or more in hours, and a week or more in days, may be of the clock."""
    meant = effort(text)
    value = parse_duration(meant.text) if meant else None
    if meant is None or value is None or value.elapsed or not (value.hours >= 24 or value.days >= 7):
        return meant
    whole = value._replace(days=value.days + value.hours // 24, hours=0) if value.hours % 24 == 0 else value
    hint = Message(
        "write `{work}` for working time, `{clock}` for time of the clock",
        work=str(whole), clock=f"{meant.text} elapsed",
    )  # fmt: skip
    return Meant(meant.text, certain=False, help=hint)


def rate(text: str) -> Meant | None:
    """`40/day` as `40 per day`; what is told by the week or the year is reckoned, which is not certain."""
    found = re.fullmatch(_RATE, text.strip().lower())
    if found is None:
        return None
    per = _TIMES.get(found[2])
    if per:
        return checked(f"{found[1]} per {per}", parse_rate)
    unit, share = _LONGER.get(found[2], ("", 1))
    given = parse_rate(f"{found[1]} per day") if unit else None
    if given is None:
        return None
    fixed = f"{round(float(given.amount / share), 2):g} per {unit}"
    hint = Message("a rate is by the `hour`, `day` or `month`: write `{text}`", text=fixed)
    return Meant(fixed, certain=False, help=hint)


def day(text: str) -> Meant | None:
    """`31/03/2026` and `2026/3/31` as `2026-03-31`; where day and month could be swapped the day comes first."""
    found = re.fullmatch(_YEAR_FIRST, text)
    if found:
        return checked(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}", parse_date)
    found = re.fullmatch(_DAY_FIRST, text)
    if found is None:
        return None
    fixed = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    meant = checked(fixed, parse_date)
    if meant is None or int(found[1]) > 12 or found[1] == found[2]:
        return meant
    hint = Message("write `{text}`, if the day stands first", text=fixed)
    return Meant(fixed, certain=False, help=hint)


def days_off(text: str) -> Meant | None:
    """`10/08/2026-23/08/2026` as `2026-08-10..2026-08-23`: who writes one day first writes the other so too."""
    span = re.fullmatch(_RANGE, text.strip().lower())
    ends = [end for end in span.groups() if end] if span else []
    found = [Meant(end) if parse_date(end) else day(end) for end in ends]
    if len(found) == 1:
        return found[0]
    if len(found) != 2 or None in found:
        return None
    meant = [one for one in found if one]
    certain = all(one.certain for one in meant) or (
        any(one.certain for one in meant) and all(re.fullmatch(_DAY_FIRST, end) for end in ends)
    )
    return checked("..".join(one.text for one in meant), parse_date_range, certain=certain)


def instant(text: str) -> Meant | None:
    """`2026-03-31 9:00` as `2026-03-31T09:00`."""
    head, _, clock = text.replace("T", " ").partition(" ")
    fixed = day(head) if parse_date(head) is None else Meant(head)
    hours, _, minutes = clock.strip().partition(":")
    if fixed is None or not clock:
        return fixed
    return checked(f"{fixed.text}T{hours:0>2}:{minutes}", parse_instant, certain=fixed.certain)


def window(text: str) -> Meant | None:
    """`8-12.30` as `08:00-12:30`."""
    found = re.fullmatch(_WINDOW, text.strip(" “”„«»'\""))
    if found is None:
        return None
    start, minute, end, end_minute = found.groups(default="00")
    return checked(f"{start:0>2}:{minute}-{end:0>2}:{end_minute}", parse_window)


def days(text: str) -> Meant | None:
    """`Monday - Friday` and `lun-ven` as `mon-fri`."""
    named = [_DAYS.get(word.strip().lower()) for word in re.split("[-–]| to | al? ", text)]
    return checked("-".join(name for name in named if name), parse_days) if all(named) else None
