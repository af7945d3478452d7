"""The hash of a spec: what a generated file says that it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from crmdsl.model.spec import SECTIONS, Spec


def digest(spec: Spec) -> str:
    """The hash of the texts of a spec, by path."""
    sources: dict[str, str] = {}
    for node in nodes(spec):
        sources[node.source.path] = node.source.text
    found = sha256()
    for path in sorted(sources):
        found.update(f"{path}\0{sources[path]}\0".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def nodes(spec: Spec) -> Iterator[Any]:
    """A node of every file that declares something."""
    for section in SECTIONS:
        for declaration in getattr(spec, section).values():
            yield declaration.name_node
    if spec.company is not None:
        yield spec.company.name_node
    for grant in spec.access.grants:
        yield grant.name_node
    for rule in spec.access.separation.values():
        yield rule.name_node
    for action in spec.access.actions.values():
        yield action.name_node
