"""The spec of before in the names of now, so that a field, entity or role with another name is the one that it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from crmdsl.analysis.changes.change import Place
from crmdsl.conditions.ast import Expr, Literal, Path, Type
from crmdsl.conditions.derived import rebuilt
from crmdsl.conditions.regions.world import FieldFacts, Somebody
from crmdsl.ir.casespace import CaseSpace, nowhere
from crmdsl.resolve.resolved import Resolved

Names = Mapping[Place, Mapping[str, str]]
"""By the place of the map that it stands in, older name -> newer name."""


class OlderSpace(CaseSpace):
    """What the spec of before says about values, asked for in the names of now."""

    def __init__(
        self, resolved: Resolved, newer: Names, requesters: frozenset[str] = frozenset(),
        inside: Callable[[str], bool | None] = nowhere,
    ) -> None:  # fmt: skip
        super().__init__(resolved, requesters, inside)
        self.newer = newer
        self.older = {place: {new: old for old, new in names.items()} for place, names in newer.items()}
        self._known: dict[tuple[str, str], FieldFacts | None] = {}

    def entity(self, name: str) -> str:
        """The newer name of an entity."""
        return self.newer.get(("entities",), {}).get(name, name)

    def of_entity(self, entity: str, field: str) -> str:
        """The newer name of a field of an entity, by the older names."""
        return self.newer.get(("entities", self.entity(entity), "fields"), {}).get(field, field)

    def roles(self, names: Iterable[str]) -> frozenset[str]:
        """The newer names of roles."""
        newer = self.newer.get(("roles",), {})
        return frozenset(newer.get(name, name) for name in names)

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """A field by its newer name, and that of its entity."""
        if (entity, name) not in self._known:
            owner = _before(self.newer, self.older, ("entities",), entity)
            field = None if owner is None else _before(self.newer, self.older, ("entities", entity, "fields"), name)
            facts = super().field(owner, field) if owner is not None and field is not None else None
            if facts is not None:
                derived = None if facts.derived is None else self.told(facts.derived)
                facts = facts._replace(type=self._type(facts.type), derived=derived)
            self._known[entity, name] = facts
        return self._known[entity, name]

    def people(self, root: str) -> Sequence[Somebody]:
        """Who somebody can be, with the newer names of roles, after which people are called whom nobody lists."""
        return [one._replace(name=self._called(one), roles=self.roles(one.roles)) for one in super().people(root)]

    def told(self, tree: Expr) -> Expr:
        """A condition of before in the newer names."""
        if isinstance(tree, Path) and tree.root == "record":
            return self._path(tree)
        if isinstance(tree, Literal) and tree.type.base == "role":
            return replace(tree, value=next(iter(self.roles([tree.value]))))
        return rebuilt(tree, self.told)

    def _path(self, path: Path) -> Path:
        entity, parts = path.entity, list[str]()
        for part in path.parts:
            facts = super().field(entity, part) if entity else None
            parts.append(self.of_entity(entity, part))
            entity = facts.type.entity if facts is not None else ""
        return replace(path, parts=tuple(parts), entity=self.entity(path.entity), type=self._type(path.type))

    def _type(self, kind: Type) -> Type:
        return kind._replace(entity=self.entity(kind.entity)) if kind.entity else kind

    def _called(self, one: Somebody) -> str:
        role, underscore, number = one.name.rpartition("_")
        newer = self.newer.get(("roles",), {}).get(role)
        return one.name if one.named or newer is None else f"{newer}{underscore}{number}"


def _before(newer: Names, older: Names, place: Place, name: str) -> str | None:
    """The older name of something, `None` where that name was something else's."""
    found = older.get(place, {}).get(name)
    return found if found is not None else None if name in newer.get(place, {}) else name
