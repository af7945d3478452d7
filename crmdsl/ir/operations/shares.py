"""Which share of the visits goes which way: the chances of the language, as they stand or as they are implied."""

from __future__ import annotations

from crmdsl.model.chains import Approval, Handoff
from crmdsl.model.processes import ApprovalStep, HandoffStep, Step
from crmdsl.model.spec import Spec
from crmdsl.resolve.flow import given_chance, outcomes_of

_WHOLE = 10_000


def outcome_shares(step: Step, spec: Spec) -> dict[str, float]:
    """The share of the visits that leave a step by each outcome; they sum to 1.

    Outcomes without a chance share what is left; chances that do not make a whole are stretched to one.
    """
    outcomes = outcomes_of(step)
    if len(outcomes) == 1:
        return dict.fromkeys(outcomes, 1.0)
    if isinstance(step, ApprovalStep | HandoffStep):
        return _whole({name: given_chance(step, name, way, spec) for name, way in outcomes.items()})
    return _whole({name: way.chance for name, way in outcomes.items()})


def level_shares(chain: Approval) -> dict[str, float]:
    """The share of the cases in which each level of a chain is asked.

    Bands without a chance share the rest with `otherwise`; a level of a ladder is always asked unless it says.
    """
    if chain.mode == "ladder":
        return {name: (_WHOLE if one.chance is None else one.chance) / _WHOLE for name, one in chain.levels.items()}
    given: dict[str, int | None] = {name: one.chance for name, one in chain.levels.items()}
    if chain.otherwise:
        given[""] = None
    shares = _whole(given)
    shares.pop("", None)
    return shares


def deliveries(handoff: Handoff) -> float:
    """How often is delivered for a request that is taken up: once, and again after each reject; `inf` without end.

    After `rework_limit` rejects the next one ends it, so that there is one delivery more than that at most.
    """
    return delivered((handoff.rework or 0) / _WHOLE, handoff.rework_limit)


def delivered(again: float, limit: int | None) -> float:
    """How often is delivered where that share is rejected; `inf` without end."""
    if limit is None:
        return 1 / (1 - again) if again < 1 else float("inf")
    most = limit + 1
    return float(most) if again == 1 else (1 - again**most) / (1 - again)


def _whole(given: dict[str, int | None]) -> dict[str, float]:
    free = total = 0
    for chance in given.values():
        if chance is None:
            free += 1
        else:
            total += chance
    if free == len(given):
        return dict.fromkeys(given, 1 / free) if free else {}
    if free and total <= _WHOLE:
        rest = (_WHOLE - total) / free / _WHOLE
        return {name: rest if chance is None else chance / _WHOLE for name, chance in given.items()}
    rest = max(0, _WHOLE - total) / free if free else 0.0
    shares = {name: rest if chance is None else float(chance) for name, chance in given.items()}
    whole = sum(shares.values())
    if not whole:
        return dict.fromkeys(shares, 1 / len(shares)) if shares else {}
    return {name: share / whole for name, share in shares.items()}
