"""Why somebody may not do something: worked out when it is asked for, grant by grant."""

from __future__ import annotations

from .deciding import WRITING, nonsense, open_in
from .decisions import Attempt, Why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .access import Grant, Grants
    from .deciding import Policy
    from .people import Person
    from .records import Record
    from .scopes import Scope
    from .situations import Situation


def why(policy: Policy, actor: Any, action: Any, on: Any, field: Any, facts: Any) -> Why:
    """The reason for a refusal."""
    try:
        broken = nonsense(policy, actor, action, on, field)
    except Exception as error:  # noqa: BLE001 - what cannot even be named
        return Why("error", "", f"this cannot be decided: {type(error).__name__}", error=type(error).__name__)
    if broken is not None:
        return Why(broken[0], "", broken[1])
    grants = policy.grants[on.entity]
    try:
        return _by_grants(policy, grants, actor, action, on, field, facts)
    except Exception as error:  # noqa: BLE001 - what cannot be decided is refused, and said
        message = f"this cannot be decided: {type(error).__name__}: {error}"
        return Why("error", grants.place, message, error=f"{type(error).__name__}: {error}")


def _by_grants(
    policy: Policy, grants: Grants, actor: Person, action: str, on: Record, field: str | None, facts: Situation | None
) -> Why:
    facts = policy.situation(actor) if facts is None else facts.of(actor)
    what = f"{grants.entity}.{field}" if field is not None else grants.entity
    if action in WRITING and field in grants.closed:
        return Why(
            "not-writable", on.FIELDS[field].place, f"nobody writes {what}: it is derived, or comes from outside"
        )
    attempts = tuple(_attempts(grants, actor, action, on, field, facts))
    found = Why("no-grant", grants.place, f"no grant lets {actor.name} {action} {what}", attempts)
    if len(attempts) < sum(action in grant.actions for grant in grants.grants):
        barred = (bar(actor, on, facts) for bar in policy.plan(actor, action, grants.entity, field).bars)
        return next((bar for bar in barred if bar is not None), found)
    steps = next((one for one in attempts if one.part == "step"), None)
    if steps is None:
        return found
    return Why("not-in-step", steps.grant.place, f"{what} is written in {steps.text} alone", attempts, steps=steps.text)


def _attempts(
    grants: Grants, actor: Person, action: str, on: Record, field: str | None, facts: Situation
) -> Iterator[Attempt]:
    """The grants of an action that do not apply."""
    scopes = dict(grants.held(action, actor))
    for grant in grants.grants:
        if action in grant.actions:
            found = _failing(grants, grant, scopes, actor, action, on, field, facts)
            if found is not None:
                yield found


def _failing(
    grants: Grants, grant: Grant, scopes: dict[Grant, Scope | None], actor: Person, action: str, on: Record,
    field: str | None, facts: Situation,
) -> Attempt | None:  # fmt: skip
    """The first part of a grant that does not apply."""
    if grant not in scopes:
        return Attempt(grant, "role", ", ".join(grant.roles), {"roles": list(actor.roles)})
    places = open_in(grants, grant, action, field)
    if places is None:
        return Attempt(grant, "fields", ", ".join(grant.fields), {"field": field})
    scope = scopes[grant]
    seen = on if action != "create" or on.creator is not None else on.owned(on.owner, actor.name)
    if scope is not None and not scope(actor, seen):
        return Attempt(grant, "scope", grant.scope, {"owner": seen.owner, "creator": seen.creator})
    if places and not facts.among(places):
        steps = ", ".join(f"{process} {state}" for process, state in places)
        return Attempt(grant, "step", steps, {"process": facts.process, "states": list(facts.states)})
    if grant.when is not None and not grant.when.test(on, facts):
        part = grant.when.failing(on, facts)
        return Attempt(grant, "when", part.text, part.values(on, facts))
    return None
