"""What every declaration has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crmdsl.diagnostics import Span
from crmdsl.model.kinds import Key, LabelKind, TextKind, key
from crmdsl.model.values import Label
from crmdsl.syntax.nodes import Mapping, Node, Scalar


@dataclass(slots=True)
class Allow:
    """A diagnostic silenced at a declaration: `code` where it stands, and the reason given."""

    code: Scalar
    reason: str


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Declaration:
    """A named piece of a spec. Never changed once the spec is resolved.

    `name_node` is the key it stands under (for a list entry without a name, see `Grant`, the entry itself);
    `node` its body (a `Scalar` where a shorthand was used).
    """

    name: str
    name_node: Node
    node: Node
    label: Label | None = key(LabelKind(), "What people call it, in one or more languages", "{it: Agente, en: Agent}")
    note: str | None = key(TextKind(), "Free text for whoever reads the spec", "agreed with sales on 3 March")
    allow: dict[str, Allow] = field(default_factory=dict)

    @property
    def name_span(self) -> Span:
        """Where it is declared."""
        return self.name_node.span

    def key_span(self, name: str) -> Span:
        """Where one of its keys stands, its own name when the key is not there."""
        found = self.node.key(name) if isinstance(self.node, Mapping) else None
        return found.span if found else self.name_span

    def value_span(self, name: str) -> Span:
        """Where the value of one of its keys stands, its own name when the key is not there."""
        found = self.node.get(name) if isinstance(self.node, Mapping) else None
        return found.span if found else self.name_span

    def has(self, name: str) -> bool:
        """Whether a key was written (a default was not)."""
        return isinstance(self.node, Mapping) and name in self.node.entries


_KEYS: dict[type[Any], dict[str, tuple[str, Key]]] = {}


def keys_of(declaration: type[Any]) -> dict[str, tuple[str, Key]]:
    """The YAML keys of a declaration class, in order: key -> (attribute, `Key`)."""
    found = _KEYS.get(declaration)
    if found is None:
        found = _KEYS[declaration] = {}
        for name, spec in declaration.__dataclass_fields__.items():
            described = spec.metadata.get("key")
            if described is not None:
                found[described.name or name] = (name, described)
    return found
