"""What the derived fields of a spec are derived from."""

from __future__ import annotations

from crmdsl.conditions.ast import Expr, Path, Today, parts_of
from crmdsl.resolve.resolved import Resolved


def looks_around(resolved: Resolved, entity: str, field: str) -> bool:
    """Whether a field is derived from more than its record: from the day, or from what a person is."""
    found: dict[tuple[str, str], bool] = resolved.memo.setdefault("looking around", {})
    if (entity, field) not in found:
        declared = resolved.spec.entities[entity].fields[field]
        found[entity, field] = False  # one derived from itself has no tree
        tree = resolved.typed(declared.derived)
        found[entity, field] = tree is not None and _around(resolved, tree)
    return found[entity, field]


def _around(resolved: Resolved, tree: Expr) -> bool:
    if isinstance(tree, Today):
        return True
    if isinstance(tree, Path):
        return _leads_around(resolved, tree)
    return any(_around(resolved, part) for part in parts_of(tree))


def _leads_around(resolved: Resolved, path: Path) -> bool:
    """Whether something on a path is asked of the organisation, or looks around itself."""
    entity = path.entity
    for index, part in enumerate(path.parts):
        declared = resolved.spec.entities[entity].fields[part]
        if looks_around(resolved, entity, part):
            return True
        if declared.type is None or declared.type.base != "reference":
            return index < len(path.parts) - 1
        entity = declared.type.entity
    return False
