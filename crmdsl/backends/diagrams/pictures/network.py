"""The sales network: who answers to whom, what each unit does from first contact to payment, and where it sells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from crmdsl.backends.diagrams import icons, territories
from crmdsl.backends.diagrams.marks import person
from crmdsl.backends.diagrams.metrics import shorten, width, wrap
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.scene import GREY, LINE, PAPER, Group, Item, Moved, Scene, Text, circle, path, rect, tint
from crmdsl.backends.diagrams.selling import FUNCTIONS, KINDS, known, persons
from crmdsl.backends.diagrams.sheet import Lines, Sheet, said
from crmdsl.backends.diagrams.territories import Seller, badge, by_number
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics import Message
from crmdsl.model.spec import Spec

PLACE = 42
TITLE, WHERE = Message("the sales network"), Message("who sells where")
WHO, CELL, AREAS, LINES = 390.0, 112.0, 230.0, 210.0
STEP, DEEPEST = 20.0, 6
PART = 16
"""Units on one picture."""
TOGETHER = 10, 12
"""Rows of the table and territories up to which both stand on one picture."""
BETWEEN = 6.0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a manager, a unit, or a department that has a function. `depth` is under how many it is."""

    kind: str
    name: str
    depth: int


class Network:
    """A sales network as the picture shows it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.spec = view.spec

    @cached_property
    def sellers(self) -> dict[str, Seller]:
        """The units with their numbers, in the order of the picture."""
        units = {row.name: self.spec.sales_network[row.name] for row in self.rows if row.kind == "unit"}
        colours = {name: self.view.colour(unit.role[0].name if unit.role else "") for name, unit in units.items()}
        return dict(zip(units, by_number(units, colours), strict=True))

    @cached_property
    def rows(self) -> list[Row]:
        """Managers from the top down, each with the units that answer to him; then who answers to nobody."""
        managers = {name: self.manager(name) for name in self.spec.sales_network}
        shown = dict.fromkeys(role for manager in managers.values() for role in (*self.above(manager), manager) if role)
        found: list[Row] = []

        def down(role: str, depth: int) -> None:
            found.append(Row("role", role, depth))
            found.extend(Row("unit", unit, depth + 1) for unit, manager in managers.items() if manager == role)
            for other in shown:
                if (self.above(other) or [""])[-1] == role:
                    down(other, depth + 1)

        for role in shown:
            if not self.above(role):
                down(role, 0)
        found += [Row("unit", unit, 0) for unit, manager in managers.items() if not manager]
        departments = (name for name, department in self.spec.departments.items() if department.functions)
        return found + [Row("department", name, 0) for name in departments]

    def manager(self, unit: str) -> str:
        """Whom a unit answers to: its manager, else the superior of its role."""
        declared = self.spec.sales_network[unit]
        if declared.manager and declared.manager.name in self.spec.roles:
            return declared.manager.name
        roles = known(self.view, declared.role)
        return (self.above(roles[0]) or [""])[-1] if roles else ""

    def persons(self, unit: str, role: str) -> int | None:
        """How many people of a role are in a unit, `None` where nobody says or the role is in several."""
        listed = [person for person in self.spec.people.values() if person.unit and person.unit.name == unit]
        if listed:
            return sum(any(ref.name == role for ref in person.roles) for person in listed)
        homes = [name for name, each in self.spec.sales_network.items() if any(ref.name == role for ref in each.role)]
        return persons(self.view, role) if homes == [unit] else None

    def above(self, role: str) -> list[str]:
        """The superiors of a role, the highest first."""
        found: list[str] = []
        here = self.spec.roles.get(role)
        while here and here.reports_to and here.reports_to.name not in (*found, role):
            if here.reports_to.name not in self.spec.roles:
                break
            found.append(here.reports_to.name)
            here = self.spec.roles[here.reports_to.name]
        return found[::-1]

    def parts(self) -> list[list[Row]]:
        """The rows of each picture; one that begins below somebody repeats those above."""
        found: list[list[Row]] = [[]]
        open_: list[Row] = []
        for row in self.rows:
            open_ = [each for each in open_ if each.depth < row.depth]
            if sum(each.kind != "role" for each in found[-1]) == PART or len(found[-1]) > 2 * PART:
                found.append([*open_])
            found[-1].append(row)
            if row.kind == "role":
                open_.append(row)
        return found


def pictures(spec: Spec, language: str) -> Iterator[Picture]:
    """The network, in as many pictures as it needs; its territories on one of their own where they are many."""
    if not spec.sales_network:
        return
    view = View(spec, language)
    network = Network(view)
    tables, areas = network.parts(), territories.parts(view)
    whole = len(network.rows) <= TOGETHER[0] and len(spec.territories) <= TOGETHER[1]
    if whole:
        yield _picture(network, "sales-network", "sales_network", TITLE, (tables[0], areas[0] if areas else []), (1, 1))
        return
    for number, rows in enumerate(tables, 1):
        yield _picture(network, "sales-network", "sales_network", TITLE, (rows, []), (number, len(tables)))
    for number, names in enumerate(areas, 1):
        yield _picture(network, "territories", "territories", WHERE, ([], names), (number, len(areas)))


def _picture(
    network: Network, name: str, subject: str, heading: Message, shown: tuple[list[Row], list[str]],
    part: tuple[int, int],
) -> Picture:  # fmt: skip
    number, count = part
    title = network.view.say(heading) + (f" · {number} / {count}" if count > 1 else "")
    drawing = partial(_scene, network, title, *shown)
    return Picture(name if number == 1 else f"{name}-{number}", title, "sales", drawing, subject)


def _scene(network: Network, title: str, rows: Sequence[Row], names: Sequence[str]) -> Scene:
    view, spec = network.view, network.spec
    counts = [Message.counted("{count} unit", "{count} units", count=len(spec.sales_network))]
    if spec.territories:
        counts.append(Message.counted("{count} territory", "{count} territories", count=len(spec.territories)))
    if spec.product_lines:
        counts.append(Message.counted("{count} product line", "{count} product lines", count=len(spec.product_lines)))
    sheet = Sheet(title, said(map(view.lower, counts)), _about(network), view.language)
    room = _room(network)
    if rows:
        _table(network, rows, sheet)
    if names:
        top = 0.0
        if rows:
            top = sheet.height + 54
            sheet.add(Text(0, top - 14, view.say(WHERE), 14, True, GREY))
        groups, deep = territories.drawn(view, list(network.sellers.values()), names, room)
        sheet.add(Group(tuple(groups), 0, top))
        sheet.reach(max(group.x + group.width for group in groups), top + deep)
        sheet.legend = list(_legend(network, names=not rows))
    return sheet.scene()


def _about(network: Network) -> str:
    """Who answers to whom, in words."""
    view = network.view
    found = []
    for name, unit in network.spec.sales_network.items():
        manager = network.manager(name)
        label = called(unit, view.language)
        if manager:
            above = view.who(manager).label
            found.append(view.lower(Message("{role} answers to {superior}", role=label, superior=above)))
        else:
            found.append(label)
    return "; ".join(found)


def _legend(network: Network, *, names: bool) -> Iterator[tuple[tuple[Item, ...], str]]:
    """What the numbers mean, and with `names` whose they are, where the table does not say so."""
    view = network.view
    for name, seller in network.sellers.items() if names else ():
        yield tuple(badge(9, 8, seller)), called(network.spec.sales_network[name], view.language)
    yield (circle(9, 8, 7.7, fill=LINE),), view.say(Message("acquires customers there"))
    yield (circle(9, 8, 7, fill=PAPER, stroke=LINE, thick=1.6),), view.say(Message("sells there, acquires none"))


# the table


def _room(network: Network) -> float:
    return WHO + CELL * len(FUNCTIONS) + AREAS + (LINES if network.spec.product_lines else 0)


def _table(network: Network, rows: Sequence[Row], sheet: Sheet) -> None:
    """What each unit does: a row a unit, below the one it answers to."""
    wide = _room(network)
    sheet.add(*_heading(network))
    y = 40.0
    bars: dict[int, float] = {}
    """By depth: how far down the line from the manager at that depth begins."""
    for row in rows:
        items, high, tooltip = _row(network, row, wide)
        left = min(row.depth, DEEPEST) * STEP
        if row.depth and min(row.depth, DEEPEST) - 1 in bars:
            start = bars[min(row.depth, DEEPEST) - 1]
            x, middle = left - STEP + 11, y + min(high, 34) / 2
            way = path(f"M {x:.1f} {start:.1f} V {middle:.1f} H {left:.1f}", stroke=LINE, thick=1.3)
            sheet.add(Group((way,), tooltip=tooltip, kind="line"))
        if row.kind == "role":
            bars = {depth: start for depth, start in bars.items() if depth < row.depth}
            bars[min(row.depth, DEEPEST)] = y + high
        ident = f"{row.kind}--{row.name}"
        sheet.add(Group(tuple(items), left, y, ident, tooltip, "", "box", _width(row, wide) - left, high))
        y += high + BETWEEN
    sheet.reach(wide, y - BETWEEN)


def _width(row: Row, wide: float) -> float:
    return WHO + 40 if row.kind == "role" else wide


def _heading(network: Network) -> Iterator[Group]:
    """The functions as steps from the first contact to the payment, and the titles of the other columns."""
    view = network.view
    for number, message in enumerate(FUNCTIONS.values()):
        x = WHO + number * CELL
        tip = f"M 0 0 H {CELL - 8:.0f} L {CELL - 1:.0f} 14 L {CELL - 8:.0f} 28 H 0 L {7 if number else 0} 14 Z"
        lines = wrap(view.say(message), 10, CELL - 24, 2, bold=True)
        texts = [Text(CELL / 2, 17.6 - 6 * (len(lines) - 1) + 12 * n, line, 10, True, PAPER, "middle")
                 for n, line in enumerate(lines)]  # fmt: skip
        yield Group(
            (path(tip, fill="#3d4f60"), *texts), x, 0, kind="box", width=CELL - 1, height=28, tooltip=view.say(message)
        )
    titles = [(WHO + CELL * len(FUNCTIONS) + 14, AREAS, Message("territories"))]
    if network.spec.product_lines:
        titles.append((titles[0][0] + AREAS, LINES, Message("product lines")))
    for x, room, message in [(0.0, WHO, Message("who answers to whom")), *titles]:
        text = shorten(view.say(message), 12, room - 20, bold=True)
        yield Group((Text(0, 18, text, 12, True, GREY),), x, 0, kind="box", width=room - 20, height=28)


def _row(network: Network, row: Row, wide: float) -> tuple[list[Item], float, str]:
    """What a row shows, its upper left corner at (0, 0), with its height and its tooltip."""
    left = min(row.depth, DEEPEST) * STEP
    if row.kind == "role":
        return _manager(network.view, row.name, _width(row, wide) - left)
    if row.kind == "unit":
        return _unit(network, row.name, wide - left, left)
    view, department = network.view, network.spec.departments[row.name]
    lines = Lines(WHO - 60, 14, 6)
    title = called(department, view.language)
    lines.add(title, 13, bold=True)
    lines.add(view.lower(Message("department")), 11, colour=GREY)
    high = lines.y + 9
    frame = rect(0, 0, wide, high, fill="#fafbfc", stroke=LINE, radius=7, thick=1.1, dash="5 3")
    return [frame, *lines.items, *_functions(department.functions, WHO, high)], high, title


def _manager(view: View, role: str, wide: float) -> tuple[list[Item], float, str]:
    who, count = view.who(role), persons(view, role)
    tail = f"× {count}" if count is not None else ""
    room = wide - 50 - width(tail, 11.5, bold=True)
    mark = view.mark(role)
    items: list[Item] = [
        rect(0, 0, wide, 26, fill=tint(mark.colour, 0.14), stroke=tint(mark.colour, 0.8), radius=6),
        *person(9, 7, mark, 12),
        Text(28, 17.4, shorten(who.label, 12.5, room, bold=True), 12.5, True),
        Text(wide - 10, 17.4, tail, 11.5, True, GREY, "end"),
    ]
    return items, 26.0, who.label


def _unit(network: Network, name: str, wide: float, left: float) -> tuple[list[Item], float, str]:
    """A unit: its number, name, kind and roles; its functions, territories and product lines."""
    view, seller = network.view, network.sellers[name]
    unit = seller.unit
    title, kind = called(unit, view.language), KINDS.get(unit.kind)
    lines = Lines(WHO - left - 60, 40, 6)
    lines.add(title, 13, bold=True)
    lines.add(view.lower(kind) if kind else "", 11, colour=GREY)
    for role in known(view, unit.role)[:3]:
        count = network.persons(name, role)
        label = view.who(role).label + (f" × {count}" if count is not None else "")
        lines.add(label, 11, mark=person(0, 0, view.mark(role), 11))
    places = Lines(AREAS - 24, WHO - left + CELL * len(FUNCTIONS) + 14, 6)
    sold = Lines(LINES - 24, places.left + AREAS, 6)
    spec = network.spec
    where = ", ".join(called(spec.territories[ref.name], view.language) for ref in unit.territories
                      if ref.name in spec.territories)  # fmt: skip
    what = ", ".join(called(spec.product_lines[ref.name], view.language) for ref in unit.product_lines
                     if ref.name in spec.product_lines)  # fmt: skip
    places.add(where or "–", 12, most=3)
    if spec.product_lines:
        sold.add(what or view.lower(Message("all lines")), 12, most=3)
    high = max(lines.y, places.y, sold.y) + 8
    frame = rect(0, 0, wide, high, fill=PAPER, stroke=LINE, radius=7, thick=1.2)
    mark = badge(20, 21, seller, 12)
    texts = (*lines.items, *places.items, *sold.items)
    cells = _functions(unit.functions, WHO - left, high)
    tooltip = said([title, view.lower(kind) if kind else "", where, what, unit.note or ""])
    return [frame, *cells, *mark, *texts], high, tooltip


def _functions(functions: Sequence[str], left: float, high: float) -> Iterator[Item]:
    """A tick under each function that somebody has."""
    for number, name in enumerate(FUNCTIONS):
        x = left + number * CELL
        yield path(f"M {x:.1f} 1 V {high - 1:.1f}", stroke=tint(LINE, 0.2), thick=1)
        if name in functions:
            yield Moved(x + CELL / 2 - 8, high / 2 - 8, tuple(icons.tick(0, 0, LINE, 16)))
    x = left + CELL * len(FUNCTIONS)
    yield path(f"M {x:.1f} 1 V {high - 1:.1f}", stroke=tint(LINE, 0.2), thick=1)
