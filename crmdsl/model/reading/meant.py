"""What somebody meant by a value that cannot be read, and whether nothing else can have been meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from crmdsl.diagnostics import Message


class Meant(NamedTuple):
    """What was probably meant; `certain` where nothing else can be, and `help` where more is to be said of it."""

    text: str
    certain: bool = True
    help: Message | None = None

    @property
    def hint(self) -> Message:
        """What to do."""
        return self.help or Message("write `{text}`", text=self.text)

    @property
    def fix(self) -> str | None:
        """The text to put in its place, if that is certain."""
        return self.text if self.certain else None


Repair = Callable[[str], Meant | None]


def checked(fixed: str, parse: Callable[[str], object], *, certain: bool = True) -> Meant | None:
    """A repair that can be read itself."""
    return None if parse(fixed) is None else Meant(fixed, certain)


def thousands(fixed: str) -> Message:
    """What to do where a dot parts thousands, which it does in Italian and not here."""
    return Message("here a dot begins the decimals, and `_` parts thousands: write `{text}`", text=fixed)


def parted_by_dots(fixed: str, parse: Callable[[str], object]) -> Meant | None:
    """A number that would have too many decimals, were they any."""
    return None if parse(fixed) is None else Meant(fixed, certain=False, help=thousands(fixed))
