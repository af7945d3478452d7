"""Dotted words of a condition → paths, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from crmdsl.conditions.ast import UNKNOWN, Expr, Name, Path, State, Today, Type
from crmdsl.conditions.faults import PartFault, UnknownName
from crmdsl.conditions.scope import EVERYTHING, Scope
from crmdsl.conditions.types import DATE, PERSON, STATE, TERRITORY, UNIT, described
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.nearest import nearest

PERSON_PARTS = {"role": Type("role"), "unit": UNIT, "territory": TERRITORY}
UNIT_PARTS = {"kind": Type("unit_kind")}
MOST = 20
"""How many names a repair lists at most."""


Complaint = Callable[[], PartFault]
"""Says what is wrong with a name; most names are tried in several ways, and none of what failed is ever said."""


class Found(NamedTuple):
    """A name resolved. Without `expr` it is at fault; without `fault` too, the fault lies elsewhere.

    `optional` counts the parts up to each one that may be missing.
    """

    expr: Expr | None
    fault: Complaint | None = None
    optional: tuple[int, ...] = ()


def look_up(name: Name, scope: Scope) -> Found:
    """What a name stands for: a path from the record at hand, or else a word of the language.

    A bare name is a field: an entity that has one called `state` means that one.
    """
    first = name.parts[0]
    if first in scope.words and first not in scope.vocabulary.fields(scope.entity):
        if first in ("requester", "actor"):
            return _person(name, first)
        if len(name.parts) == 1:
            if first == "today":
                return Found(Today(name.start, name.end, DATE))
            return Found(State(name.start, name.end, STATE))
    return _record(name, scope)


def _person(name: Name, root: str) -> Found:
    kind, fault = _inside(name, 1, PERSON, f"{root}")
    return Found(None, fault) if fault else Found(Path(name.start, name.end, kind, root, name.parts[1:]))


def _record(name: Name, scope: Scope) -> Found:
    entity, kind, optional = scope.entity, UNKNOWN, []
    for index, part in enumerate(name.parts):
        if kind.base == "reference":
            entity = kind.entity
        elif index:
            kind, fault = _inside(name, index, kind, ".".join(name.parts[:index]))
            if fault:
                return Found(None, fault)
            break
        fields = scope.vocabulary.fields(entity)
        slot = fields.get(part)
        if slot is None:
            return Found(None, None if part in fields or not entity else partial(_no_field, name, index, entity, scope))
        kind = slot.type
        if slot.optional:
            optional.append(index + 1)
    path = Path(name.start, name.end, kind, "record", name.parts, scope.entity, bool(optional))
    return Found(path, None, tuple(optional))


def _inside(name: Name, index: int, kind: Type, owner: str) -> tuple[Type, Complaint | None]:
    """The type of the parts of a person or unit from `index` on."""
    for at in range(index, len(name.parts)):
        parts = PERSON_PARTS if kind.base == "person" else UNIT_PARTS if kind.base == "unit" else {}
        part = name.parts[at]
        if part not in parts:
            return UNKNOWN, partial(_no_part, name, at, owner, kind, parts)
        kind, owner = parts[part], f"{owner}.{part}"
    return kind, None


def span_of(name: Name, index: int) -> tuple[int, int]:
    """Where the part `index` of a name stands in the text."""
    start = name.start + sum(len(part) + 1 for part in name.parts[:index])
    return start, start + len(name.parts[index])


def _no_part(name: Name, index: int, owner: str, kind: Type, parts: dict[str, Type]) -> PartFault:
    part = name.parts[index]
    message = Message("`{owner}` is {kind}, which has no `{part}`", owner=owner, kind=described(kind), part=part)
    near = nearest(part, parts)
    hint = Message("did you mean `{name}`?", name=near) if near else None
    if not hint and parts:
        hint = Message("it has `{parts}`", parts="`, `".join(parts))
    return PartFault(UnknownName, *span_of(name, index), message, hint)


def _no_field(name: Name, index: int, entity: str, scope: Scope) -> PartFault:
    part = name.parts[index]
    if index == 0 and part in EVERYTHING and part not in scope.words:
        return PartFault(
            UnknownName, *span_of(name, 0), Message("there is no `{word}` here", word=part),
            Message("`{entity}` has no field `{word}` either", entity=entity, word=part),
        )  # fmt: skip
    message = Message("`{entity}` has no field `{name}`", entity=entity, name=part)
    words = sorted(scope.words) if index == 0 else []
    known = [*scope.vocabulary.fields(entity), *words]
    near = nearest(part, known)
    hint = Message("did you mean `{name}`?", name=near) if near else None
    if hint is None and len(known) <= MOST:
        hint = Message("there are `{names}`", names="`, `".join(known))
    return PartFault(UnknownName, *span_of(name, index), message, hint)
