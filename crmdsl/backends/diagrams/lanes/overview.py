"""A large process at a glance: its parts, who works in each, and how many ways lead from one to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from crmdsl.backends.diagrams.lanes.flow import Flow
from crmdsl.backends.diagrams.marks import mark_of, person
from crmdsl.backends.diagrams.metrics import shorten, wrap
from crmdsl.backends.diagrams.scene import GREY, LINE, PAPER, Group, Item, Scene, Text, path, rect
from crmdsl.backends.diagrams.words import human, word

WIDE, GAP, PAD = 300.0, 40.0, 14.0
ROW = 17.0
NAMES, ROLES, WAYS = 6, 4, 4


def overview(flow: Flow, split: Sequence[Sequence[Sequence[str]]], *, states: bool = False) -> Scene:
    """The parts of a process in rows, each a link to its picture: its lanes, or its states."""
    from crmdsl.backends.diagrams.lanes.pages import framed

    across = min(max(3, round((len(split) * 1.6) ** 0.5)), 10)
    page = {node: number for number, part in enumerate(split) for column in part for node in column}
    ways = Counter((page[way.source], page[way.target]) for way in flow.ways if way.target)
    cards = [_part(flow, part, number, ways) for number, part in enumerate(split)]
    items: list[Item] = []
    language, name = flow.diagram.language, flow.diagram.name
    own, other = (f"{name}-states", name) if states else (name, f"{name}-states")
    arrow = f"← {human(word('lanes', language))}" if states else f"{human(word('states', language))} →"
    y = 0.0
    for start in range(0, len(cards), across):
        row = cards[start : start + across]
        high = max(card_high for _, card_high in row)
        for place, (inside, _) in enumerate(row):
            x, number = place * (WIDE + GAP), start + place
            frame = rect(0, 0, WIDE, high, fill=PAPER, stroke=LINE, radius=8, thick=1.4)
            link = f"{own}-{number + 1}.svg"
            items.append(Group((frame, *inside), x, y, "", str(number + 1), link, "box", WIDE, high))
            if place:
                items.append(path(f"M {x - 30:.1f} {y + 24:.1f} h 20 m -6 -5 l 6 5 l -6 5", stroke=LINE, thick=2))
        y += high + GAP / 2
    wide = min(across, len(cards)) * (WIDE + GAP) - GAP
    way = arrow, f"{other}.svg"
    return framed(flow.diagram, flow.diagram.title, tuple(items), wide, y - GAP / 2, flow, way)


def _part(
    flow: Flow, part: Sequence[Sequence[str]], number: int, ways: Counter[tuple[int, int]]
) -> tuple[list[Item], float]:
    """What a part's card says, and how high it is."""
    nodes = [flow.nodes[key] for column in part for key in column]
    titled = [node.title for node in nodes if node.title]
    language = flow.diagram.language
    items: list[Item] = [
        Text(PAD, 26, str(number + 1), 18, True),
        Text(WIDE - PAD, 26, f"{len(titled)} {word('steps', language)}", 11, False, GREY, "end"),
    ]
    y = 40.0
    hottest = flow.overlay.hottest([node.id for node in nodes])
    if hottest is not None and hottest.heat >= 0:
        items.append(rect(PAD, y - 4, WIDE - 2 * PAD, 18, fill=hottest.fill, radius=3))
        items.append(Text(PAD + 6, y + 9, shorten(hottest.title, 11, WIDE - 2 * PAD - 12), 11, True, hottest.ink))
        y += 20
    shown = titled if len(titled) <= NAMES else [*titled[: NAMES - 1], f"… + {len(titled) - NAMES + 1}"]
    for title in shown:
        items.append(Text(PAD, y + 11, shorten(title, 12, WIDE - 2 * PAD), 12))
        y += ROW
    y += 6
    lanes = Counter(flow.lane_of[node.id] for node in nodes if node.title)
    for lane, _ in lanes.most_common(ROLES):
        items += person(PAD, y + 1.5, mark_of(flow.lanes[lane].role, flow.diagram.colours), 10)
        items.append(Text(PAD + 16, y + 10.5, shorten(flow.lanes[lane].label, 11, WIDE - 50), 11, False, GREY))
        y += ROW - 1
    if len(lanes) > ROLES:
        items.append(Text(PAD + 16, y + 10.5, f"+ {len(lanes) - ROLES}", 11, False, GREY))
        y += ROW - 1
    onward = list(_onward(number, ways))
    if onward:
        text = f"{human(word('leads to', language))} {', '.join(onward)}"
        for line in wrap(text, 11, WIDE - 2 * PAD, 2):
            y += 15
            items.append(Text(PAD, y, line, 11, True, LINE))
    return items, y + PAD


def _onward(number: int, ways: Counter[tuple[int, int]]) -> Iterator[str]:
    """The parts that a part leads to, with the number of ways where there are several."""
    targets = sorted(target for source, target in ways if source == number and target != number)
    for target in targets[:WAYS]:
        count = ways[number, target]
        yield f"{target + 1} ({count}×)" if count > 1 else str(target + 1)
    if len(targets) > WAYS:
        yield f"+ {len(targets) - WAYS}"
