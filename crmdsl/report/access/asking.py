"""Why somebody may do something with a record, or may not: the compiled policy is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crmdsl.analysis._memory import InMemory
from crmdsl.backends.python import emit
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.ir.program import Program
    from crmdsl.model.entities import Entity, Field
    from crmdsl.model.organisation import Person

AROUND = ("id", "owner", "creator", "fields")
SITUATION = ("process", "states", "requester", "writers", "signers")


class BadRecord(ValueError):
    """A record that cannot be read."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def decision(program: Program, actor: str, action: str, entity: str, field: str, record: object) -> dict[str, Any]:
    """The decision as data. `record` is a map of fields, or `{fields, owner, creator, process, states, …}`.

    Raises `BadRecord`, and `LookupError` for an actor who is nobody.
    """
    files = {file.path: file.text for file in emit(program)}
    with InMemory(files) as package:
        organisation = package.module("organisation").ORGANISATION
        who = person(program, organisation, actor)
        if who is None:
            raise LookupError(actor)
        policy = package.module("access").POLICY
        records: dict[str, Any] = {
            one.entity: one for one in vars(package.module("records")).values() if getattr(one, "entity", "")
        }  # fmt: skip
        given = record if isinstance(record, Mapping) else {}
        if not isinstance(record, Mapping):
            raise BadRecord(Message("a record is a map of fields"))
        try:
            built = records[entity].from_json(_record(records, entity, given))
            situation = policy.situation(
                who, process=_text(given, "process"), states=_names(given, "states") or (),
                requester=organisation.person(_text(given, "requester")),
                writers=_names(given, "writers"), signers=_names(given, "signers"),
            )  # fmt: skip
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
            message = Message("not a record of `{entity}`: {reason}", entity=entity, reason=str(error))
            raise BadRecord(message) from error
        found = policy.decide(who, action, built, field or None, situation)
        on = f"{entity}.{field}" if field else entity
        told = {"actor": who.name, "action": action, "on": on, **found.as_json()}
        return told if found.allowed else told | {"words": dict(found.why.words)}


def person(program: Program, organisation: Any, who: str) -> Any:
    """Somebody by name, or as a role's first (`agent`) or other (`agent 2`) person."""
    role, _, number = who.partition(" ")
    if role in program.spec.roles:
        place = int(number) if number.isdecimal() else 1
        holders = organisation.holders(role)
        return holders[place - 1] if 0 < place <= len(holders) else None
    return organisation.person(called(program.spec.people, who) or who)


def called(declared: Mapping[str, Entity | Field | Person], word: str) -> str | None:
    """The name of what is called so, in the spec or (`alias`) by other systems; `None` for nothing."""
    if word in declared:
        return word
    return next((name for name, one in declared.items() if word in one.alias), None)


def _record(records: Mapping[str, Any], entity: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A record as the package writes it: with every field, what is not given unknown."""
    whole = given if isinstance(given.get("fields"), Mapping) else {"fields": given}
    fields = records[entity].FIELDS
    strange = [name for name in whole["fields"] if name not in fields]
    strange += [name for name in whole if name not in (*AROUND, *SITUATION)]
    if strange:
        raise BadRecord(Message("`{entity}` has no field `{name}`", entity=entity, name=str(strange[0])))
    values = {}
    for name, field in fields.items():
        if not field.derived:
            value = whole["fields"].get(name)
            refers = getattr(field, "entity", None)
            if refers is not None and isinstance(value, Mapping):
                value = _record(records, refers.entity, value)
            values[name] = value
    return {"id": whole.get("id"), "owner": whole.get("owner"), "creator": whole.get("creator"), "fields": values}


def _text(given: Mapping[str, Any], name: str) -> str:
    found = given.get(name) if "fields" in given else None
    if found is not None and not isinstance(found, str):
        raise ValueError(f"{name} must be a text")
    return found or ""


def _names(given: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    found = given.get(name) if "fields" in given else None
    if isinstance(found, str):
        return (found,)
    if found is not None and not (isinstance(found, list) and all(isinstance(one, str) for one in found)):
        raise ValueError(f"{name} must be a list of names")
    return None if found is None else tuple(found)
