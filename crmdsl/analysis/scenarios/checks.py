"""Holding what happened against the `then` of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from crmdsl.analysis.scenarios.machine import NoSuchPerson
from crmdsl.analysis.scenarios.play import Play, Stopped, describe, refused
from crmdsl.analysis.scenarios.results import Check
from crmdsl.model.quality import Expectation
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence


def checks(play: Play, then: Expectation) -> Iterator[Check]:
    """Everything that `then` says, in the order of the language's page."""
    if then.state:
        yield _state(play.case, then.state)
    yield from _fields(play, then.fields)
    yield from _refused(play, then)
    yield from _lists(play, then.visible_to, "sees", play.case.visible_to)
    yield from _lists(play, then.inbox, "may do", play.case.allowed)
    if then.emitted is not None:
        wanted = [event.name for event in then.emitted]
        yield Check(f"emitted {_listed(wanted)}", f"emitted {_listed(play.emitted)}", wanted == play.emitted)


def _state(case: Any, wanted: tuple[str, ...]) -> Check:
    """Each state named must be active, or have an active one inside."""
    active = case.states
    holds = all(any(state == name or state.startswith(f"{name}.") for state in active) for name in wanted)
    return Check(f"state {' and '.join(wanted)}", f"state {' and '.join(active)}", holds)


def _fields(play: Play, fields: Node | None) -> Iterator[Check]:
    """The values of fields, as shown: derived money rounded."""
    for path, node in _entries(fields):
        wanted = play.machine.expected(play.case.record, path, node)
        found = play.machine.found(play.case.record, path)
        yield Check(f"{path} = {_shown(wanted)}", f"{path} = {_shown(found)}", wanted == found)


def _refused(play: Play, then: Expectation) -> Iterator[Check]:
    """What must be refused, each tried on the case as it ended."""
    for action in then.refused:
        what = describe(action)
        try:
            answer = play.later(action).attempt(action)
        except (NoSuchPerson, Stopped) as missing:
            yield Check(f"{what} refused", str(missing), False)
            continue
        if answer:
            yield Check(f"{what} refused", f"{what} is permitted and leads to {answer.state}", False)
        else:
            yield Check(f"{what} refused", f"{what} refused: {refused(answer)}", True)


def _lists(play: Play, lists: Node | None, verb: str, ask: Any) -> Iterator[Check]:
    """Exact lists by role or person, in whatever order."""
    for who, node in _entries(lists):
        wanted = _words(node)
        try:
            found = list(ask(play.machine.person(play.organisation, who)))
        except NoSuchPerson as missing:
            yield Check(f"{who} {verb} {_listed(wanted)}", str(missing), False)
            continue
        yield Check(
            f"{who} {verb} {_listed(wanted)}", f"{who} {verb} {_listed(found)}", sorted(wanted) == sorted(found)
        )


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Mapping):
        for name, (_, value) in node.entries.items():
            yield name, value


def _words(node: Node) -> list[str]:
    """A list of words, or one alone."""
    items = node.items if isinstance(node, Sequence) else [node]
    return [item.value for item in items if isinstance(item, Scalar) and item.value]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "nothing"


def _shown(value: Any) -> str:
    return "unknown" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
