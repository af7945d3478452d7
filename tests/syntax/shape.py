"""Nodes as plain data, to compare with."""

from __future__ import annotations

from typing import Any

from crmdsl.syntax.loader import load_text
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

BROKEN = "<broken>"


def shape(node: Node | None) -> Any:
    """A node as strings, lists and dicts."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [shape(item) for item in node.items]
    if isinstance(node, Mapping):
        return {name: shape(value) for name, (_, value) in node.entries.items()}
    return None if node is None else BROKEN


def shape_of(text: str | bytes) -> Any:
    """What a text is read as."""
    return shape(load_text({"a.yaml": text}).files[0].root)
