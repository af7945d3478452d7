"""Rings of steps that no case leaves, or that turn at once: rules report them, and what is reckoned leaves them out."""

from __future__ import annotations

from typing import NamedTuple

from crmdsl.model.processes import Decide, Parallel
from crmdsl.model.spec import Spec
from crmdsl.resolve.flow import Scope, chances, lasting, likely, outcomes_of, rings, scopes
from crmdsl.resolve.resolved import Resolved

_QUICK = (Decide, Parallel)


class Endless(NamedTuple):
    """The rings of a scope that are endless: by chance, and because nothing is done in them."""

    scope: Scope
    never_left: list[set[str]]
    at_once: list[set[str]]


def endless(resolved: Resolved) -> list[Endless]:
    """The scopes that have endless rings, worked out once."""
    found: list[Endless] | None = resolved.memo.get("endless")
    if found is None:
        every = (_endless(scope, resolved.spec) for scope in scopes(resolved))
        found = resolved.memo["endless"] = [one for one in every if one.never_left or one.at_once]
    return found


def finite(resolved: Resolved) -> set[str]:
    """The processes of which lengths and loads can be told: every name resolved, no dead end, no endless ring."""
    found: set[str] | None = resolved.memo.get("finite")
    if found is None:
        every = scopes(resolved)
        found = {scope.process.name for scope in every}
        found -= {scope.process.name for scope in every if len(scope.ending()) < len(scope.steps)}
        found -= {one.scope.process.name for one in endless(resolved)}
        resolved.memo["finite"] = found
    return found


def _endless(scope: Scope, spec: Spec) -> Endless:
    never: list[set[str]] = []
    if _may_be_endless(scope, spec):
        never = [ring for ring in rings(scope.steps, scope.ways) if _is_endless(scope, ring, spec)]
    return Endless(scope, never, _at_once(scope))


def _may_be_endless(scope: Scope, spec: Spec) -> bool:
    """Whether some step comes to no end by ways that have a chance; the rings are looked for only then."""
    ways = dict(scope.ways)
    unlikely = False
    for name, step in scope.steps.items():
        if not likely(step, spec):
            unlikely = True
            ways[name] = tuple(to for to, chance in _chances(scope, name, spec) if chance)
    return unlikely and len(scope.ending(ways)) < len(scope.steps)


def _at_once(scope: Scope) -> list[set[str]]:
    """The rings of steps that take no time."""
    steps = scope.steps
    quick = [name for name, step in steps.items() if step.__class__ in _QUICK and not lasting(step)]
    inside = set(quick)
    if not any(to in inside for name in quick for to in scope.ways[name]):
        return []
    return rings(quick, scope.ways)


def _is_endless(scope: Scope, ring: set[str], spec: Spec) -> bool:
    """Whether the ring has ways out and none of them is ever taken. Without any it is a dead end."""
    leaves = False
    for name in ring:
        if name in scope.unrouted:
            return False
        for to, chance in _chances(scope, name, spec):
            if to not in ring:
                if chance:
                    return False
                leaves = True
    return leaves


def _chances(scope: Scope, name: str, spec: Spec) -> list[tuple[str, int]]:
    step = scope.steps[name]
    if isinstance(step, Parallel):
        return [(to, 1) for to in scope.ways[name]]
    shares = chances(step, spec)
    return [(way.to.name, shares[outcome]) for outcome, way in outcomes_of(step).items() if way.to]
