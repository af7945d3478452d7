"""Decisions on access: who may do what with which record. What no grant opens is denied, and so is any error.

For each person's roles, action, class of record and field the grants that can apply are worked out once, so that a
decision looks at their scopes and conditions alone.
"""

from __future__ import annotations

from functools import partial

from .decisions import Denied, Granted, Why
from .people import Person
from .records import Record
from .situations import Situation, of_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeAlias

    from .access import Grant, Grants, Places
    from .calendar import Zone
    from .case import Case
    from .filters import Filter
    from .scopes import Scope

    Test: TypeAlias = Callable[[Any, Any], bool]
    Way: TypeAlias = tuple[Scope | None, Test | None, bool, Granted]
    Bar: TypeAlias = Callable[[Person, Record, Situation], Why | None]

ACTIONS = ("create", "read", "update", "delete", "export")
BY_FIELD = ("read", "update", "export")
"""Actions that are allowed on a record if they are on some field of it."""
WRITING = ("create", "update")
CHANGING = ("update", "delete")
MOST_PLANS = 100_000


class Separation:
    """Actions, each an entity and a word, of which nobody does two: on one record, or by the roles that he holds.

    `may` are the roles that have each of the actions.
    """

    __slots__ = ("actions", "may", "name", "per_person", "place")

    def __init__(
        self, name: str, place: str, actions: tuple[tuple[str, str], ...], may: tuple[tuple[str, ...], ...],
        *, per_person: bool,
    ) -> None:  # fmt: skip
        self.name = name
        self.place = place
        self.actions = actions
        self.may = may
        self.per_person = per_person


class Plan:
    """The grants that can open something to somebody's roles, and what can bar it all the same.

    `always` is the answer where neither the record nor anything around it matters.
    """

    __slots__ = ("always", "bars", "ways")

    def __init__(self, ways: tuple[Way, ...], bars: tuple[Bar, ...]) -> None:
        self.ways = ways
        self.bars = bars
        self.always: Granted | None = None
        if ways and not bars:
            scope, when, _, granted = ways[0]
            self.always = granted if scope is None and when is None else None


class Policy:
    """All grants of a company, and decisions by them."""

    def __init__(
        self,
        grants: Mapping[str, Grants],
        zone: Zone,
        separations: tuple[Separation, ...] = (),
        sql: Callable[[], Mapping[Any, str | None]] | None = None,
    ) -> None:
        self.grants = grants
        self.zone = zone
        self.separations = separations
        self.sql = sql or dict
        self._planned = 0

    def decide(
        self, actor: Person, action: str, on: Record | Case, field: str | None = None, facts: Situation | None = None
    ) -> Granted | Denied:
        """Whether somebody may do an action (`create read update delete export`) with a record, or a field of it.

        `on` is a record, or a case, whose record and situation then count; `facts` is the situation of a record
        that is no case here (see `situation`). Without a field the answer is whether the action is open at all. It
        never raises: what cannot be decided is denied.
        """
        try:
            plan = actor.plans[type(on)][action][field]
        except Exception:  # noqa: BLE001 - whatever is given for an actor or a record, and whatever it does
            return self._slowly(actor, action, on, field, facts)
        if type(plan) is not Plan:  # an actor that has whatever it is asked for
            return self._slowly(actor, action, on, field, facts)
        if plan.always is not None:
            return plan.always
        try:
            for scope, when, around, granted in plan.ways:
                if scope is None or scope(actor, on):  # type: ignore[arg-type]
                    if around and (facts is None or facts.actor != actor.name):
                        facts = self._facts(actor, facts)
                    if when is None or when(on, facts):
                        if plan.bars and self._barred(plan, actor, on, facts):
                            break
                        return granted
        except Exception:  # noqa: BLE001, S110 - whatever goes wrong is a refusal
            pass
        no = Denied()
        no.question = self, actor, action, on, field, facts
        return no

    def readable(self, actor: Person, on: Record | Case, facts: Situation | None = None) -> tuple[str, ...]:
        """The fields of a record (or of a case's) that somebody may read, in the order of the entity."""
        return self.fields(actor, "read", on, facts)

    def writable(self, actor: Person, on: Record | Case, facts: Situation | None = None) -> tuple[str, ...]:
        """The fields of a record (or of a case's) that somebody may update, in the order of the entity."""
        return self.fields(actor, "update", on, facts)

    def fields(
        self, actor: Person, action: str, on: Record | Case, facts: Situation | None = None
    ) -> tuple[str, ...]:  # fmt: skip
        """The fields that an action is open on."""
        try:
            record = getattr(on, "record", on)
            names = record.FIELDS if isinstance(record, Record) else ()
        except Exception:  # noqa: BLE001 - what is no record has no fields
            return ()
        return tuple(name for name in names if self.decide(actor, action, on, name, facts))

    def filter(self, actor: Person, action: str, entity: str) -> Filter:
        """The records of an entity that somebody may do an action with: a test of records, and a condition of SQL."""
        from .filters import Filter

        return Filter(self, actor, action, entity)

    def situation(
        self, actor: Person, *, process: str = "", states: tuple[str, ...] = (), requester: Person | None = None,
        at: int | None = None, writers: tuple[str, ...] | None = None, signers: tuple[str, ...] | None = None,
    ) -> Situation:  # fmt: skip
        """What is known around a record that is kept elsewhere: where its case is, and who did what with it so far.

        `at` are seconds since 1970 (now, if not given); `writers` and `signers` are names, `None` where unknown.
        """
        if actor.organisation is None:
            raise ValueError(f"{actor.name} is of no organisation")
        return Situation(
            actor.organisation, self.zone, at, states, requester, actor,
            process=process, writers=writers, signers=signers,
        )  # fmt: skip

    # how

    def _facts(self, actor: Person, facts: Situation | None) -> Situation:
        return self.situation(actor) if facts is None else facts.of(actor)

    def _barred(self, plan: Plan, actor: Person, record: Any, facts: Situation | None) -> Why | None:
        facts = self._facts(actor, facts)
        return next((why for bar in plan.bars if (why := bar(actor, record, facts)) is not None), None)

    def _slowly(self, actor: Any, action: Any, on: Any, field: Any, facts: Any) -> Granted | Denied:
        """A decision about a case, one asked for the first time, or one that makes no sense."""
        try:
            if not isinstance(on, Record) and isinstance(getattr(on, "record", None), Record):
                facts, on = of_case(on) if facts is None else facts, on.record
            if nonsense(self, actor, action, on, field) is None:
                self._keep(actor, action, on, field)
                return self.decide(actor, action, on, field, facts)
        except Exception:  # noqa: BLE001, S110 - whatever goes wrong is a refusal
            pass
        no = Denied()
        no.question = self, actor, action, on, field, facts
        return no

    def _keep(self, actor: Person, action: str, on: Record, field: str | None) -> None:
        """Work a plan out, for all persons of the same roles."""
        if self._planned >= MOST_PLANS and actor.organisation is not None:
            actor.organisation.forget()
            self._planned = 0
        by_field = actor.plans.setdefault(type(on), {}).setdefault(action, {})
        if field not in by_field:
            by_field[field] = self.plan(actor, action, on.entity, field)
            self._planned += 1

    def why(self, actor: Any, action: Any, on: Any, field: Any, facts: Any) -> Why:
        """Why a question is answered with no."""
        from .reasons import why

        return why(self, actor, action, on, field, facts)

    def plan(self, actor: Person, action: str, entity: str, field: str | None) -> Plan:
        """What can open an action to somebody, and what can bar it."""
        grants = self.grants[entity]
        ways = []
        for grant, reach in grants.held(action, actor):
            places = open_in(grants, grant, action, field)
            if places is not None:
                test = grant.when.test if grant.when is not None else None
                scope = _creating(reach) if reach is not None and action == "create" else reach
                ways.append((scope, _within(places, test), grant.around or bool(places), Granted(grant)))
        return Plan(tuple(ways), tuple(self.bars(actor, action, grants)))

    def bars(self, actor: Person, action: str, grants: Grants) -> Iterator[Bar]:
        """What can bar an action that a grant opens."""
        if action in CHANGING and grants.locked:
            yield partial(_locked, grants)
        for rule in self.separations:
            if (grants.entity, action) in rule.actions:
                if not rule.per_person:
                    others = [other for entity, other in rule.actions if entity == grants.entity and other != action]
                    yield partial(_did, rule, others)
                elif has_both(rule, (grants.entity, action), actor):
                    yield partial(_both, rule)


def nonsense(policy: Policy, actor: Any, action: Any, on: Any, field: Any) -> tuple[str, str] | None:
    """The rule that a question breaks which makes no sense, and a sentence."""
    if not issubclass(type(actor), Person) or actor.organisation is None:  # whatever it says that it is
        return "unknown-person", f"{getattr(actor, 'name', actor)!s} is not of the organisation"
    if not isinstance(action, str) or action not in ACTIONS:
        return "unknown-action", f"there is no action {action!r}: it is one of {', '.join(ACTIONS)}"
    if not isinstance(on, Record) or on.entity not in policy.grants:
        return "unknown-entity", f"{on!r} is not a record of this company"
    if field is not None and (not isinstance(field, str) or field not in on.FIELDS):
        return "unknown-field", f"{on.entity} has no field {field!r}"
    return None


def open_in(grants: Grants, grant: Grant, action: str, field: str | None) -> Places | None:
    """The places in which a grant opens a field, or some field; none of them is everywhere, `None` nowhere."""
    if field is None and action not in BY_FIELD:
        return ()
    fields = [name for name in grant.fields if field is None or name == field]
    if action in WRITING:
        fields = [name for name in fields if name not in grants.closed]
    if not fields:
        return None
    if action != "update" or any(name not in grants.written for name in fields):
        return ()
    return tuple(dict.fromkeys(place for name in fields for place in grants.written[name]))


def _within(places: Places, test: Test | None) -> Test | None:
    """A condition that holds in some places alone."""
    if not places:
        return test
    return lambda record, facts: facts.among(places) and (test is None or test(record, facts))


def _creating(scope: Scope) -> Scope:
    """A scope of a record that is being created: by who asks, unless it says otherwise."""

    def creating(actor: Person, record: Record) -> bool:
        return scope(actor, record if record.creator is not None else record.owned(record.owner, actor.name))

    return creating


def _locked(grants: Grants, _actor: Person, _record: Record, facts: Situation) -> Why | None:
    if not facts.among(grants.locked):
        return None
    return Why("locked", grants.place, f"an approval is pending and locks this {grants.entity}")


def _did(rule: Separation, others: list[str], actor: Person, record: Record, facts: Situation) -> Why | None:
    """The refusal of somebody who did one of the other actions, or of whom that is not known."""
    known = {"create": (record.creator,), "update": facts.writers, "approve": facts.signers}
    for other in others:
        names = known.get(other, ())
        if names is None:
            message = f"the separation `{rule.name}` asks who did {other} on this record, and nobody knows"
            return Why("four-eyes", rule.place, message, separation=rule.name, unknown=other)
        if actor.name in names:
            message = f"the separation `{rule.name}`: {actor.name} did {other} on this record"
            return Why("four-eyes", rule.place, message, separation=rule.name, done=other)
    return None


def has_both(rule: Separation, action: tuple[str, str], actor: Person) -> bool:
    """Whether somebody's roles have an action and another of a rule."""
    having = {one for one, roles in zip(rule.actions, rule.may, strict=True) if any(r in actor.roles for r in roles)}
    return action in having and len(having) > 1


def _both(rule: Separation, actor: Person, _record: Record, _facts: Situation) -> Why:
    words = ", ".join(".".join(one) for one in rule.actions)
    message = f"the separation `{rule.name}`: the roles of {actor.name} have more than one of {words}"
    return Why("separation", rule.place, message, separation=rule.name, actions=words)
