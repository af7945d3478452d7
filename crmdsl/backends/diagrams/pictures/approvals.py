"""Each approval chain: a ladder as steps upward, bands as a chart and cards; who signs when, and what always holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from crmdsl.backends.diagrams import icons
from crmdsl.backends.diagrams.bands import chart
from crmdsl.backends.diagrams.chains import may_sign, signer, time_and_late
from crmdsl.backends.diagrams.marks import NOBODY, person
from crmdsl.backends.diagrams.metrics import width
from crmdsl.backends.diagrams.phrases import as_written, condition
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.scene import (
    FAILURE,
    GREY,
    INK,
    LINE,
    PAPER,
    SUCCESS,
    Group,
    Item,
    Moved,
    Scene,
    Text,
    circle,
    ink_on,
    path,
    rect,
    tint,
)  # fmt: skip
from crmdsl.backends.diagrams.sheet import Lines, Sheet, said
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import called, human
from crmdsl.diagnostics import Message
from crmdsl.model.chains import Approval, Level
from crmdsl.model.spec import Spec

PLACE = 50
CARD, APART, RISE = 310.0, 22.0, 34.0
ACROSS, MOST = 5, 6
"""Cards in a row, and signers on a card."""


def pictures(spec: Spec, language: str) -> Iterator[Picture]:
    """A picture of each chain that has levels."""
    view = View(spec, language)
    for chain in spec.approvals.values():
        if chain.levels:
            title = called(chain, language)
            drawing = partial(_scene, view, chain)
            yield Picture(f"approval-{chain.name}", title, "approvals", drawing, chain.name)


def _scene(view: View, chain: Approval) -> Scene:
    entity = view.spec.entities.get(chain.entity.name) if chain.entity else None
    asks = " / ".join(who.label for who in view.people(chain.requester))
    mode = Message("bands: one level decides") if chain.mode == "bands" else Message(
        "a ladder: every level that applies signs, one after the other")  # fmt: skip
    about = called(entity, view.language) if entity else ""
    subtitle = said([about, view.lower(Message("asked for by {requester}", requester=asks)), view.lower(mode)])
    sheet = Sheet(called(chain, view.language), subtitle, _about(view, chain), view.language)
    sheet.links = [(f"← {title}", link) for title, link in view.places("approval", chain.name)]
    if view.spec.roles:
        sheet.links.append((f"{view.say(Message('internal customers'))} →", f"customers.svg#approval--{chain.name}"))
    drawn = chart(view, chain) if chain.mode == "bands" else None
    top = 0.0
    if drawn is not None:
        sheet.add(Group(drawn.items, 0, 0))
        sheet.reach(drawn.width, drawn.height)
        top = drawn.height + 26
    _levels(view, chain, sheet, top)
    _notes(view, chain, sheet)
    return sheet.scene()


def _about(view: View, chain: Approval) -> str:
    """Who signs when, in words."""
    return "; ".join(
        said([called(level, view.language), _signer(view, chain, level), _when(view, level)], ": ")
        for level in chain.levels.values()
    )


def _signer(view: View, chain: Approval, level: Level) -> str:
    """Who signs, and in parentheses the roles that it may be."""
    text = human(signer(view.spec, chain, level, view.language))
    may = " / ".join(who.label for who in may_sign(view.spec, chain, level, view.language))
    return f"{text} ({may})" if may else text


def _when(view: View, level: Level) -> str:
    return condition(view.spec, level.when, view.language) or view.lower(Message("always"))


# the levels


def _levels(view: View, chain: Approval, sheet: Sheet, top: float) -> None:
    """The cards of the levels in rows; those of a ladder climb."""
    cards = [_card(view, chain, level, number) for number, level in enumerate(chain.levels.values(), 1)]
    rise = RISE if chain.mode == "ladder" else 0.0
    for first in range(0, len(cards), ACROSS):
        row = cards[first : first + ACROSS]
        same = max(high for _, high, *_ in row)
        climb = rise * (len(row) - 1)
        for number, (items, high, link, tooltip) in enumerate(row):
            tall = high if rise else same
            x, y = number * (CARD + APART), top + same - high + climb - rise * number if rise else top
            sheet.add(Group((_frame(tall), *items), x, y, link, tooltip, "", "box", CARD, tall))
            if rise and (number or first):
                sheet.add(_step(x, top + same + climb - rise * number))
            sheet.reach(x + CARD, y + tall)
        top += same + climb + APART + 6
    sheet.reach(0, top - APART - 6 + (12 if rise else 0))


def _frame(high: float) -> Item:
    return rect(0, 0, CARD, high, fill=PAPER, stroke=LINE, radius=8, thick=1.4)


def _step(x: float, floor: float) -> Group:
    """The way up from the card before to this one."""
    start = x - APART
    way = path(f"M {start:.1f} {floor - 14:.1f} H {x - 6:.1f}", stroke=LINE, thick=1.8)
    tip = path(f"M {x:.1f} {floor - 14:.1f} l -7 -4 v 8 Z", fill=LINE)
    return Group((way, tip), kind="line")


def _card(view: View, chain: Approval, level: Level, number: int) -> tuple[tuple[Item, ...], float, str, str]:
    """A level: its number and name, when it signs, who, how long it may take, what the signer sees."""
    colour = view.colour(level.approver[0].name) if level.approver else GREY
    lines = Lines(CARD - 32, 18, 12)
    head = Lines(CARD - 68, 50, 10)
    head.add(called(level, view.language), 14.5, bold=True, most=2)
    lines.y = max(head.y + 4, 43.0)
    _signers(view, chain, level, lines)
    lines.gap(4)
    lines.add(view.lower(Message("when")), 10.5, colour=GREY)
    lines.add(_when(view, level), 11.5, most=5)
    timer = time_and_late(view.spec, level.within, level.late, view.language)
    if timer:
        lines.gap(4)
        lines.add(timer, 11.5, mark=icons.clock(1, 1, 10), colour=INK, most=2)
    reads = _reads(view, chain, level)
    if reads:
        lines.add(view.lower(Message("sees: {fields}", fields=reads)), 11, colour=GREY, most=2)
    badge = (circle(30, 25, 13, fill=colour), Text(30, 29.6, str(number), 13, True, ink_on(colour), "middle"))
    place = f"{level.name_span.file}:{level.name_span.line}"
    tooltip = said([called(level, view.language), as_written(level.when), level.note or "", place])
    return (*badge, *head.items, *lines.items), lines.y + 12, f"{chain.name}--{level.name}", tooltip


def _signers(view: View, chain: Approval, level: Level, lines: Lines) -> None:
    """Who signs a level, and how many of them."""
    signers = view.people(level.approver)
    if not signers:
        text = human(signer(view.spec, chain, level, view.language))
        lines.add(text, 12.5, bold=True, mark=person(0, 0, NOBODY, 12), most=2)
    for who in signers[:MOST]:
        lines.add(who.label, 12.5, bold=True, mark=person(0, 0, view.mark(who.role), 12))
    may = may_sign(view.spec, chain, level, view.language)
    for who in may[:MOST]:
        lines.add(who.label, 11.5, mark=person(0, 0, view.mark(who.role), 11), indent=17)
    more = max(len(signers), len(may)) - MOST
    if more > 0:
        lines.add(f"+ {more}", 12, indent=17)
    if level.quorum == "all" and len(signers) > 1:
        lines.add(view.lower(Message("all of them sign")), 11, colour=GREY, indent=17)
    elif level.quorum not in ("any", "all"):
        counted = Message.counted("{count} signature", "{count} signatures", count=int(level.quorum))
        lines.add(view.lower(counted), 11, colour=GREY, indent=17)


def _reads(view: View, chain: Approval, level: Level) -> str:
    entity = view.spec.entities.get(chain.entity.name) if chain.entity else None
    fields = entity.fields if entity else {}
    return ", ".join(called(fields[ref.name], view.language) if ref.name in fields else ref.name for ref in level.reads)


# what holds for the whole chain


def _notes(view: View, chain: Approval, sheet: Sheet) -> None:
    """What holds for all levels, in rows under them."""
    x, y, room = 0.0, sheet.height + 30, max(sheet.width, 700.0)
    for text, mark in _said(view, chain):
        shown = text if width(text, 12) < room - 60 else text[:90]
        wide = width(shown, 12) + 42
        if x and x + wide > room:
            x, y = 0.0, y + 36
        frame = rect(0, 0, wide, 28, fill="#f4f6f8", stroke=tint(LINE, 0.35), radius=14, thick=1)
        items = (frame, Moved(10, 7, tuple(mark)), Text(31, 18.2, shown, 12))
        sheet.add(Group(items, x, y, kind="box", width=wide, height=28))
        sheet.reach(x + wide, y + 28)
        x += wide + 10


def _said(view: View, chain: Approval) -> Iterator[tuple[str, list[Item]]]:
    """What holds for the chain, each with a mark."""
    tick, cross = icons.tick(0, 0, SUCCESS), icons.cross(0, 0, FAILURE)
    plain = [circle(7, 7, 4, fill=GREY)]
    lines: list[tuple[Message, list[Item]]] = []
    if chain.otherwise:
        good = chain.otherwise == "approve"
        lines.append((Message("otherwise: approved without a signature"), [*tick]) if good else
                     (Message("otherwise: rejected"), [*cross]))  # fmt: skip
    if "requester" in chain.separation:
        lines.append((Message("who asks never signs"), [*plain]))
    if "levels" in chain.separation:
        lines.append((Message("nobody signs twice"), [*plain]))
    lines.append((_rejected(view, chain), [*cross]))
    if chain.recall:
        lines.append((Message("the requester may take it back"), [*plain]))
    stand = {"superior": Message("substitute: the superior"), "named": Message("substitute: whoever is named")}
    if chain.substitutes in stand:
        lines.append((stand[chain.substitutes], [*plain]))
    if not chain.locks:
        lines.append((Message("a change of the record starts it anew"), [*plain]))
    if chain.reason == "always":
        lines.append((Message("every signature says why"), [*plain]))
    for message, mark in lines:
        yield view.say(message), mark


def _rejected(view: View, chain: Approval) -> Message:
    """What becomes of a reject: it ends the chain, and the process says where the case goes on."""
    if chain.on_reject == "previous_level":
        return Message("a reject goes back to the level before")
    steps = {view.after("rejected", place) for place in view.uses.get(("approval", chain.name), ())}
    step = steps.pop() if len(steps) == 1 else ""
    return Message("a reject ends the chain: on to “{step}”", step=step) if step else Message("a reject ends the chain")
