"""A difference in access as it is told: the region in words, and a request that is answered otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from crmdsl.analysis.changes.access.parties import Whose
from crmdsl.analysis.changes.access.question import Question, Standing
from crmdsl.analysis.changes.access.situations import NOWHERE, Situation
from crmdsl.analysis.changes.change import Extent, Request
from crmdsl.analysis.changes.extents import extents
from crmdsl.conditions.regions import Box, Somebody, TooManyCases
from crmdsl.conditions.regions.cases import Case, value_in
from crmdsl.conditions.regions.nodes import boxes_of, meet
from crmdsl.conditions.regions.relations import MISSING
from crmdsl.conditions.regions.space import instant
from crmdsl.conditions.regions.variables import Choice, Relation, Sum, Variable

AROUND = ("records", "case", "writers", "signers")
"""The variables that are no fields, in the order in which they are told."""


def region_of(question: Question, region: Box) -> tuple[Extent, ...]:
    """What a region says: of the record first, then of what is around it."""
    around = {one.index: one for one in question.variables if _is_around(one)}
    found = list(extents(question.space, {index: mask for index, mask in region.items() if index not in around}))
    told = [(one, region[index]) for index, one in around.items() if index in region]
    told.sort(key=lambda each: AROUND.index(each[0].name))
    return (*(extent for one, mask in told if (extent := _extent(one, mask)) is not None), *found)


def _is_around(one: Variable) -> bool:
    return one.name in AROUND and one.base == one.name


def _extent(one: Variable, mask: int) -> Extent | None:
    """The values of a variable that is no field, those left out where they are fewer."""
    assert isinstance(one, Choice)  # noqa: S101 - there is no other kind
    if mask & one.known == one.known:
        return None
    inside, outside = (
        list(dict.fromkeys(word for place, value in enumerate(one.values) if (mask >> place & 1) == wanted
                           for word in _words(value)))
        for wanted in (1, 0)
    )  # fmt: skip
    others = one.name == "case" and len(outside) < len(inside)
    return Extent(one.name, one.base, values=tuple(outside if others else inside), others=others)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Standing):
        yield value.label
    elif isinstance(value, Situation):
        if not value.states:
            yield ""
        yield from (f"{process}: {state}" for process, state in value.alike)
        if len(value.states) > 1:
            yield f"{value.process}: {' + '.join(value.states)}"
    else:
        yield str(value)


def request_of(
    question: Question, case: Case | None, role: str, person: str | None, field: str | None
) -> Request | None:
    """A request in a case; `None` where it hangs on something that could not be proven."""
    if case is None or _hangs(question, case):
        return None
    asking, variables = question.asking, question.variables
    found: dict[str, Any] = {
        variables[index].name: value for index, value in case.values.items() if _is_around(variables[index])
    }
    standing: Standing = found.get("records") or question.standings[0]
    situation: Situation = found.get("case") or NOWHERE
    named = {variables[index].name: value for index, value in case.values.items() if _plain(question, index)}
    requester, today = named.get("requester"), named.get("today")
    whose = standing.whose if "records" in found else Whose(None, None)
    return Request(
        person, role, asking.action, field, standing.label if "records" in found else "", *whose,
        situation.process, situation.states, requester.name if isinstance(requester, Somebody) else None,
        date.fromordinal(today) if isinstance(today, int) else None,
        {name: found[name] for name in ("writers", "signers") if name in found},
        {path: _value(one, value) for one, path, value in _fields(question, case)},
    )  # fmt: skip


def _fields(question: Question, case: Case) -> Iterator[tuple[Variable, tuple[str, ...], Any]]:
    """The fields of a case that have a value; of what it refers to also those that are always there."""
    known: set[tuple[str, ...]] = set()
    for one, path in sorted(question.space.fields, key=lambda each: len(each[1])):
        value = case.values.get(one.index)
        if value is None and path[:-1] in known and not question.may_miss(path):
            value = value_in(one, one.known)
        if value is not None and value is not MISSING:
            known.add(path)
            yield one, path, value


def _hangs(question: Question, case: Case) -> bool:
    """Whether a case asks for a comparison that nobody can test."""
    return any(isinstance(one := question.variables[index], Relation) and one.test is None for index in case.region)


def _plain(question: Question, index: int) -> bool:
    """Whether a variable is `requester` or `today`."""
    one = question.variables[index]
    fields = {variable.index for variable, _ in question.space.fields}
    return index not in fields and not isinstance(one, Sum | Relation) and not _is_around(one)


def _value(one: Variable, value: Any) -> Any:
    """A value as a record keeps it."""
    if one.base == "date":
        return date.fromordinal(value)
    if one.base == "instant":
        return instant(value)
    return value.name if isinstance(value, Somebody) else value


def meeting(question: Question, side: int, region: Box) -> Iterator[int]:
    """The rights of a side that open something of a region."""
    for number, node in question.parts[side]:
        try:
            boxes = boxes_of(node, question.variables)
        except TooManyCases:
            boxes = [{}]
        if any(meet(box, region) is not None for box in boxes):
            yield number
