"""What a case asks of the world. Nothing is sent or stored here: whoever runs cases acts on these."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


class Effect:
    """Base of all effects: frozen by convention, equal by content, made of JSON values."""

    __slots__ = ()
    names: ClassVar[tuple[str, ...]] = ()

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.names)

    def as_json(self) -> dict[str, Any]:
        """The effect as JSON values, its kind under `effect`."""
        return {"effect": type(self).__name__.lower(), **dict(zip(self.names, self._values(), strict=True))}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Effect) and self.as_json() == other.as_json()

    def __hash__(self) -> int:
        return hash((type(self), repr(self._values())))

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in zip(self.names, self._values(), strict=True))
        return f"{type(self).__name__}({given})"


class Emit(Effect):
    """An event for the integrations that receive it."""

    __slots__ = names = ("event",)

    def __init__(self, event: str) -> None:
        self.event = event


class Notify(Effect):
    """Roles that are told of an event."""

    __slots__ = names = ("roles", "event")

    def __init__(self, roles: tuple[str, ...], event: str) -> None:
        self.roles = roles
        self.event = event


class Set(Effect):
    """A field that the case has set (it stands in the record already). `value` is as in the record's JSON."""

    __slots__ = names = ("entity", "field", "value")

    def __init__(self, entity: str, field: str, value: Any) -> None:
        self.entity = entity
        self.field = field
        self.value = value


class Open(Effect):
    """A case of another process to start: values of its new record, and the record that it is about, as JSON."""

    __slots__ = names = ("process", "values", "about")

    def __init__(self, process: str, values: dict[str, Any], about: dict[str, Any] | None) -> None:
        self.process = process
        self.values = values
        self.about = about


class Remind(Effect):
    """Roles to remind that a state is late."""

    __slots__ = names = ("roles", "state")

    def __init__(self, roles: tuple[str, ...], state: str) -> None:
        self.roles = roles
        self.state = state


class Escalate(Effect):
    """Roles that may act from now on because a state is late."""

    __slots__ = names = ("roles", "state")

    def __init__(self, roles: tuple[str, ...], state: str) -> None:
        self.roles = roles
        self.state = state


KINDS: dict[str, type[Effect]] = {kind.__name__.lower(): kind for kind in (Emit, Notify, Set, Open, Remind, Escalate)}


def from_json(data: dict[str, Any]) -> Effect:
    """An effect again from `as_json`. Raises `KeyError` or `TypeError` for anything else."""
    kind = KINDS[data["effect"]]
    values = {name: data[name] for name in kind.names}
    if "roles" in values:
        values["roles"] = tuple(values["roles"])
    return kind(**values)
