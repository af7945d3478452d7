"""Runs one trace on both machines, and shortens one on which they differ."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.differential.comparison import differences
from tests.differential.generated import Generated
from tests.generators.traces import Trace, perform, start
from tests.reference.cases import Refusal, record_at
from tests.reference.checks import target_path
from tests.reference.interpreter import RefCase, Reference
from tests.reference.moves import Run
from tests.reference.openings import openings


@dataclass
class Difference:
    """Where in a trace the two differ (0 is the start), and in what."""

    step: int
    found: dict[str, Any]


def entity_of(case: RefCase, event: str) -> str:
    """The entity of the record that an event writes, for the types of the values given."""
    run = Run(case.reference.resolved, case.organisation, case.data)
    for opening in openings(run):
        if opening.event == event:
            record = record_at(case.data, target_path(opening))
            if record is not None:
                return str(record[""])
    return str(case.record[""])


Answers = list[RefCase | Refusal]


def compare(
    reference: Reference, generated: Generated, trace: Trace, seed: int = 0, answers: Answers | None = None
) -> Difference | None:  # fmt: skip
    """The first difference on a trace; `answers` are the reference's, where they are known."""
    random = Random(seed)
    mine = answers[0] if answers is not None else start(reference, trace["start"])
    theirs = generated.start(trace["start"])
    people = [name for name, _ in sorted(reference_people(reference).items())]
    found = differences(generated, mine, theirs, random.sample(people, min(2, len(people))))
    if found:
        return Difference(0, found)
    if not isinstance(mine, RefCase):
        return None
    case, other = mine, theirs
    for number, act in enumerate(trace["acts"], 1):
        given = act.get("values") or {}
        values = generated.values(entity_of(case, act.get("event", "")), given) if given else {}
        mine = answers[number] if answers is not None else perform(case, act)
        try:
            theirs = generated.perform(other, act, values)
            found = differences(generated, mine, theirs, [random.choice(people)])
            if not found and random.random() < 0.5:
                found = by_method(generated, other, act, values, theirs)
        except Exception as error:  # noqa: BLE001 - whatever the generated code raises is a difference
            return Difference(number, {"raised": (None, "".join(traceback.format_exception(error, limit=-3)))})
        if found:
            return Difference(number, found)
        if isinstance(mine, RefCase):
            case, other = mine, theirs
            if random.random() < 0.2:
                again = type(other).from_json(other.to_json(), organisation=generated.organisation)
                if again != other:
                    return Difference(number, {"json": (other.to_json(), again.to_json())})
                other = again
    return None


def by_method(
    generated: Generated, case: Any, act: dict[str, Any], values: dict[str, Any], fired: Any
) -> dict[str, Any]:  # fmt: skip
    """What differs between an event fired by name and by its own method."""
    typed = generated.by_method(case, act, values)
    if typed is None:
        return {}
    can, done = typed
    if bool(can) != bool(fired) or (not fired and content(can) != content(fired)):
        return {"can": (fired, can)}
    return {} if content(done) == content(fired) else {"method": (fired, done)}


def content(answer: Any) -> Any:
    """What an answer is but for the order in which several fields given are listed."""
    if not answer:
        return answer.rule
    return answer.states, answer.ended, answer.record, answer.effects, answer.deadlines(), len(answer.trail())


def reference_people(reference: Reference) -> dict[str, Any]:
    from tests.generators.traces import people_of

    return people_of(reference)


def shortened(reference: Reference, generated: Generated, trace: Trace, seed: int) -> Trace:
    """A trace without the acts that do not matter for its difference."""
    difference = compare(reference, generated, trace, seed)
    assert difference is not None
    aspects = set(difference.found)
    best = {**trace, "acts": trace["acts"][: difference.step]}
    number = len(best["acts"]) - 1
    while number >= 0:
        tried = {**best, "acts": best["acts"][:number] + best["acts"][number + 1 :]}
        try:
            again = compare(reference, generated, tried, seed)
        except Exception:  # noqa: BLE001
            again = None
        if again is not None and kinds(set(again.found)) & kinds(aspects):
            best = {**tried, "acts": tried["acts"][: again.step]}
            number = min(number, len(best["acts"]))
        number -= 1
    return best


def kinds(aspects: set[str]) -> set[str]:
    return {aspect.split()[0] for aspect in aspects}
