"""Properties of resources as records of the generated package: fields by their names or by what others call them.

Besides fields there are `owner`, `creator`, `requester`, `writers`, `signers` (persons), `process` and `states`, unless
the entity has a field of that name. What is none of these is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from crmdsl.report.authzen.requests import Data, Figure

if TYPE_CHECKING:
    from crmdsl.model.entities import Entity, Field
    from crmdsl.model.spec import Spec

PERSONS = ("owner", "creator", "requester")
SEVERAL = ("writers", "signers", "states")
DECIMAL = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,12})?")
FRACTION = re.compile(r"-?[0-9]{1,18}(?:/[1-9][0-9]{0,17}|\.[0-9]{1,12})?")
DEEPEST = 8
"""How many references deep a record is read."""
Stored = Callable[[str, str], Data | None]
"""The properties of a record that is kept here, by its entity and id."""


class Values:
    """Reads values as a spec declares them. Raises `ValueError` for what is none."""

    def __init__(self, spec: Spec, stored: Stored) -> None:
        self.spec = spec
        self.stored = stored
        self.people = {alias: name for name, person in spec.people.items() for alias in person.alias}
        self.entities = {alias: name for name, entity in spec.entities.items() for alias in entity.alias}

    def entity(self, kind: str) -> str | None:
        """The entity that a type of resource is."""
        return kind if kind in self.spec.entities else self.entities.get(kind)

    def person(self, name: Any) -> str:
        """A person's name in the spec, by that or by what other systems call him."""
        if type(name) is not str:
            raise ValueError("a person is a string")
        return self.people.get(name, name)

    def fields(self, entity: str, given: Data, deep: int = 0) -> dict[str, Any]:
        """All fields of an entity as JSON has them; what is not given is unknown."""
        declared = self.spec.entities[entity]
        return {
            name: self._value(field, _given(name, field, given), deep)
            for name, field in declared.fields.items()
            if field.derived is None
        }

    def around(self, entity: str, given: Data) -> dict[str, Any]:
        """What is known around a record: who created and owns it, where its case is, who wrote and signed it."""
        declared = self.spec.entities[entity]
        found: dict[str, Any] = {}
        for name in (*PERSONS, "process", *SEVERAL):
            value = None if _is_field(declared, name) else given.get(name)
            if value is None:
                continue
            if name in SEVERAL:
                several = value if isinstance(value, list) else [value]
                if not all(type(one) is str for one in several):
                    raise ValueError(f"{name} is a list of strings")
                found[name] = tuple(several if name == "states" else map(self.person, several))
            elif name in PERSONS:
                found[name] = self.person(value)
            elif type(value) is not str:
                raise ValueError(f"{name} is a string")
            else:
                found[name] = value
        return found

    def _value(self, field: Field, value: Any, deep: int) -> Any:
        """A value as the generated package reads it from JSON."""
        kind = field.type
        if value is None or kind is None:
            return None
        if kind.base == "person":
            return self.person(value)
        if kind.base == "reference":
            return self._record(kind.entity, value, deep + 1)
        if kind.base in ("money", "percent", "number"):
            return _figure(value, FRACTION if kind.base == "number" else DECIMAL)
        if isinstance(value, Figure):
            raise ValueError(f"{field.name} is no number with decimals")
        return value

    def _record(self, entity: str, value: Any, deep: int) -> dict[str, Any]:
        """The record that a field refers to: its properties, or the id of one."""
        if deep > DEEPEST:
            raise ValueError("records refer to records too deeply")
        name = None
        if type(value) is str:
            key = self.spec.entities[entity].identifier
            name = value
            value = self.stored(entity, value) or ({key.name: value} if key is not None else {})
        if not isinstance(value, Mapping):
            raise ValueError("a record is an object, or the id of one")
        around = self.around(entity, value)
        return {"id": name, "owner": around.get("owner"), "creator": around.get("creator"),
                "fields": self.fields(entity, value, deep)}  # fmt: skip


def _given(name: str, field: Field, given: Data) -> Any:
    """The value of a field by its name, else by another that it has."""
    return next((given[one] for one in (name, *field.alias) if given.get(one) is not None), None)


def _is_field(entity: Entity, name: str) -> bool:
    return name in entity.fields or any(name in field.alias for field in entity.fields.values())


def _figure(value: Any, shape: re.Pattern[str]) -> str:
    """A number as text; none so large that it takes long."""
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not shape.fullmatch(text):
        raise ValueError("a number has 18 digits at most, and no exponent")
    whole, point, rest = text.partition(".")
    if point and shape is FRACTION:
        return f"{whole}{rest}/1{'0' * len(rest)}"
    return str(text)
