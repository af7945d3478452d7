"""Instants: `datetime` outside, whole seconds since 1970-01-01T00:00 UTC inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .calendar import Zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    """Turns instants in and out; naive ones are the company's local time. Parts of a second are dropped."""

    __slots__ = ("last", "zone")
    last: tuple[datetime, int]
    """The instant that was turned in last, and its seconds."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.last = (EPOCH, 0)

    def seconds(self, at: datetime) -> int:
        """The seconds of an instant. Raises `TypeError` for what is none."""
        last = self.last
        if at is last[0]:
            return last[1]
        if not isinstance(at, datetime):
            raise TypeError(f"an instant is a `datetime`, as `datetime(2026, 3, 31, 9, 0)`, not {at!r}")
        if at.tzinfo is None:
            found = self.zone.instant(at.year, at.month, at.day, at.hour, at.minute, at.second)
        else:
            found = (at - EPOCH) // SECOND
        self.last = (at, found)
        return found

    def local(self, seconds: int) -> datetime:
        """The instant as a `datetime` in the company's zone."""
        offset = timedelta(seconds=self.zone.offset(seconds))
        return (EPOCH + timedelta(seconds=seconds)).astimezone(timezone(offset, self.zone.name))
