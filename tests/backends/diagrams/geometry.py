"""What is wrong with where things stand in a picture."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from crmdsl.backends.diagrams.metrics import width
from crmdsl.backends.diagrams.scene import Group, Scene, Text

Box = tuple[float, float, float, float]
SLACK = 0.6


def faults(scene: Scene) -> Iterator[str]:
    """Boxes and labels that overlap or leave the picture, texts that leave their box or the picture."""
    found = [
        ((x + item.x, y + item.y, x + item.x + item.width, y + item.y + item.height), item)
        for x, y, item in scene.placed()
        if isinstance(item, Group) and item.kind in ("box", "label")
    ]
    for box, group in found:
        if not inside(box, (0, 0, scene.width, scene.height)):
            yield f"{named(group)} leaves the picture"
    found.sort(key=lambda pair: pair[0][0])
    for number, (box, group) in enumerate(found):
        for other_box, other in found[number + 1 :]:
            if other_box[0] > box[2]:
                break
            if overlap(box, other_box):
                yield f"{named(group)} and {named(other)} overlap"
    yield from texts_outside(scene)


def texts_outside(scene: Scene) -> Iterator[str]:
    for item in scene.items:
        yield from _texts(item, 0, 0, (0, 0, scene.width, scene.height))


def _texts(item: object, x: float, y: float, room: Box) -> Iterator[str]:
    if isinstance(item, Text):
        if not inside(text_box(item, x, y), room):
            yield f"{item.text!r} leaves its box"
    elif hasattr(item, "items"):
        x, y = x + item.x, y + item.y
        if isinstance(item, Group) and item.kind in ("box", "label"):
            room = (x, y, x + item.width, y + item.height)
        for inner in item.items:
            yield from _texts(inner, x, y, room)


def text_box(text: Text, x: float, y: float) -> Box:
    long = width(text.text, text.size, bold=text.bold)
    before = {"start": 0.0, "middle": long / 2, "end": long}[text.anchor]
    over, under = text.size * 0.74, text.size * 0.2
    x, y = x + text.x, y + text.y
    if text.turned:
        return x - over, y - long + before, x + under, y + before
    return x - before, y - over, x - before + long, y + under


def inside(box: Box, room: Box) -> bool:
    return (
        box[0] >= room[0] - SLACK and box[1] >= room[1] - SLACK
        and box[2] <= room[2] + SLACK and box[3] <= room[3] + SLACK
    )  # fmt: skip


def overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] - SLACK and other[0] < one[2] - SLACK
        and one[1] < other[3] - SLACK and other[1] < one[3] - SLACK
    )  # fmt: skip


def crossed(corners: list[tuple[float, float]], boxes: list[tuple[str, Box]]) -> Iterator[str]:
    """The boxes that a line through corners passes."""
    for (x0, y0), (x1, y1) in pairwise(corners):
        segment = min(x0, x1) - 0.1, min(y0, y1) - 0.1, max(x0, x1) + 0.1, max(y0, y1) + 0.1
        for name, box in boxes:
            if overlap((box[0] - 0.5, box[1] - 0.5, box[2] + 0.5, box[3] + 0.5), (
                segment[0] - SLACK, segment[1] - SLACK, segment[2] + SLACK, segment[3] + SLACK,
            )):  # fmt: skip
                yield name


def named(group: Group) -> str:
    texts = [item.text for item in group.items if isinstance(item, Text)]
    return group.ident or " ".join(texts) or group.kind
