"""What the entities of a company have in common: records that are never changed."""

from __future__ import annotations

from .verdicts import NOT_GIVEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, ClassVar, Self

    from .conditions import Facts
    from .fields import Field


class Record:
    """A record of an entity: `None` is an unknown value.

    `id` tells records apart for whoever stores them; `creator` and `owner` are names of persons, `unit` and
    `territory` (of the organisation) follow from them.
    """

    __slots__ = ("creator", "id", "owner")
    entity: ClassVar[str] = ""
    FIELDS: ClassVar[Mapping[str, Field]] = {}
    KEPT: ClassVar[tuple[str, ...]] = ()
    """The slots of the fields that are not derived."""

    id: str | None
    owner: str | None
    creator: str | None

    def __init_subclass__(cls) -> None:
        cls.KEPT = tuple(field.slot for field in cls.FIELDS.values() if not field.derived)

    def __repr__(self) -> str:
        given = ", ".join(
            f"{field.attribute}={getattr(self, field.attribute)!r}"
            for field in self.FIELDS.values()
            if not field.derived and getattr(self, field.slot) is not None
        )
        return f"{type(self).__name__}({given})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self is other or self.content() == other.content()

    def __hash__(self) -> int:
        return hash(self.content())

    def content(self) -> tuple[Any, ...]:
        """What two of them are compared by."""
        return (*[getattr(self, slot) for slot in self.KEPT], self.id, self.owner, self.creator)

    def copied(self) -> Self:
        """A new object of the same content."""
        new = object.__new__(type(self))
        for slot in self.KEPT:
            setattr(new, slot, getattr(self, slot))
        new.id, new.owner, new.creator = self.id, self.owner, self.creator
        return new

    def having(self, kept: Mapping[str, Any]) -> Self:
        """This record with some fields (by their names in the spec) holding these kept values."""
        new = self.copied()
        for name, value in kept.items():
            setattr(new, self.FIELDS[name].slot, value)
        return new

    def replaced(self, given: Mapping[str, Any]) -> Self:
        """This record with values as they are shown, those left out as they were. Raises `ValueError` out of range."""
        return self.having(
            {name: self.FIELDS[name].inward(value) for name, value in given.items() if value is not NOT_GIVEN}
        )

    def owned(self, owner: str | None, creator: str | None) -> Self:
        """This record with an owner and a creator."""
        new = self.copied()
        new.owner, new.creator = owner, creator
        return new

    def defaulted(self) -> Self:
        """This record with its unknown fields at their defaults."""
        missing = {
            name: field.default
            for name, field in self.FIELDS.items()
            if field.default is not None and not field.derived and getattr(self, field.slot) is None
        }
        return self.having(missing) if missing else self

    def as_json(self) -> dict[str, Any]:
        """The record as JSON values: its fields by their names in the spec, derived ones left out."""
        fields = {
            name: field.as_json(getattr(self, field.slot)) for name, field in self.FIELDS.items() if not field.derived
        }
        return {"id": self.id, "owner": self.owner, "creator": self.creator, "fields": fields}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """A record again. Raises `ValueError` for what `as_json` cannot have made."""
        if not isinstance(data, dict) or set(data) != {"id", "owner", "creator", "fields"}:
            raise ValueError(f"not a record of {cls.entity}")
        fields = data["fields"]
        known = [name for name, field in cls.FIELDS.items() if not field.derived]
        if not isinstance(fields, dict):
            raise ValueError(f"not the fields of {cls.entity}")
        other = [f"without {name}" for name in known if name not in fields]
        other += [f"with {name}, which there is not" for name in fields if name not in known]
        if other:
            raise ValueError(f"a record of {cls.entity} of another version of the spec: {', '.join(other)}")
        new = object.__new__(cls)
        for name in known:
            setattr(new, cls.FIELDS[name].slot, cls.FIELDS[name].from_json(fields[name]))
        for name in ("id", "owner", "creator"):
            if not isinstance(data[name], str | None):
                raise ValueError(f"{name} of {cls.entity} must be a text")
            setattr(new, name, data[name])
        return new


def follow(record: Record | None, path: Iterable[str], facts: Facts | None = None) -> Any:
    """What a path of fields leads to, as it is kept; `None` where something on the way is unknown.

    Only a situated field looks at the facts.
    """
    found: Any = record
    for name in path:
        if found is None:
            return None
        field = found.FIELDS[name]
        found = getattr(found, field.slot)
        if field.situated:
            found = found(facts)
    return found


def put(record: Record, path: tuple[str, ...], value: Any) -> Record:
    """The record with a kept value at a path; itself where a reference on the way is unknown."""
    first, *rest = path
    if rest:
        inner = follow(record, (first,))
        if inner is None:
            return record
        value = put(inner, tuple(rest), value)
    return record.having({first: value})


def field_at(record: type[Record], path: tuple[str, ...]) -> Field:
    """The field at the end of a path. Raises `KeyError` where there is none."""
    *way, last = path
    for name in way:
        record = record.FIELDS[name].entity  # type: ignore[attr-defined]
    return record.FIELDS[last]
