"""Who stands above whom: superiors of roles, territories in territories. Cycles are cut, not followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crmdsl.model.spec import Spec


def superiors(spec: Spec, role: str) -> tuple[str, ...]:
    """The roles above a role, nearest first."""
    return tuple(_above(role, lambda name: _superior(spec, name)))


def reports(spec: Spec, role: str) -> tuple[str, ...]:
    """The roles below a role, in the order of the spec."""
    return tuple(name for name in spec.roles if role in superiors(spec, name) and name != role)


def _superior(spec: Spec, role: str) -> str | None:
    declared = spec.roles.get(role)
    return declared.reports_to.name if declared and declared.reports_to else None


def around(spec: Spec, territory: str) -> tuple[str, ...]:
    """The territories that a territory lies in, nearest first."""
    return tuple(_above(territory, lambda name: _parent(spec, name)))


def within(spec: Spec, territory: str) -> tuple[str, ...]:
    """A territory and all those in it, in the order of the spec."""
    return tuple(name for name in spec.territories if name == territory or territory in around(spec, name))


def _parent(spec: Spec, territory: str) -> str | None:
    declared = spec.territories.get(territory)
    return declared.parent.name if declared and declared.parent else None


def _above(name: str, parent: Callable[[str], str | None]) -> Iterator[str]:
    seen = {name}
    above = parent(name)
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = parent(above)
