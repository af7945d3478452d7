"""What is told of a case: what happened to it, and the time limits that run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from .case import Entry
    from .clock import Clock


class Happening:
    """An entry of a case's history: the event, who fired it and when, and where the case was before and after.

    `to` names who got the record when the owner of the process reassigned it.
    """

    __slots__ = ("after", "at", "before", "by", "event", "reason", "score", "to")

    def __init__(self, entry: Entry, clock: Clock) -> None:
        self.event = entry[0]
        self.by = entry[1]
        self.at = clock.local(entry[2])
        self.before = () if entry[4] is None else names_of(entry[4])
        self.after = names_of(entry)
        self.reason: str | None = entry[5][0] if len(entry) > 5 else None
        self.score: int | None = entry[5][1] if len(entry) > 5 else None
        self.to: str | None = None
        if len(entry) > 5 and len(entry[5]) > 4:
            self.by, self.to = entry[5][4:]

    def __repr__(self) -> str:
        by = f" by {self.by.name}" if self.by is not None else ""
        to = f" to {self.to}" if self.to is not None else ""
        return f"<{self.event}{to}{by} at {self.at:%Y-%m-%d %H:%M}: {'+'.join(self.before)} → {'+'.join(self.after)}>"


class Deadline:
    """A time limit that runs: the state or step it is for, its kind, and when it passes."""

    __slots__ = ("due", "kind", "state")

    def __init__(self, state: str, kind: str, due: datetime) -> None:
        self.state = state
        self.kind = kind
        self.due = due

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Deadline):
            return NotImplemented
        return (self.state, self.kind, self.due) == (other.state, other.kind, other.due)

    def __hash__(self) -> int:
        return hash((self.state, self.kind, self.due))

    def __repr__(self) -> str:
        return f"Deadline({self.state!r}, {self.kind!r}, {self.due:%Y-%m-%d %H:%M})"


def names_of(entry: Entry) -> tuple[str, ...]:
    """The states after an entry of the history."""
    nodes = entry[3] if isinstance(entry[3], tuple) else (entry[3],)
    return tuple(node.name for node in nodes if not getattr(node, "hidden", False))
