"""The text beside a way, and the mark at its end where it leads out of the strip."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.backends.diagrams.diagram import Edge
from crmdsl.backends.diagrams.lanes.cards import MARK, SMALL
from crmdsl.backends.diagrams.metrics import shorten, width, wrap

ROOM, TITLE, NOTE = 100.0, 10.0, 8.8
LONG_NOTE = 60
"""Characters beyond which a note gets more room, so that it does not become a column of single words."""


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text that stand over a way; `mark` is the title of what stands at the way's end, if anything does."""

    titles: tuple[str, ...]
    notes: tuple[str, ...]
    mark: str
    width: float
    height: float

    @property
    def over(self) -> float:
        """The room over the line."""
        return self.height + (11 if self.mark else 3)

    @property
    def under(self) -> float:
        """The room under the line."""
        return 11 if self.mark else 4


def label(edge: Edge, mark: str = "") -> Label:
    """The label of a way."""
    room = ROOM + 40 if len(edge.note) > LONG_NOTE else ROOM
    text = f"{edge.title} {edge.chance}".strip()
    titles = wrap(text, TITLE, room, 3, bold=True)
    notes = wrap(edge.note, NOTE, room, 4)
    wide = max([0.0, *(width(t, TITLE, bold=True) for t in titles), *(width(n, NOTE) for n in notes)])
    high = 12.5 * len(titles) + 11 * len(notes)
    shown = shorten(mark, SMALL, MARK, bold=True) if mark else ""
    if mark:
        wide = max(wide, 14 + 26 + width(shown, SMALL, bold=True))
    return Label(titles, notes, shown, wide + 4 if wide else 0, high)
