"""Who is whose internal customer: suppliers on the left, what they give in the middle, customers on the right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from crmdsl.backends.diagrams import icons
from crmdsl.backends.diagrams.chains import may_sign, signer
from crmdsl.backends.diagrams.marks import person
from crmdsl.backends.diagrams.metrics import shorten
from crmdsl.backends.diagrams.overlay import NOTHING, Note, Overlay, sample
from crmdsl.backends.diagrams.phrases import span
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.scene import GREY, LINE, PAPER, Group, Item, Moved, Scene, Text, path, rect, tint
from crmdsl.backends.diagrams.sheet import Lines, Sheet, said
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import called, human
from crmdsl.diagnostics import Message
from crmdsl.model.chains import Approval, Handoff, Level
from crmdsl.model.spec import Spec
from crmdsl.model.values import Ref

PLACE = 45
TITLE = Message("who is whose internal customer")
SIDE, CARD, BETWEEN = 270.0, 420.0, 190.0
ROW, APART, END, TIP = 30.0, 18.0, 10.0, 8.5
"""The height of a role, the room between boxes, and between the ends of two ways: wished for, and needed."""
FEW = 3
"""Roles that stand for the requester's manager, if it can be no more of them."""
DEPENDS = "~"
"""What those begin with of whom only the record, or who asks, tells which role they have."""


@dataclass(slots=True)
class Service:
    """What somebody does for somebody inside: a handoff, or (`light`) a signature."""

    name: str
    suppliers: tuple[str, ...]
    customers: tuple[str, ...]
    lines: Lines
    tooltip: str
    link: str
    light: bool
    places: tuple[tuple[float, str, str], ...] = ()
    """The lines that name a process that runs it: how far down they stand, what they say, its picture."""
    y: float = 0

    @property
    def high(self) -> float:
        """The height of its card, with room for the ends of all ways."""
        return max(self.lines.y + 10, 24 + (END - 1) * (max(len(self.suppliers), len(self.customers)) - 1))

    @property
    def middle(self) -> float:
        """How far down the middle of its card is."""
        return self.y + self.high / 2


def pictures(spec: Spec, language: str, overlay: Overlay = NOTHING) -> Iterator[Picture]:
    """The map, if there are handoffs or approvals; the figures of an overlay go by the names of handoffs."""
    view = View(spec, language)
    if spec.roles and any(True for _ in _services(view, overlay)):
        yield Picture("customers", view.say(TITLE), "organisation", partial(_scene, view, overlay))


def _scene(view: View, overlay: Overlay) -> Scene:
    services = sorted(_services(view, overlay), key=lambda one: (one.light, _place(view, one.suppliers)))
    handoffs = len([one for one in services if not one.light])
    subtitle = said([
        view.lower(Message.counted("{count} handoff", "{count} handoffs", count=handoffs)),
        view.lower(Message.counted("{count} approval chain", "{count} approval chains",
                                   count=len(services) - handoffs)),
    ])  # fmt: skip
    sheet = Sheet(view.say(TITLE), subtitle, "; ".join(one.tooltip for one in services), view.language)
    y = 36.0
    for one in services:
        one.y, y = y, y + one.high + APART
    left = _Side(view, (role for one in services for role in one.suppliers), 0, services)
    right = _Side(view, _right_order(services), SIDE + 2 * BETWEEN + CARD, services)
    deep = max(y - APART, left.bottom, right.bottom)
    shift = (deep - (y - APART)) / 2
    for one in services:
        one.y += shift
    for side in (left, right):
        side.move((deep - side.bottom) / 2)
    _draw(view, sheet, services, left, right)
    sheet.reach(2 * (SIDE + BETWEEN) + CARD, deep)
    sheet.legend = [
        (icons.exchange(2, 1, LINE), view.say(Message("handoff"))),
        (icons.tick(2, 1, LINE), view.say(Message("approval"))),
    ]
    sheet.legend += [(sample(heat), text) for heat, text in overlay.legend]
    return sheet.scene()


def _place(view: View, roles: Sequence[str]) -> tuple[int, int]:
    """Where a supplier stands: by department, then by role."""
    names, departments = list(view.spec.roles), ["", *view.spec.departments]
    found = [(departments.index(_home(view, role)), names.index(role)) for role in roles if role in view.spec.roles]
    return min(found, default=(len(departments), 0))


def _home(view: View, role: str) -> str:
    """The department of a role, nothing where it is outside, and `DEPENDS` where who it is depends on the case."""
    if role not in view.spec.roles:
        return DEPENDS
    declared = view.spec.roles[role]
    department = declared.department if not declared.external else None
    return department.name if department and department.name in view.spec.departments else ""


def _label(view: View, role: str) -> str:
    return view.who(role).label if role in view.spec.roles else role.removeprefix(DEPENDS)


def _right_order(services: Iterable[Service]) -> Iterator[str]:
    for one in services:
        yield from one.customers


# what is done for whom


def _services(view: View, overlay: Overlay) -> Iterator[Service]:
    for handoff in view.spec.handoffs.values():
        yield _handoff(view, handoff, overlay.notes.get(handoff.name))
    for chain in view.spec.approvals.values():
        signers = tuple(dict.fromkeys(name for level in chain.levels.values() for name in _signers(view, chain, level)))
        lines = Lines(CARD - 28, 14, 8)
        lines.add(called(chain, view.language), 12.5, bold=True, mark=icons.tick(0, 0, LINE, 12), most=2)
        levels = [called(level, view.language) for level in chain.levels.values()]
        text = Message.counted("{count} level: {levels}", "{count} levels: {levels}", count=len(levels),
                               levels=", ".join(levels))  # fmt: skip
        lines.add(view.lower(text), 11, colour=GREY, most=2)
        asking = _names(view, chain.requester)
        tooltip = said([called(chain, view.language), view.used("approval", chain.name)])
        yield Service(chain.name, signers, asking, lines, tooltip, f"approval-{chain.name}.svg", True)


def _signers(view: View, chain: Approval, level: Level) -> tuple[str, ...]:
    """Who signs a level: its roles, or the few that the requester's manager may be, else who it is in words."""
    found = _names(view, level.approver)
    if found or level.approver:
        return found
    may = may_sign(view.spec, chain, level, view.language)
    if 0 < len(may) <= FEW:
        return tuple(who.role for who in may)
    return (DEPENDS + human(signer(view.spec, chain, level, view.language)),)


def _handoff(view: View, handoff: Handoff, note: Note | None) -> Service:
    lines = Lines(CARD - 28, 14, 9)
    title = called(handoff, view.language)
    lines.add(title, 14, bold=True, mark=icons.exchange(0, 0, LINE, 12), most=2)
    lines.gap(2)
    returns, gives = _fields(view, handoff, handoff.returns), _fields(view, handoff, handoff.gives)
    if returns:
        lines.add(view.lower(Message("→ returns: {fields}", fields=returns)), 11.5, most=2)
    if gives:
        lines.add(view.lower(Message("← is given: {fields}", fields=gives)), 11.5, colour=GREY, most=2)
    times = [
        view.lower(message.having(time=span(time, view.language)))
        for message, time in (
            (Message("answer within {time}"), handoff.respond),
            (Message("delivery within {time}"), handoff.deliver),
            (Message("check within {time}"), handoff.verify),
        )
        if time
    ]
    if times:
        lines.gap(2)
        lines.add(said(times), 11.5, bold=True, mark=icons.clock(1, 1, 10), most=2)
    if note is not None:
        field = rect(10, lines.y + 3, CARD - 20, 18, fill=note.fill, radius=3)
        lines.items += [
            field,
            Text(15, lines.y + 16, shorten(note.title, 11.5, CARD - 32, bold=True), 11.5, True, note.ink),
        ]
        lines.gap(22)
    places = []
    for title_of, link in view.places("handoff", handoff.name)[:4]:
        places.append((lines.y, view.lower(Message("in: {processes}", processes=title_of)), link))
        lines.gap(14)
    suppliers, customers = _names(view, handoff.supplier), _names(view, handoff.customer)
    way = Message("{supplier} for {customer}", supplier=_labels(view, suppliers), customer=_labels(view, customers))
    tooltip = said([f"{title}: {view.lower(way)}", *times, handoff.note or ""])
    return Service(handoff.name, suppliers, customers, lines, tooltip, "", False, tuple(places))


def _names(view: View, refs: Iterable[Ref]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref.name for ref in refs if ref.name in view.spec.roles))


def _labels(view: View, roles: Iterable[str]) -> str:
    return " / ".join(_label(view, role) for role in roles)


def _fields(view: View, handoff: Handoff, refs: Sequence[Ref]) -> str:
    entity = view.spec.entities.get(handoff.entity.name) if handoff.entity else None
    fields = entity.fields if entity else {}
    return ", ".join(called(fields[ref.name], view.language) if ref.name in fields else ref.name for ref in refs)


# the two sides


class _Side:
    """A column of departments with those of their roles that supply, or are served."""

    def __init__(self, view: View, roles: Iterable[str], x: float, services: Sequence[Service]) -> None:
        self.x = x
        self.frames: list[tuple[str, list[str], float, float]] = []
        """Title, roles, top and height of each department."""
        homes: dict[str, list[str]] = {}
        ways = Counter(roles)
        self.high = {role: max(ROW, 20 + TIP * (count - 1)) for role, count in ways.items()}
        """The height of each role, with room for the ends of its ways."""
        for role in ways:
            homes.setdefault(_home(view, role), []).append(role)
        y = 36.0
        for home, inside in homes.items():
            named = {"": Message("outside of the company"), DEPENDS: Message("it depends on the case")}.get(home)
            title = view.say(named) if named else called(view.spec.departments[home], view.language)
            high = 34 + sum(self.high[role] for role in inside)
            self.frames.append((title, inside, y, high))
            y += high + APART
        self.bottom = y - APART

    def move(self, down: float) -> None:
        """Put all of it lower."""
        self.frames = [(title, roles, y + down, high) for title, roles, y, high in self.frames]

    def heights(self) -> dict[str, float]:
        """The middle of each role."""
        return {role: y + top + (self.high[role] - 4) / 2
                for _, roles, y, _ in self.frames for role, top in self.tops(roles)}  # fmt: skip

    def tops(self, roles: Sequence[str]) -> Iterator[tuple[str, float]]:
        """The roles of a department, each with how far down in it it begins."""
        top = 30.0
        for role in roles:
            yield role, top
            top += self.high[role]

    def groups(self, view: View) -> Iterator[Group]:
        """The boxes of the departments."""
        for title, roles, y, high in self.frames:
            items: list[Item] = [
                rect(0, 0, SIDE, high, fill="#f6f8fa", stroke="#a9b8c7", radius=8),
                Text(12, 20, shorten(title, 12, SIDE - 24, bold=True), 12, True, "#33475b"),
            ]
            for role, top in self.tops(roles):
                colour, tall = view.colour(role), self.high[role] - 4
                middle = top + tall / 2
                label = shorten(_label(view, role), 12, SIDE - 54)
                items += [
                    rect(8, top, SIDE - 16, tall, fill=tint(colour, 0.1), stroke=tint(colour, 0.75), radius=5),
                    Moved(16, middle - 6, tuple(person(0, 0, view.mark(role), 12))),
                    Text(35, middle + 4.4, label, 12),
                ]
            yield Group(tuple(items), self.x, y, kind="box", width=SIDE, height=high, tooltip=title)


def _draw(view: View, sheet: Sheet, services: Sequence[Service], left: _Side, right: _Side) -> None:
    middle = SIDE + BETWEEN
    from_, to = left.heights(), right.heights()
    supplying = _ends([one.suppliers for one in services], from_, services)
    served = _ends([one.customers for one in services], to, services)
    for number, one in enumerate(services):
        for role in one.suppliers:
            start, end = supplying[number, role]
            sheet.add(_way(SIDE, start, middle, end, view.colour(role), one))
        hue = view.colour(one.suppliers[0]) if one.suppliers else GREY
        for role in one.customers:
            end, start = served[number, role]
            sheet.add(_way(middle + CARD, start, right.x, end, hue, one))
    headings = ((0.0, Message("internal supplier")), (middle, Message("what he gives")),
                (right.x, Message("internal customer")))  # fmt: skip
    sheet.add(*(Text(x, 14, view.say(message), 14, True, GREY) for x, message in headings))
    sheet.add(*left.groups(view), *right.groups(view))
    for one in services:
        hue = view.colour(one.suppliers[0]) if one.suppliers else GREY
        dash = "5 3" if one.light else ""
        frame = rect(0, 0, CARD, one.high, fill=PAPER, stroke=LINE, radius=7, thick=1 if one.light else 1.5, dash=dash)
        strip = rect(0, 7, 5, one.high - 14, fill=hue, radius=2)
        items = (frame, strip, *one.lines.items)
        ident = f"{'approval' if one.light else 'handoff'}--{one.name}"
        sheet.add(Group(items, middle, one.y, ident, one.tooltip, one.link, "box", CARD, one.high))
        for top, text, link in one.places:
            wide = CARD - 28
            line = Text(0, 10.5, shorten(text, 10.5, wide), 10.5, False, GREY)
            items = (rect(0, 0, wide, 13, fill=PAPER), line)
            sheet.add(Group(items, middle + 14, one.y + top, "", one.tooltip, link, "", wide, 13))


def _ends(
    sides: Sequence[Sequence[str]], heights: Mapping[str, float], services: Sequence[Service]
) -> dict[tuple[int, str], tuple[float, float]]:
    """How high each way ends at a role and at a service, by the number of the service and the role."""
    of_role: dict[str, dict[tuple[int, str], float]] = {}
    at_service: dict[tuple[int, str], float] = {}
    for number, (one, roles) in enumerate(zip(services, sides, strict=True)):
        at_service |= _spread(one.middle, one.high - 24, {(number, role): heights[role] for role in roles})
        for role in roles:
            of_role.setdefault(role, {})[number, role] = one.middle
    at_role = {
        way: y
        for role, ways in of_role.items()
        for way, y in _spread(heights[role], max(ROW - 14, TIP * (len(ways) - 1)), ways).items()
    }
    return {way: (at_role[way], y) for way, y in at_service.items()}


def _spread(middle: float, room: float, ways: Mapping[tuple[int, str], float]) -> dict[tuple[int, str], float]:
    """The ends of ways along the edge of a box, in the order of the heights that they come from."""
    step = min(END, room / max(1, len(ways) - 1))
    first = middle - step * (len(ways) - 1) / 2
    return {way: first + step * number for number, way in enumerate(sorted(ways, key=lambda way: ways[way]))}


def _way(x0: float, y0: float, x1: float, y1: float, colour: str, one: Service) -> Group:
    """A way from side to side with an arrow at its end, dashed for a signature."""
    half, end = (x1 - x0) / 2, x1 - 7
    curve = f"M {x0:.1f} {y0:.1f} C {x0 + half:.1f} {y0:.1f} {x1 - half:.1f} {y1:.1f} {end:.1f} {y1:.1f}"
    tip = f"M {x1:.1f} {y1:.1f} L {end:.1f} {y1 - 4:.1f} V {y1 + 4:.1f} Z"
    dash, thick = ("5 4", 1.3) if one.light else ("", 2.4)
    return Group((path(curve, stroke=colour, thick=thick, dash=dash), path(tip, fill=colour)),
                 tooltip=one.tooltip, link=one.places[0][2] if one.places else one.link, kind="line")  # fmt: skip
