"""The kinds of fields: what crosses the boundary, what is kept, and what stands in JSON.

Money, percent and number are `Decimal` outside. Inside, money counts minor units, a percent hundredths of a
per cent, a number is an exact fraction: nothing is computed in `Decimal`, whose arithmetic obeys the caller's context.
The first amount that crosses the boundary imports `decimal`, so that importing a package is quick.
"""

from __future__ import annotations

from datetime import date, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from fractions import Fraction
    from typing import Any

    from .records import Record


class Field:
    """A field of an entity, of a kind whose values are kept as they are given (`type`).

    `name` is its name in the spec, `attribute` the one in Python. `source` names the integration that alone
    writes it; `default` is a kept value. `situated`: derived from the day or from what a person is, so that its value
    is asked with the facts.
    """

    __slots__ = ("attribute", "default", "derived", "name", "optional", "place", "situated", "slot", "source")
    type: type = object
    of_person = False
    """Whether its values name somebody, who must be of the organisation to be given with an event."""

    def __init__(
        self,
        name: str,
        place: str,
        *,
        attribute: str | None = None,
        optional: bool = False,
        source: str | None = None,
        derived: bool = False,
        situated: bool = False,
        default: Any = None,
    ) -> None:
        self.name = name
        self.place = place
        self.attribute = attribute or name
        self.slot = f"_{self.attribute}"
        self.optional = optional
        self.source = source
        self.derived = derived
        self.situated = situated
        self.default = default

    def inward(self, value: Any) -> Any:
        """A value as it is kept. Raises `ValueError` where it is out of the field's range or of another type."""
        if value is None:
            return None
        return self.checked(value)

    def checked(self, value: Any) -> Any:
        """`inward` of a value that is known."""
        if not isinstance(value, self.type):
            raise ValueError(f"{self.name} must be {self.type.__name__}, not {value!r}")
        return value

    def outward(self, kept: Any) -> Any:
        """A kept value as it is shown."""
        return kept

    def as_json(self, kept: Any) -> Any:
        """A kept value in JSON."""
        return kept

    def from_json(self, value: Any) -> Any:
        """A kept value from JSON. Raises `ValueError` for what `as_json` cannot have made."""
        return None if value is None else self.checked(value)

    def rounded(self, value: Any) -> Any:
        """An exact result as this field keeps it."""
        return value

    def _fault(self, problem: str) -> ValueError:
        return ValueError(f"{self.name} {problem}")


class Text(Field):
    """A text."""

    __slots__ = ()
    type = str


class Flag(Field):
    """Yes or no."""

    __slots__ = ()
    type = bool


class PersonName(Field):
    """A person, kept by name; given as a person or a name."""

    __slots__ = ()
    type = str
    of_person = True

    def checked(self, value: Any) -> str:
        """The name."""
        name = getattr(value, "name", value)
        if not isinstance(name, str):
            raise self._fault(f"must be a person, not {value!r}")
        return name


class Enum(Text):
    """One of some words, least first where they are ordered."""

    __slots__ = ("values",)

    def __init__(self, name: str, place: str, values: tuple[str, ...], **more: Any) -> None:
        super().__init__(name, place, **more)
        self.values = values

    def checked(self, value: Any) -> str:
        """The word. Raises `ValueError` for one that is not listed."""
        if value not in self.values:
            raise self._fault(f"must be one of {', '.join(self.values)}, not {value!r}")
        return str(value)


class Word(Enum):
    """A unit, territory, channel or product line of the organisation, by name."""

    __slots__ = ()


class Bounded(Field):
    """A field with bounds, which are kept values."""

    __slots__ = ("high", "low")

    def __init__(self, name: str, place: str, low: Any = None, high: Any = None, **more: Any) -> None:
        super().__init__(name, place, **more)
        self.low = low
        self.high = high

    def checked(self, value: Any) -> Any:
        """The kept value. Raises `ValueError` for one out of bounds."""
        return self.bounded(self.converted(value))

    def converted(self, value: Any) -> Any:
        """The kept value, bounds aside."""
        return super().checked(value)

    def bounded(self, kept: Any) -> Any:
        """A kept value within the bounds."""
        if self.low is not None and kept < self.low:
            raise self._fault(f"must be at least {self.outward(self.low)}")
        if self.high is not None and kept > self.high:
            raise self._fault(f"must be at most {self.outward(self.high)}")
        return kept

    def from_json(self, value: Any) -> Any:
        """A kept value again: what the case itself has set may be out of bounds."""
        return None if value is None else self.converted(value)


class Integer(Bounded):
    """A whole number."""

    __slots__ = ()

    def converted(self, value: Any) -> int:
        """The number itself."""
        if type(value) is not int:
            raise self._fault(f"must be a whole number, not {value!r}")
        return value

    def rounded(self, value: Fraction) -> int:
        """Rounded half-even."""
        return round(value)


class Duration(Integer):
    """Working time, in minutes."""

    __slots__ = ()


class Scaled(Bounded):
    """A decimal with so many `digits` behind the point, kept as a whole number of its last digit."""

    __slots__ = ("_factor", "digits")

    def __init__(self, name: str, place: str, low: int | None = None, high: int | None = None, **more: Any) -> None:
        self.digits: int = more.pop("digits", 2)
        self._factor: int = 10**self.digits
        super().__init__(name, place, low, high, **more)

    def converted(self, value: Any) -> int:
        """The whole number. Raises `ValueError` for anything but a finite `Decimal` or `int` with few enough digits."""
        from decimal import Decimal

        if type(value) is int:
            return value * self._factor
        if not isinstance(value, Decimal) or not value.is_finite() or abs(value.adjusted()) > 40:
            if isinstance(value, Decimal) and value == 0:
                return 0
            raise self._fault(f"must be a Decimal, not {value!r}")
        numerator, denominator = value.as_integer_ratio()
        kept, rest = divmod(numerator * self._factor, denominator)
        if rest:
            raise self._fault(f"must have at most {self.digits} decimals, not {value}")
        return kept

    def outward(self, kept: Any) -> Decimal | None:
        """The decimal; an exact result is rounded half-even."""
        from decimal import Decimal

        return None if kept is None else Decimal(f"{kept if type(kept) is int else round(kept)}E-{self.digits}")

    def as_json(self, kept: Any) -> str | None:
        """The decimal as text."""
        from decimal import Decimal

        return None if kept is None else format(Decimal(f"{round(kept)}E-{self.digits}"), "f")

    def from_json(self, value: Any) -> int | None:
        """The kept number of a decimal written as text."""
        return None if value is None else self.converted(decimal(self.name, value))

    def rounded(self, value: Fraction) -> int:
        """Rounded half-even to the last digit."""
        return round(value)


class Money(Scaled):
    """An amount in the company's currency, in minor units inside."""

    __slots__ = ()


class Percent(Scaled):
    """A percent: `Decimal("12.5")` is 12.5%, 1250 inside."""

    __slots__ = ()


class Number(Bounded):
    """A number, an exact fraction inside."""

    __slots__ = ()

    def converted(self, value: Any) -> Any:
        """The exact fraction."""
        from decimal import Decimal
        from fractions import Fraction

        if type(value) is int or (isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 400):
            return Fraction(value)
        raise self._fault(f"must be a Decimal, not {value!r}")

    def outward(self, kept: Any) -> Decimal | None:
        """The decimal, exact where it has an end, else to 28 digits."""
        from decimal import Decimal

        if kept is None:
            return None
        digits, rest = 0, kept.denominator
        while digits < 28 and (10**digits) % rest:
            digits += 1
        return Decimal(f"{round(kept * 10**digits)}E-{digits}")

    def as_json(self, kept: Any) -> str | None:
        """The fraction as text, `7/2` or `3`."""
        return None if kept is None else str(kept)

    def from_json(self, value: Any) -> Any:
        """The fraction of such a text."""
        from fractions import Fraction

        if value is None:
            return None
        top, _, bottom = value.partition("/") if isinstance(value, str) and len(value) < 1000 else ("", "", "")
        if not (top.removeprefix("-").isdecimal() and (not bottom or (bottom.isdecimal() and int(bottom)))):
            raise self._fault(f"must be a number, not {value!r}")
        return Fraction(int(top), int(bottom or 1))


class Date(Bounded):
    """A day."""

    __slots__ = ()

    def converted(self, value: Any) -> date:
        """The day itself, never an instant."""
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._fault(f"must be a date, not {value!r}")
        return value

    def as_json(self, kept: Any) -> str | None:
        """`2026-03-31`."""
        return None if kept is None else kept.isoformat()

    def from_json(self, value: Any) -> date | None:
        """The day of such a text."""
        return None if value is None else self.converted(date.fromisoformat(text(self.name, value)))


class Instant(Bounded):
    """A moment in the company's local time: a datetime without a zone."""

    __slots__ = ()

    def converted(self, value: Any) -> datetime:
        """The local time. Raises `ValueError` where a zone is given."""
        if not isinstance(value, datetime) or value.tzinfo is not None:
            raise self._fault(f"must be a datetime in local time, without a zone, not {value!r}")
        return value

    def as_json(self, kept: Any) -> str | None:
        """`2026-03-31T09:00:00`."""
        return None if kept is None else kept.isoformat()

    def from_json(self, value: Any) -> datetime | None:
        """The local time of such a text."""
        return None if value is None else self.converted(datetime.fromisoformat(text(self.name, value)))


class Reference(Field):
    """A record of another entity; `entity` gives its class."""

    __slots__ = ("_entity",)

    def __init__(self, name: str, place: str, entity: Callable[[], type[Record]], **more: Any) -> None:
        super().__init__(name, place, **more)
        self._entity = entity

    @property
    def entity(self) -> type[Record]:
        """The class of the records that it refers to."""
        return self._entity()

    def checked(self, value: Any) -> Record:
        """The record itself."""
        if not isinstance(value, self.entity):
            raise self._fault(f"must be a record of {self.entity.entity}, not {value!r}")
        return value

    def as_json(self, kept: Any) -> Any:
        """The record in JSON."""
        return None if kept is None else kept.as_json()

    def from_json(self, value: Any) -> Record | None:
        """The record of that JSON."""
        return None if value is None else self.entity.from_json(value)


def decimal(name: str, value: Any) -> Decimal:
    """A decimal written as text. Raises `ValueError` for anything else."""
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(text(name, value))
    except InvalidOperation:
        raise ValueError(f"{name} must be a decimal number, not {value!r}") from None


def text(name: str, value: Any) -> str:
    """A text. Raises `ValueError` for anything else."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, not {value!r}")
    return value
