"""The organisation: a box a department with its roles under each other, below the one it answers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from crmdsl.backends.diagrams.marks import person
from crmdsl.backends.diagrams.metrics import shorten, width
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.scene import GREY, INK, LINE, PAPER, Group, Item, Moved, Scene, Text, path, rect, tint
from crmdsl.backends.diagrams.selling import FUNCTIONS, persons
from crmdsl.backends.diagrams.sheet import Lines, Sheet, said
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics import Message
from crmdsl.model.organisation import Role
from crmdsl.model.spec import Spec

PLACE = 40
TITLE = Message("the organisation")

WIDE = 288.0
GAP, DROP, GUTTER = 26.0, 46.0, 30.0
ROOM = 1900.0
"""Beyond this width departments go into another row."""
STEP, DEEPEST = 16.0, 6
PEOPLE = 4
"""Names shown of a role."""
CLASSES = {
    "primary": Message("primary activity"), "support": Message("support activity"), "control": Message("control"),
}  # fmt: skip


@dataclass(slots=True)
class Block:
    """A department with those that answer to it. `high` is that of its own box; `wide` and `deep` are those of all,
    with what stands below it, in `rows`."""

    name: str
    roles: list[str]
    above: str = ""
    below: list[Block] = field(default_factory=list)
    items: tuple[Item, ...] = ()
    tooltip: str = ""
    high: float = 0
    rows: list[list[Block]] = field(default_factory=list)
    wide: float = 0
    deep: float = 0


def pictures(spec: Spec, language: str) -> Iterator[Picture]:
    """The organisation, if there are roles."""
    if spec.roles:
        view = View(spec, language)
        yield Picture("organisation", view.say(TITLE), "organisation", partial(_scene, view))


def _scene(view: View) -> Scene:
    company = view.spec.company
    inside = [role for role in view.spec.roles.values() if not role.external]
    heads = sum(persons(view, role.name) or 0 for role in inside)
    staff = view.lower(Message.counted("{count} person", "{count} people", count=heads)) if heads else ""
    roles = view.lower(Message.counted("{count} role", "{count} roles", count=len(inside)))
    others = len(view.spec.roles) - len(inside)
    outside = Message.counted(
        "{count} role outside of the company", "{count} roles outside of the company", count=others
    )
    subtitle = said([company.title if company else "", staff, roles, view.lower(outside) if others else ""])
    sheet = Sheet(view.say(TITLE), subtitle, _about(view), view.language)
    _draw(view, sheet)
    return sheet.scene()


def _about(view: View) -> str:
    """Who answers to whom, in words."""
    found = []
    for role in view.spec.roles.values():
        if role.reports_to and role.reports_to.name in view.spec.roles:
            above = view.who(role.reports_to.name).label
            text = Message("{role} answers to {superior}", role=view.who(role.name).label, superior=above)
            found.append(view.lower(text))
    return "; ".join(found) or view.lower(Message("departments and their roles"))


def _draw(view: View, sheet: Sheet) -> None:
    blocks = _blocks(view)
    for block in blocks:
        _boxed(view, block)
    x = y = deep = 0.0
    for block in (block for block in blocks if not block.above):
        _measure(block)
        if x and x + block.wide > ROOM:
            x, y, deep = 0.0, y + deep + DROP, 0.0
        _place(block, x, y, sheet)
        x, deep = x + block.wide + GAP, max(deep, block.deep)
        sheet.reach(x - GAP, y + deep)
    outside = [name for name, role in view.spec.roles.items() if role.external]
    if outside:
        _outside(view, sheet, outside)


# who stands below whom


def _blocks(view: View) -> list[Block]:
    """Every department with the roles in it, each below the one that its first head answers to."""
    spec = view.spec
    homes = {name: role.department.name if role.department else "" for name, role in spec.roles.items()}
    names = dict.fromkeys([*spec.departments, *(homes[name] for name, role in spec.roles.items() if not role.external)])
    blocks = {
        name: Block(name, [role for role in spec.roles if homes[role] == name and not spec.roles[role].external])
        for name in names
    }
    for block in blocks.values():
        for role in _ordered(view, block):
            above = _superior(view, role)
            home = homes.get(above, "")
            if above and home != block.name and home in blocks and not _under(blocks, home, block.name):
                block.above = home
                blocks[home].below.append(block)
                break
    return list(blocks.values())


def _superior(view: View, role: str) -> str:
    above = view.spec.roles[role].reports_to
    return above.name if above and above.name in view.spec.roles else ""


def _ordered(view: View, block: Block) -> list[str]:
    """The roles of a department, its head first."""
    department = view.spec.departments.get(block.name)
    head = department.head.name if department and department.head else ""
    return sorted(block.roles, key=lambda role: role != head)


def _under(blocks: dict[str, Block], name: str, top: str) -> bool:
    """Whether a department is another, or answers to it."""
    while name and name != top:
        name = blocks[name].above
    return name == top


# a department


def _boxed(view: View, block: Block) -> None:
    """Draw the box of a department."""
    department = view.spec.departments.get(block.name)
    title = called(department, view.language) if department else view.say(Message("no department"))
    lines = Lines(WIDE - 28, 14, 10)
    lines.add(title, 14.5, bold=True, most=2)
    porter = CLASSES.get(department.porter_class or "") if department else None
    functions = [view.lower(FUNCTIONS[name]) for name in department.functions] if department else []
    detail = said([view.lower(porter) if porter else "", ", ".join(functions)])
    if detail:
        lines.add(detail, 11, colour=GREY, most=2)
    lines.gap(4)
    head = lines.y
    lines.gap(7)
    items: list[Item] = []
    for role, depth in _tree(view, block):
        items += _role(view, role, depth, lines)
    high = lines.y + 9
    strip = {"primary": "#dfe9f3", "support": "#e9ece4", "control": "#efe6ee"}
    paint = strip.get((department.porter_class if department else None) or "", "#eceff2")
    frame = rect(0, 0, WIDE, high, fill=PAPER, stroke=LINE, radius=8, thick=1.3)
    band = path(f"M 0 {head:.1f} V 8 A 8 8 0 0 1 8 0 H {WIDE - 8} A 8 8 0 0 1 {WIDE} 8 V {head:.1f} Z", fill=paint)
    edge = rect(0, 0, WIDE, high, stroke=LINE, radius=8, thick=1.3)
    block.high = high
    block.tooltip = said([title, (department.note if department else "") or ""])
    block.items = (frame, band, edge, *items, *lines.items)


def _tree(view: View, block: Block) -> list[tuple[str, int]]:
    """The roles of a department from the top down, each with how deep it stands under another of them."""
    inside = set(block.roles)
    found: dict[str, int] = {}
    waiting = [(role, 0) for role in reversed(_ordered(view, block)) if _superior(view, role) not in inside]
    while waiting or len(found) < len(inside):
        role, depth = waiting.pop() if waiting else (next(r for r in block.roles if r not in found), 0)
        if role not in found:
            found[role] = depth
            below = [r for r in block.roles if _superior(view, r) == role]
            waiting += [(r, depth + 1) for r in reversed(below)]
    return list(found.items())


def _role(view: View, name: str, depth: int, lines: Lines) -> Iterator[Item]:
    """The row of a role: who it is, how many, and whom it answers to where that is in another department."""
    role = view.spec.roles[name]
    indent = min(depth, DEEPEST) * STEP
    if depth:
        x = lines.left + indent - STEP + 5
        yield path(f"M {x:.1f} {lines.y - 4:.1f} V {lines.y + 9:.1f} H {x + 8:.1f}", stroke=tint(LINE, 0.55), thick=1)
    count = persons(view, name)
    tail = f"× {count}" if count is not None else ""
    label = shorten(view.who(name).label, 12.5, WIDE - 28 - indent - 17 - 42)
    if tail:
        yield Text(WIDE - 14, lines.y + 12.5, tail, 12, True, GREY, "end")
    head = _heads(view, role)
    mark = person(0, 0, view.mark(name), 12)
    lines.add(label, 12.5, bold=head, colour=INK, mark=mark, indent=indent)
    above = _superior(view, name)
    home = view.spec.roles[above].department if above else None
    if above and (home is None or role.department is None or home.name != role.department.name):
        text = view.lower(Message("answers to {superior}", superior=view.who(above).label))
        lines.add(f"↑ {text}", 10.5, colour=GREY, indent=indent + 17)
    for text in _names(view, name):
        lines.add(text, 10.5, colour=GREY, indent=indent + 17, most=3)
    lines.gap(5)


def _heads(view: View, role: Role) -> bool:
    department = view.spec.departments.get(role.department.name) if role.department else None
    return bool(department and department.head and department.head.name == role.name)


def _names(view: View, role: str) -> Iterator[str]:
    """The people with a role, a few of them by name."""
    names = [
        called(person, view.language)
        for person in view.spec.people.values()
        if any(ref.name == role for ref in person.roles)
    ]
    if names:
        more = f" + {len(names) - PEOPLE}" if len(names) > PEOPLE else ""
        yield ", ".join(names[:PEOPLE]) + more


# where boxes go


def _measure(block: Block) -> None:
    """Put what stands below a department into rows that are not too wide, and find out how large all of it is."""
    room = 0.0
    for below in block.below:
        _measure(below)
        if not block.rows or room + below.wide > ROOM:
            block.rows.append([])
            room = 0.0
        block.rows[-1].append(below)
        room += below.wide + GAP
    block.wide = max([WIDE, *map(_across, block.rows)]) + (2 * GUTTER if len(block.rows) > 1 else 0)
    block.deep = block.high + sum(DROP + max(one.deep for one in row) for row in block.rows)


def _across(row: list[Block]) -> float:
    return sum(one.wide + GAP for one in row) - GAP


def _place(block: Block, x: float, y: float, sheet: Sheet) -> None:
    """Put a department and those below it on the sheet.

    The first row hangs on a line from the middle, the others on one down the left side.
    """
    middle, top = x + block.wide / 2, y + block.high
    sheet.add(
        Group(
            block.items, middle - WIDE / 2, y, f"department--{block.name}", block.tooltip, "", "box", WIDE, block.high
        )
    )
    for number, row in enumerate(block.rows):
        way = f"M {middle:.1f} {y + block.high:.1f} V {y + block.high + DROP / 2:.1f}"
        if number:
            way += f" H {x + GUTTER / 3:.1f} V {top + DROP / 2:.1f}"
        at = x + (block.wide - _across(row)) / 2
        for one in row:
            line = path(f"{way} H {at + one.wide / 2:.1f} V {top + DROP:.1f}", stroke=LINE, thick=1.4)
            sheet.add(Group((line,), tooltip=f"{block.name} → {one.name}", kind="line"))
            _place(one, at, top + DROP, sheet)
            at += one.wide + GAP
        top += DROP + max(one.deep for one in row)


def _outside(view: View, sheet: Sheet, names: list[str]) -> None:
    """Those outside of the company, in a dashed box below."""
    top, x, y = sheet.height + DROP * 0.7, 14.0, 34.0
    items: list[Item] = []
    room = max(sheet.width, WIDE * 2)
    for name in names:
        count = persons(view, name)
        tail = f" × {count}" if count else ""
        label = shorten(view.who(name).label, 12.5, 230 - width(tail, 12, bold=True)) + tail
        if x > 14 and x + 260 > room:
            x, y = 14.0, y + 24
        items.append(Moved(x, y, (*person(0, 0, view.mark(name), 12), Text(17, 10.5, label, 12.5))))
        x += 260
    title = Text(14, 21, view.say(Message("outside of the company")), 12.5, True, GREY)
    frame = rect(0, 0, room, y + 22, fill="#fafbfc", stroke=LINE, radius=8, dash="5 4")
    sheet.add(Group((frame, title, *items), 0, top, kind="box", width=room, height=y + 22))
    sheet.reach(room, top + y + 22)
