"""The policy of a program as policies of Cedar: permits alone, each of which holds all that can refuse it.

Cedar skips a policy that fails: a `forbid` that fails would open what it is to close. So locks and separations are
`unless` of every permit, and what fails is denied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.backends._engines.kept import Records
from crmdsl.backends._engines.refusal import inexpressible
from crmdsl.backends.cedar.scopes import CREATED, CREATOR, Scopes, Way
from crmdsl.backends.cedar.words import FALSE, TRUE, both, either, holds, one_of, texts, type_of
from crmdsl.backends.faults import NotExpressible
from crmdsl.conditions.ast import Compare, Path
from crmdsl.conditions.cedar import CedarPrinter
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.diagnostics import Diagnostic, Message
from crmdsl.ir.policy import BY_FIELD, CHANGING, HISTORY, WRITING, Permission, Place, Separation
from crmdsl.ir.program import Program

FIELD = "context.field"


@dataclass(frozen=True, slots=True)
class Permit:
    """A policy. All of `when` hold, and none of `unless`; `place` says which grant it is of."""

    name: str
    place: str
    actions: tuple[str, ...]
    resource: str
    when: tuple[str, ...]
    unless: tuple[str, ...]


class Printer(CedarPrinter):
    """Conditions on `resource`; who asks is the principal, and the case stands in attributes of the record."""

    def compared(self, expr: Compare, positive: bool, known: set[str]) -> str:
        """A comparison, but of records."""
        if expr.left.type.base == "reference":
            raise Inexpressible(expr, Message("engines are told the fields of a record, and not which record it is"))
        return super().compared(expr, positive, known)

    def inside(self, state: str) -> str:
        """A test whether the case is in a state or in one inside it."""
        return f"resource._states.contains({texts([state])[1:-1]})"

    def root(self, path: Path) -> str:
        """What a path starts from."""
        return {"actor": "principal", "requester": "resource._requester"}.get(path.root, "resource")

    def known_root(self, path: Path) -> str:
        """The test that it is known."""
        return "resource has _requester" if path.root == "requester" else ""


class Policies:
    """Makes the permits of a program. Raises `NotExpressible`."""

    def __init__(self, program: Program, records: Records) -> None:
        self.policy = program.policy
        self.records = records
        self.faults: dict[object, Diagnostic] = {}

    def permits(self) -> list[Permit]:
        """All of them, those of one grant and entity that differ in the action alone as one."""
        found: dict[tuple[object, ...], tuple[str, str, list[str]]] = {}
        for one in self.policy.permissions:
            span, name = one.declaration.name_span, f"{one.entity}.{one.declaration.name}"
            for permit in self._permits(one):
                key = (name, *permit)
                found.setdefault(key, (name, f"{span.file}:{span.line}", []))[2].append(one.action)
        if self.faults:
            raise NotExpressible(tuple(self.faults.values()))
        return [
            Permit(f"{name}.{number}", place, tuple(actions), type_of(str(key[1])), *key[2:])  # type: ignore[arg-type]
            for number, (key, (name, place, actions)) in enumerate(found.items(), 1)
        ]

    def _permits(self, one: Permission) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Entity, what must hold and what must not, for each way to a permission."""
        fields = self.fields(one)
        condition = self.condition(one)
        unless = tuple(self.bars(one.entity, one.action))
        for way in Scopes(self.policy, one.entity).ways(one):
            tests = self._tests(way, fields, condition)
            if FALSE not in tests:
                yield one.entity, tests, unless

    def _tests(self, way: Way, fields: str, condition: str) -> tuple[str, ...]:
        tests = tuple(test for test in (way.who, way.scope, fields, condition) if test != TRUE)
        return (FALSE,) if FALSE in tests else tests

    def condition(self, one: Permission) -> str:
        """The condition of a grant; what Cedar cannot say is kept as a fault."""
        if one.tree is None or one.when is None:
            return TRUE
        try:
            return Printer(self.records.bounds, day=self.records.day).test(self.records.written_out(one.tree))
        except Inexpressible as error:
            self.faults.setdefault(one.when, inexpressible(one.when.span, error.message))
            return FALSE

    # fields

    def fields(self, one: Permission) -> str:
        """That the permission opens the field that is asked for; where none is, that it opens the action at all."""
        written = self.policy.resources[one.entity].fields
        fields = [name for name in one.fields if one.action not in WRITING or written[name].by != "nobody"]
        free = [name for name in fields if one.action != "update" or written[name].by == "anybody"]
        bound: dict[tuple[Place, ...], list[str]] = {}
        for name in fields:
            if name not in free:
                bound.setdefault(written[name].edited, []).append(name)
        asked = one_of(_named(free), *(both(_named(names), _at(places)) for places, names in bound.items()))
        whole = TRUE if one.action not in BY_FIELD or free else one_of(*(_at(places) for places in bound))
        if asked == FALSE:
            return FALSE if whole == FALSE else "!(context has field)"
        return either("context has field", asked, whole)

    # what bars

    def bars(self, entity: str, action: str) -> Iterator[str]:
        """What refuses an action whatever is granted."""
        locked = self.policy.resources[entity].locked
        if action in CHANGING and locked:
            yield _at(locked)
        for rule in self.policy.separations:
            if (entity, action) in rule.actions:
                test = self._person(rule, (entity, action)) if rule.per_person else _did(rule, entity, action)
                if test != FALSE:
                    yield test

    def _person(self, rule: Separation, me: tuple[str, str]) -> str:
        """That who asks has another action of a rule; that he has this one, he must to be permitted."""
        return holds("principal", (role for action, roles in rule.may.items() if action != me for role in roles))


def _did(rule: Separation, entity: str, action: str) -> str:
    """That who asks did another action of a rule on this record, or nobody knows."""
    tests = []
    for other_entity, other in dict.fromkeys(rule.actions):
        if other_entity == entity and other != action and other in HISTORY:
            if other == "create":
                tests.append(both(CREATED, f"{CREATOR} == principal"))
            else:
                history = f"resource._{HISTORY[other]}"
                tests.append(either(f"resource has _{HISTORY[other]}", f"{history}.contains(principal)", TRUE))
    return one_of(*tests)


def _named(fields: list[str]) -> str:
    return f"{texts(fields)}.contains({FIELD})" if fields else FALSE


def _at(places: tuple[Place, ...]) -> str:
    """That the case is in one of some places."""
    return f"resource._at.containsAny({texts('/'.join(place) for place in places)})"
