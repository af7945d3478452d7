"""Which conditions are the same but for the entity that they stand on, so that what is proven of one holds of all."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from crmdsl.conditions.ast import Expr
from crmdsl.conditions.python import paths
from crmdsl.conditions.scope import EVERYTHING
from crmdsl.ir.casespace import doubtful
from crmdsl.model.entities import Field
from crmdsl.model.values import Condition
from crmdsl.resolve.resolved import Resolved

Parts = tuple[str, ...]


class Likeness:
    """Tells conditions by their texts and by what the fields are that they name, whatever the entity is called."""

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved
        self.entities = resolved.spec.entities
        self.doubtful = doubtful(resolved)
        self._paths: dict[tuple[Hashable, ...], tuple[frozenset[str], list[Parts]]] = {}
        self._fields: dict[tuple[str, str], Any] = {}

    def of(
        self,
        entity: str,
        conditions: Sequence[Condition | None],
        trees: Sequence[Expr | None],
        also: Sequence[str] = (),
    ) -> tuple[Hashable, frozenset[str]]:
        """What conditions on an entity have in common with those that are alike, and the first words of their paths.

        `also` are fields of the entity that matter too.
        """
        declared = self.entities[entity].fields if entity in self.entities else {}
        texts = tuple(None if one is None else one.text for one in conditions)
        words = tuple(word for word in EVERYTHING if word in declared)
        key = (texts, words, *also)
        known = self._paths.get(key)
        if known is None:
            known = self._paths[key] = self._read(trees, also)
        roots, read = known
        shapes = tuple(self._along(entity, parts) for parts in read)
        return (texts, words, shapes), roots

    def behind(self, entity: str, names: frozenset[str]) -> frozenset[str]:
        """Fields of an entity, with those that they are derived from."""
        fields = self.entities[entity].fields if entity in self.entities else {}
        found = set(names)
        work = [name for name in names if name in fields and fields[name].derived is not None]
        while work:
            tree = self.resolved.typed(fields[work.pop()].derived)
            new = {path.parts[0] for path in paths(tree) if path.root == "record"} - found if tree is not None else ()
            found.update(new)
            work += [name for name in new if name in fields and fields[name].derived is not None]
        return frozenset(found)

    def _read(self, trees: Sequence[Expr | None], also: Sequence[str]) -> tuple[frozenset[str], list[Parts]]:
        found = [path for tree in trees if tree is not None for path in paths(tree)]
        parts = {path.parts: None for path in found if path.root == "record"}
        parts.update({(name,): None for name in also})
        roots = {path.root if path.root != "record" else path.parts[0] for path in found}
        return frozenset({*roots, *also}), list(parts)

    def _along(self, entity: str, parts: Parts) -> Hashable:
        """What the fields of a path are."""
        found = []
        for part in parts:
            key = entity, part
            shape = self._fields.get(key)
            if shape is None:
                shape = self._fields[key] = self._shape(entity, part)
            found.append(shape[0])
            if not shape[1]:
                break
            entity = shape[1]
        return tuple(found)

    def _shape(self, entity: str, name: str) -> tuple[Hashable, str]:
        """A field but for names of entities, and the entity that it refers to."""
        field: Field | None = self.entities[entity].fields.get(name) if entity in self.entities else None
        if field is None or field.type is None or field.derived is not None or entity in self.doubtful:
            return (entity, name), field.type.entity if field and field.type else ""
        kind = field.type
        low, high = self.resolved.value(field.min), self.resolved.value(field.max)
        return (kind.base, kind.optional, kind.values, kind.ordered, low, high), kind.entity
