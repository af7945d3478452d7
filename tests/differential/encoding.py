"""Traces and what was expected of them as JSON, so that what was found once stays."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.generators.traces import Trace, perform, start
from tests.reference.cases import Refusal
from tests.reference.interpreter import RefCase, Reference


def encoded(value: Any) -> Any:
    """A value of a trace as JSON."""
    if isinstance(value, Fraction):
        return {"$number": str(value)}
    if isinstance(value, datetime):
        return {"$instant": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, dict):
        return {name: encoded(inner) for name, inner in value.items()}
    return [encoded(inner) for inner in value] if isinstance(value, list | tuple) else value


def decoded(value: Any) -> Any:
    """A value of a trace again."""
    if isinstance(value, dict):
        if "$number" in value:
            return Fraction(value["$number"])
        if "$instant" in value:
            return datetime.fromisoformat(value["$instant"])
        if "$date" in value:
            return date.fromisoformat(value["$date"])
        return {name: decoded(inner) for name, inner in value.items()}
    return [decoded(inner) for inner in value] if isinstance(value, list) else value


def told(answer: RefCase | Refusal) -> dict[str, Any]:
    """An answer of the reference as JSON."""
    if isinstance(answer, Refusal):
        return {"refused": answer.rule}
    return {
        "states": list(answer.states), "ended": answer.ended, "effects": encoded(answer.effects),
        "deadlines": [list(one) for one in answer.deadlines()],
        "allowed": {name: answer.allowed(name) for name in answer.organisation.people},
    }  # fmt: skip


def answers(reference: Reference, trace: Trace) -> list[dict[str, Any]]:
    """What the reference makes of a trace."""
    answer = start(reference, trace["start"])
    found = [told(answer)]
    case = answer if isinstance(answer, RefCase) else None
    for act in trace["acts"] if case is not None else []:
        assert case is not None
        answer = perform(case, act)
        found.append(told(answer))
        case = answer if isinstance(answer, RefCase) else case
    return found
