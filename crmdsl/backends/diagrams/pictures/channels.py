"""The channels: through what contacts arrive, how many, who handles them, and which process they start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from crmdsl.backends.diagrams import icons
from crmdsl.backends.diagrams.marks import person
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.scene import GREY, LINE, PAPER, Group, Item, Scene, Text, path, rect, tint
from crmdsl.backends.diagrams.selling import figure, known, monthly, rate
from crmdsl.backends.diagrams.sheet import Lines, Sheet, said
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import called, human
from crmdsl.diagnostics import Message
from crmdsl.model.network import Channel
from crmdsl.model.processes import Process
from crmdsl.model.spec import Spec

PLACE = 43
TITLE = Message("the channels and where they lead")
CARD, BETWEEN, GOAL = 430.0, 300.0, 400.0
APART, FIRST = 14.0, 34.0
THICK, THIN = 34.0, 1.8
"""How wide the way of the largest channel is, in points, and the least that a way is."""
PART = 12
"""Channels on one picture."""
KINDS = {"online": Message("online"), "offline": Message("offline")}


@dataclass(slots=True)
class Card:
    """A channel or a process while it is drawn. `thick` is the width of the way that leaves it."""

    name: str
    items: tuple[Item, ...]
    high: float
    tooltip: str
    colour: str = GREY
    thick: float = THIN
    y: float = 0


def pictures(spec: Spec, language: str) -> Iterator[Picture]:
    """The channels, in as many pictures as they need."""
    view = View(spec, language)
    names = _ordered(spec)
    parts = [names[start : start + PART] for start in range(0, len(names), PART)]
    for number, part in enumerate(parts, 1):
        title = view.say(TITLE) + (f" · {number} / {len(parts)}" if len(parts) > 1 else "")
        name = "channels" if number == 1 else f"channels-{number}"
        yield Picture(name, title, "sales", partial(_scene, view, title, part), "channels")


def _fed(spec: Spec, channel: Channel) -> str:
    """The process that a channel starts, if any."""
    return channel.feeds.name if channel.feeds and channel.feeds.name in spec.processes else ""


def _ordered(spec: Spec) -> list[str]:
    """The channels by the process that they start, those that start none last."""
    places = {name: number for number, name in enumerate(spec.processes)}
    return sorted(spec.channels, key=lambda name: places.get(_fed(spec, spec.channels[name]), len(places)))


def _scene(view: View, title: str, names: Sequence[str]) -> Scene:
    channels = [view.spec.channels[name] for name in names]
    total = sum((monthly(view, each.volume) for each in view.spec.channels.values() if each.volume), Fraction())
    counts = view.lower(Message.counted("{count} channel", "{count} channels", count=len(view.spec.channels)))
    arrive = view.lower(Message("{amount} contacts per month", amount=figure(view, total))) if total else ""
    most = max((monthly(view, each.volume) for each in view.spec.channels.values() if each.volume), default=Fraction())
    cards = [_channel(view, channel, most) for channel in channels]
    goals = [_process(view, name) for name in dict.fromkeys(filter(None, (_fed(view.spec, each) for each in channels)))]
    sheet = Sheet(title, said([counts, arrive]), "; ".join(card.tooltip for card in cards), view.language)
    _place(view, channels, cards, goals)
    _draw(view, sheet, channels, cards, goals)
    sheet.legend = [
        (icons.screen(2, 1, LINE), view.say(KINDS["online"])),
        (icons.shop(2, 1, LINE), view.say(KINDS["offline"])),
        ((path("M 0 8 H 18", stroke=tint(LINE, 0.6), thick=9),), view.say(Message("the wider, the more contacts"))),
    ]
    return sheet.scene()


# what the cards say


def _channel(view: View, channel: Channel, most: Fraction) -> Card:
    """A channel: what it is, who handles it, how many contacts arrive and how many of them are worth it."""
    room = CARD - 150
    lines = Lines(room, 14, 9)
    title = called(channel, view.language)
    mark = icons.screen(0, 0, LINE, 13) if channel.kind == "online" else icons.shop(0, 0, LINE, 13)
    lines.add(title, 13.5, bold=True, mark=mark, most=2)
    kind = view.lower(KINDS[channel.kind]) if channel.kind in KINDS else ""
    medium = human(channel.medium.name).lower() if channel.medium else ""
    lines.add(said([kind, medium]), 11, colour=GREY, indent=17)
    handling = known(view, channel.handled_by)
    for role in handling[:3]:
        lines.add(view.who(role).label, 11.5, mark=person(0, 0, view.mark(role), 11), indent=17)
    if len(handling) > 3:
        lines.add(f"+ {len(handling) - 3}", 11, colour=GREY, indent=34)
    figures = Lines(130, CARD - 140, 9)
    volume = rate(view, channel.volume) if channel.volume else ""
    figures.add(volume, 12.5, bold=True, most=2)
    share: list[Item] = []
    qualified = _share(view, channel.qualified) if channel.qualified is not None else ""
    if channel.qualified is not None:
        figures.gap(3)
        share = [
            rect(figures.left, figures.y, 120, 6, fill="#e4e9ee", radius=3),
            rect(figures.left, figures.y, max(1.5, 1.2 * channel.qualified / 100), 6, fill=LINE, radius=3),
        ]
        figures.gap(7)
        figures.add(view.lower(Message("{share} qualified", share=qualified)), 11, colour=GREY)
    high = max(lines.y, figures.y) + 9
    who = " / ".join(view.who(role).label for role in handling)
    tooltip = said([title, kind, medium, volume, who, channel.note or ""])
    thick = float(monthly(view, channel.volume) / most) * THICK if channel.volume and most else 0.0
    colour = view.colour(handling[0]) if handling else GREY
    return Card(channel.name, (*lines.items, *share, *figures.items), high, tooltip, colour, max(THIN, thick))


def _share(view: View, hundredths: int) -> str:
    return f"{figure(view, Fraction(hundredths, 100))}%"


def _process(view: View, name: str) -> Card:
    """A process: what arrives, how much of it is qualified, who begins it."""
    spec = view.spec
    process = spec.processes[name]
    fed = [each for each in spec.channels.values() if _fed(spec, each) == name]
    lines = Lines(GOAL - 34, 20, 10)
    title = called(process, view.language)
    lines.add(title, 14, bold=True, mark=icons.plus(0, 0, LINE, 12), most=2)
    arrive = sum((monthly(view, each.volume) for each in fed if each.volume), Fraction())
    good = sum((monthly(view, each.volume) * (each.qualified or 0) / 10_000 for each in fed if each.volume), Fraction())
    if arrive:
        text = Message("{amount} contacts per month", amount=figure(view, arrive))
        lines.add(view.lower(text), 11.5, bold=True)
    if good:
        text = Message("of which {amount} qualified ({share})", amount=figure(view, good),
                       share=_share(view, round(good / arrive * 10_000)))  # fmt: skip
        lines.add(view.lower(text), 11, colour=GREY)
    if process.arrivals:
        own = Message("and of its own: {rate}", rate=rate(view, process.arrivals))
        lines.add(view.lower(own), 11, colour=GREY)
    for role in _beginners(view, process)[:2]:
        text = Message("begins with: {role}", role=view.who(role).label)
        lines.add(view.lower(text), 11.5, mark=person(0, 0, view.mark(role), 11))
    return Card(name, tuple(lines.items), lines.y + 10, title)


def _beginners(view: View, process: Process) -> list[str]:
    """Who does the first step of a process."""
    step = process.steps.get(process.start.name) if process.start else None
    return known(view, getattr(step, "role", ()))


# where they stand


def _place(view: View, channels: Sequence[Channel], cards: Sequence[Card], goals: Sequence[Card]) -> None:
    """The channels under each other, each process level with those that start it."""
    y = FIRST
    for card in cards:
        card.y, y = y, y + card.high + APART
    low = FIRST
    for goal in goals:
        fed = [card for card, each in zip(cards, channels, strict=True) if _fed(view.spec, each) == goal.name]
        goal.high = max(goal.high, sum(card.thick + 5 for card in fed) + 16)
        middle = (fed[0].y + fed[-1].y + fed[-1].high) / 2
        goal.y = max(low, middle - goal.high / 2)
        low = goal.y + goal.high + APART


def _draw(
    view: View, sheet: Sheet, channels: Sequence[Channel], cards: Sequence[Card], goals: Sequence[Card]
) -> None:  # fmt: skip
    x = CARD + BETWEEN
    for goal in goals:
        fed = [card for card, each in zip(cards, channels, strict=True) if _fed(view.spec, each) == goal.name]
        at = goal.y + goal.high / 2 - sum(card.thick + 5 for card in fed) / 2
        for card in fed:
            at += card.thick / 2 + 2.5
            sheet.add(_way(card, at, x, goal))
            at += card.thick / 2 + 2.5
    sheet.add(Text(0, 14, view.say(Message("channel")), 14, True, GREY))
    if goals:
        sheet.add(Text(x, 14, view.say(Message("process that it starts")), 14, True, GREY))
    for card, channel in zip(cards, channels, strict=True):
        sheet.add(_box(card, f"channel--{card.name}", 0, CARD, "" if _fed(view.spec, channel) else "5 3"))
    for goal in goals:
        link = "" if goal.name in view.spec.unsound else f"{goal.name}.svg"
        sheet.add(_box(goal, f"process--{goal.name}", x, GOAL, "", link))
    sheet.reach(x + GOAL if goals else CARD, max(card.y + card.high for card in (*cards, *goals)))


def _box(card: Card, ident: str, x: float, wide: float, dash: str, link: str = "") -> Group:
    frame = rect(0, 0, wide, card.high, fill=PAPER, stroke=LINE, radius=7, thick=1.4, dash=dash)
    inner = [rect(3, 3, wide - 6, card.high - 6, stroke=LINE, radius=5, thick=0.8)] if link else []
    return Group((frame, *inner, *card.items), x, card.y, ident, card.tooltip, link, "box", wide, card.high)


def _way(card: Card, y: float, x: float, goal: Card) -> Group:
    """The way of a channel to the process that it starts, as wide as its share of the largest."""
    start, half = card.y + card.high / 2, BETWEEN / 2
    end = x - 9
    curve = f"M {CARD:.1f} {start:.1f} C {CARD + half:.1f} {start:.1f} {end - half:.1f} {y:.1f} {end:.1f} {y:.1f}"
    side = max(4.5, card.thick / 2)
    tip = f"M {x:.1f} {y:.1f} L {end:.1f} {y - side:.1f} V {y + side:.1f} Z"
    hue = tint(card.colour, 0.6)
    tooltip = f"{card.tooltip} → {goal.tooltip}"
    return Group((path(curve, stroke=hue, thick=card.thick), path(tip, fill=hue)), tooltip=tooltip, kind="line")
