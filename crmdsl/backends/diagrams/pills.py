"""The ways from a picture to others, as pills at the right of its heading."""

from __future__ import annotations

from collections.abc import Sequence

from crmdsl.backends.diagrams.metrics import shorten, width
from crmdsl.backends.diagrams.scene import LINE, PAPER, Group, Text, rect

Link = tuple[str, str]
"""What a pill says, and the file that a click on it opens."""
HIGH, SIZE, APART = 20.0, 11.0, 8.0
MOST, ROOM = 5, 240.0
"""Pills beside each other, and the room of one's text; what more there is says a last one."""


def pills(links: Sequence[Link], right: float, y: float) -> tuple[list[Group], float]:
    """Pills in a row that ends at `right`, its upper edge at `y`, and where it begins."""
    groups: list[Group] = []
    shown = list(links) if len(links) <= MOST else [*links[: MOST - 1], (f"+ {len(links) - MOST + 1}", "")]
    for text, link in reversed(shown):
        label = shorten(text, SIZE, ROOM, bold=True)
        wide = width(label, SIZE, bold=True) + 20
        right -= wide
        items = (
            rect(0, 0, wide, HIGH, fill=PAPER, stroke=LINE, radius=HIGH / 2),
            Text(wide / 2, 14, label, SIZE, True, LINE, "middle"),
        )
        groups.append(Group(items, right, y, "", text, link, "box", wide, HIGH))
        right -= APART
    return groups[::-1], right
