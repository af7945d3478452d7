"""Figures that a picture may carry: notes on its steps, coloured by how much of something there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crmdsl.backends.diagrams.scene import INK, LINE, PAPER, Shape, rect

HEAT = ("#fef3d6", "#fcd98c", "#f5ae52", "#d57a22", "#7f2f08")
"""From little to much: yellow to brown, darker at each step, so that it is read without colours too."""
COLD = "#e6edf3"
"""What is no matter of more or less."""


@dataclass(frozen=True, slots=True)
class Note:
    """Figures on a step: a line in bold, and how long cases wait there. `heat` is a place in `HEAT`, -1 for none."""

    title: str
    wait: str = ""
    heat: int = -1

    @property
    def fill(self) -> str:
        """The colour behind it."""
        return HEAT[self.heat] if self.heat >= 0 else COLD

    @property
    def ink(self) -> str:
        """The colour in which it is read."""
        return PAPER if self.heat == len(HEAT) - 1 else INK


@dataclass(frozen=True, slots=True)
class Overlay:
    """The notes of a picture by the paths of its steps, what their colours mean, and the room that it is drawn for.

    `legend` has pairs of a heat and its name; `wait` says what a time in a note is. `room` is the width and the height
    in points of a page on which its letters are to be as large as can be, nothing for a slide and a file of its own.
    """

    notes: Mapping[str, Note] = field(default_factory=dict)
    legend: tuple[tuple[int, str], ...] = ()
    wait: str = ""
    room: tuple[float, float] | None = None

    def hottest(self, steps: Iterable[str]) -> Note | None:
        """The note of the hottest of some steps."""
        found = [self.notes[step] for step in steps if step in self.notes]
        return max(found, key=lambda note: note.heat, default=None)


NOTHING = Overlay()


def sample(heat: int) -> tuple[Shape, ...]:
    """What stands for a heat in a legend."""
    return (rect(0, 2, 18, 12, fill=Note("", heat=heat).fill, stroke=LINE, radius=2, thick=0.6),)
