"""A spec whose names are resolved and whose conditions have types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crmdsl.conditions.ast import Expr
from crmdsl.model.spec import Spec
from crmdsl.model.values import Assignment, Condition
from crmdsl.syntax.nodes import Node


@dataclass(slots=True)
class Resolved:
    """What the stations after name resolution work on.

    A condition without a typed tree had a fault, which was reported. A process with an unresolved name, in a
    condition too, is in `spec.unsound`; one with a condition of wrong type or syntax is not, as its graph is whole.
    """

    spec: Spec
    expressions: dict[int, Expr] = field(default_factory=dict)
    """`id(condition)` -> its typed tree."""
    by_entity: dict[tuple[int, str], Expr] = field(default_factory=dict)
    """`(id(condition), entity)` -> the tree of a grant's or kpi's condition for records of that entity; none for an
    entity of which the condition makes no sense, so that it does not hold."""
    targets: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """`id(assignment)` -> the path of the field that it writes."""
    values: dict[int, Any] = field(default_factory=dict)
    """`id(node)` -> the typed value of a field's `min`, `max`, `default`, or of a value in a scenario."""
    memo: dict[str, Any] = field(default_factory=dict)
    """What later stations work out once of the whole spec, by name."""

    def typed(self, condition: Condition | None) -> Expr | None:
        """The typed tree of a condition, `None` where there is none or it had a fault."""
        return None if condition is None else self.expressions.get(id(condition))

    def typed_for(self, condition: Condition, entity: str) -> Expr | None:
        """The typed tree of a grant's or kpi's condition for records of an entity."""
        return self.by_entity.get((id(condition), entity))

    def target(self, assignment: Assignment) -> tuple[str, ...] | None:
        """The resolved path that an assignment writes."""
        return self.targets.get(id(assignment))

    def value(self, node: Node | None) -> Any:
        """The typed value of a node whose type another declaration decides."""
        return None if node is None else self.values.get(id(node))
