"""A decision point: the compiled policy of a spec, asked in the words of the Authorization API.

A subject is a person of the spec, by name or by what other systems call him (`alias`). Where no people are listed it
may be anybody who says his roles: `properties: {roles: [agent]}`. A resource is a record of an entity. An action is one
of `access.actions`, or `create read update delete export` with `properties: {field: …}` for one field. What cannot be
decided is refused; no request makes it raise anything but `BadRequest`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

from crmdsl.analysis._memory import InMemory
from crmdsl.backends.python import emit
from crmdsl.diagnostics.languages import catalogue
from crmdsl.model.access import ACTIONS
from crmdsl.report.access.reasons import reason
from crmdsl.report.authzen import requests
from crmdsl.report.authzen.requests import Action, BadRequest, Data, Party
from crmdsl.report.authzen.values import Values

if TYPE_CHECKING:
    from types import TracebackType

    from crmdsl.ir.program import Program

SUBJECTS = ("user", "person")
"""The types of subjects."""
MOST_STRANGERS = 1_000


class Refused(Exception):
    """A question that makes no sense here: the rule that says so, and a sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(rule, message)
        self.rule = rule
        self.message = message


class DecisionPoint:
    """Decides while the `with` block lasts. `records` are resources (`type`, `id`, `properties`) known beforehand."""

    def __init__(self, program: Program, records: Sequence[Data] = ()) -> None:
        self.spec = program.spec
        self.values = Values(self.spec, self.stored)
        self.records: dict[tuple[str, str], Data] = {}
        for one in records:
            found = requests.party({"resource": one}, "resource")
            entity = self.values.entity(found.type)
            if entity is None:
                raise BadRequest(f"there is no entity {found.type!r}")
            self.records[entity, found.id] = found.properties
        self._package = InMemory({file.path: file.text for file in emit(program)})
        self._strangers: dict[Any, Any] = {}
        self._italian = catalogue("it")

    def __enter__(self) -> Self:
        package = self._package.__enter__()
        self.organisation = package.module("organisation").ORGANISATION
        self.person = package.module("organisation").Person
        self.policy = package.module("access").POLICY
        self.classes: dict[str, Any] = {
            one.entity: one for one in vars(package.module("records")).values() if getattr(one, "entity", "")
        }  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._package.__exit__(kind, error, trace)

    def stored(self, entity: str, name: str) -> Data | None:
        """The properties of a record that is known here."""
        return self.records.get((entity, name))

    # evaluation

    def evaluation(self, data: Data) -> Data:
        """Whether a request is granted."""
        asked = requests.evaluation(data)
        return self.decided(asked.subject, asked.action, asked.resource)

    def evaluations(self, data: Data) -> Data:
        """Whether each of several requests is granted; one of them that makes no sense is refused."""
        asked = requests.several(data)
        if asked is None:
            return self.evaluation(data)
        found: list[Data] = []
        for one in asked[0]:
            try:
                found.append(self.evaluation(one))
            except BadRequest as bad:
                found.append({"decision": False, "context": {"error": {"status": 400, "message": str(bad)}}})
            if found[-1]["decision"] is {"deny_on_first_deny": False, "permit_on_first_permit": True}.get(asked[1]):
                break
        return {"evaluations": found}

    def decided(self, subject: Party, action: Action, resource: Party) -> Data:
        """A decision, with its reason as data."""
        try:
            found, who, word, on = self._decision(subject, action, resource)
            if found.allowed is True:
                return {"decision": True, "context": {"id": "granted", "reason": found.as_json()}}
            said = reason(found.rule, actor=who, action=word, on=on, words=found.why.words)
            texts = {"en": found.message, "it": said.text(self._italian)}
            return _refusal(found.rule, texts, found.as_json())
        except Refused as no:
            return _refusal(no.rule, {"en": no.message})
        except Exception as error:  # noqa: BLE001 - what cannot be decided is refused
            return _refusal("error", {"en": f"this cannot be decided: {type(error).__name__}"})

    def _decision(self, subject: Party, action: Action, resource: Party) -> tuple[Any, str, str, str]:
        """The decision of the policy, and what it is about: who, the action, the entity and field."""
        entity = self.values.entity(resource.type)
        if entity is None:
            raise Refused("unknown-entity", f"there is no entity {resource.type!r}")
        who = self._subject(subject)
        word, field = self._action(action, entity)
        given = {**(self.stored(entity, resource.id) or {}), **resource.properties}
        try:
            fields, around = self.values.fields(entity, given), self.values.around(entity, given)
            record = self.classes[entity].from_json(
                {"id": resource.id, "owner": around.get("owner"), "creator": around.get("creator"), "fields": fields}
            )
        except (ValueError, TypeError, ArithmeticError, KeyError) as error:
            raise Refused("bad-record", f"not a record of {entity}: {error}") from None
        situation = self.policy.situation(
            who, process=around.get("process", ""), states=around.get("states", ()),
            requester=self.organisation.person(around.get("requester", "")),
            writers=around.get("writers"), signers=around.get("signers"),
        )  # fmt: skip
        found = self.policy.decide(who, word, record, field, situation)
        return found, who.name, word, entity if field is None else f"{entity}.{field}"

    def _subject(self, subject: Party) -> Any:
        """Who asks."""
        if subject.type not in SUBJECTS:
            raise Refused("unknown-person", f"{subject.type!r} is no type of subject: it is one of {SUBJECTS}")
        name = self.values.person(subject.id)
        found = self.organisation.person(name)
        if found is None and not self.organisation.listed and "roles" in subject.properties:
            found = self._stranger(name, subject.properties["roles"])
        if found is None:
            raise Refused("unknown-person", f"{subject.id!r} is not of the organisation")
        return found

    def _stranger(self, name: str, roles: Any) -> Any:
        """Somebody by the roles that he is said to have, where nobody is listed."""
        held = roles if isinstance(roles, list) else [roles]
        if not held or not all(type(one) is str and one in self.spec.roles for one in held):
            return None
        key = name, frozenset(held)
        if key not in self._strangers:
            if len(self._strangers) >= MOST_STRANGERS:
                self._strangers.clear()
            one = self.person(name, tuple(dict.fromkeys(held)))
            members = (*(person.copied() for person in self.organisation.people), one)
            self._strangers[key] = type(self.organisation)(members, listed=False).person(name)
        return self._strangers[key]

    def _action(self, action: Action, entity: str) -> tuple[str, str | None]:
        """What is meant by an action: its word, and the field."""
        named = self.spec.access.actions.get(action.name)
        if named is not None and named.on is not None:
            if named.on.name != entity:
                raise Refused("unknown-action", f"{action.name!r} is no action on {entity}")
            return named.can, named.field.name if named.field is not None else None
        field = action.properties.get("field")
        if field is None or type(field) is str:
            return action.name, self._field(entity, field)
        raise Refused("unknown-field", "action.properties.field must be a string")

    def _field(self, entity: str, name: str | None) -> str | None:
        """The name of a field in the spec."""
        fields = self.spec.entities[entity].fields
        return next((own for own, one in fields.items() if name in one.alias), name)

    # search

    def subjects(self, data: Data) -> Data:
        """Who may do something with a record."""
        kind = requests.party(requests.checked(data), "subject", known=False).type
        action, resource = requests.action(data), requests.party(data, "resource")
        people = self.organisation.people if kind in SUBJECTS else ()
        found = (Party(kind, self._known_as(one.name), {}) for one in people)
        return _paged(data, ({"type": kind, "id": one.id} for one in found if self._may(one, action, resource)))

    def resources(self, data: Data) -> Data:
        """With which of the records that are known here somebody may do something."""
        kind = requests.party(requests.checked(data), "resource", known=False).type
        subject, action = requests.party(data, "subject"), requests.action(data)
        entity = self.values.entity(kind)
        found = (Party(kind, name, {}) for own, name in self.records if own == entity)
        return _paged(data, ({"type": kind, "id": one.id} for one in found if self._may(subject, action, one)))

    def actions(self, data: Data) -> Data:
        """What somebody may do with a record, in the words of other systems first."""
        subject, resource = requests.party(requests.checked(data), "subject"), requests.party(data, "resource")
        entity = self.values.entity(resource.type)
        names = [name for name, one in self.spec.access.actions.items() if one.on and one.on.name == entity]
        asked = (Action(name, {}) for name in dict.fromkeys((*names, *ACTIONS)))
        return _paged(data, ({"name": one.name} for one in asked if self._may(subject, one, resource)))

    def _may(self, subject: Party, action: Action, resource: Party) -> bool:
        """Whether a request is granted; why it is not is asked by nobody, and can be long."""
        try:
            return self._decision(subject, action, resource)[0].allowed is True
        except Exception:  # noqa: BLE001 - what cannot be decided is refused
            return False

    def _known_as(self, name: str) -> str:
        """What other systems call a person first."""
        person = self.spec.people.get(name)
        return person.alias[0] if person is not None and person.alias else name


def _refusal(rule: str, texts: Data, why: Data | None = None) -> dict[str, Any]:
    """A refusal with its reason: in words, by language, and as data."""
    whole = {"allowed": False, "rule": rule, "message": texts["en"]} if why is None else dict(why)
    return {"decision": False, "context": {"id": rule, "reason_admin": texts, "reason": whole}}


def _paged(data: Data, results: Iterator[Data]) -> Data:
    """A page of results, and where the next begins."""
    start, limit = requests.page(data)
    found: list[Data] = []
    for place, one in enumerate(results):
        if place >= start + limit:
            return {"results": found, "page": {"next_token": str(place)}}
        if place >= start:
            found.append(one)
    return {"results": found, "page": {"next_token": ""}}
