"""Conditions without derived fields: each is replaced by the expression that it is derived from.

What a target keeps of a derived field, if it keeps one, is rounded; conditions compare the exact value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from crmdsl.conditions.ast import INSIDE, Expr, Path

if TYPE_CHECKING:
    from crmdsl.conditions.regions.world import FieldFacts

Tree = TypeVar("Tree", bound=Expr)


def inlined(expr: Expr, field: Callable[[str, str], FieldFacts | None]) -> Expr:
    """The tree with every derived field written out; `field` gives what is declared of a field of an entity."""
    if isinstance(expr, Path):
        return _path(expr, field)
    return rebuilt(expr, lambda part: inlined(part, field))


def rebuilt(expr: Tree, change: Callable[[Expr], Expr]) -> Tree:
    """The expression with each of the parts right inside it changed."""
    found: dict[str, Any] = {}
    for name in INSIDE.get(type(expr), ()):
        part = getattr(expr, name)
        found[name] = tuple(change(one) for one in part) if isinstance(part, tuple) else change(part)
    return replace(expr, **found) if found else expr


def _path(path: Path, field: Callable[[str, str], FieldFacts | None]) -> Expr:
    entity = path.entity
    for place, part in enumerate(path.parts if path.root == "record" else ()):
        facts = field(entity, part)
        if facts is None:
            return path
        if facts.derived is not None:
            moved = _moved(facts.derived, replace(path, parts=path.parts[:place]))
            rest = path.parts[place + 1 :]
            if rest and not isinstance(moved, Path):
                return path
            whole = replace(moved, parts=moved.parts + rest, type=path.type) if isinstance(moved, Path) else moved
            return inlined(whole, field)
        entity = facts.type.entity
    return path


def _moved(expr: Expr, before: Path) -> Expr:
    """An expression over the record that a path leads to, said from where the path starts."""
    if isinstance(expr, Path) and expr.root == "record":
        return replace(expr, parts=before.parts + expr.parts, entity=before.entity)
    return rebuilt(expr, lambda part: _moved(part, before))
