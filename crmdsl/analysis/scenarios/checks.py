"""Holding what happened against the `then` of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from crmdsl.analysis.scenarios.machine import NoSuchPerson
from crmdsl.analysis.scenarios.play import Play, Stopped, describe, refused
from crmdsl.analysis.scenarios.results import Check
from crmdsl.diagnostics import Message, quoted
from crmdsl.model.quality import Expectation
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

SEES = Message("`{who}` sees {words}")
MAY = Message("`{who}` may do {words}")
EMITTED = Message("emitted: {words}")


def checks(play: Play, then: Expectation) -> Iterator[Check]:
    """Everything that `then` says, in the order of the language's page."""
    if then.state:
        yield _state(play.case, then.state)
    yield from _fields(play, then.fields)
    yield from _refused(play, then)
    yield from _lists(play, then.visible_to, SEES, play.case.visible_to)
    yield from _lists(play, then.inbox, MAY, play.case.allowed)
    if then.emitted is not None:
        wanted = [event.name for event in then.emitted]
        yield Check(_said(EMITTED, wanted), _said(EMITTED, play.emitted), wanted == play.emitted)


def _state(case: Any, wanted: tuple[str, ...]) -> Check:
    """Each state named must be active, or have an active one inside."""
    active = case.states
    holds = all(any(state == name or state.startswith(f"{name}.") for state in active) for name in wanted)
    return Check(
        Message("state {states}", states=quoted(wanted)), Message("state {states}", states=quoted(active)), holds
    )


def _fields(play: Play, fields: Node | None) -> Iterator[Check]:
    """The values of fields, as shown: derived money rounded."""
    for path, node in _entries(fields):
        wanted = play.machine.expected(play.case.record, path, node)
        found = play.machine.found(play.case, path)
        yield Check(_value(path, wanted), _value(path, found), wanted == found)


def _refused(play: Play, then: Expectation) -> Iterator[Check]:
    """What must be refused, each tried on the case as it ended."""
    for action in then.refused:
        what = describe(action)
        wanted = Message("{what} is refused", what=what)
        try:
            answer = play.later(action).attempt(action)
        except (NoSuchPerson, Stopped) as missing:
            yield Check(wanted, missing.message, False)
            continue
        if answer:
            leads = Message("{what} is permitted and leads to `{state}`", what=what, state=answer.state)
            yield Check(wanted, leads, False)
        else:
            why = Message("{what} is refused: {reason}", what=what, reason=refused(answer).reason)
            yield Check(wanted, why, True)


def _lists(play: Play, lists: Node | None, verb: Message, ask: Any) -> Iterator[Check]:
    """Exact lists by role or person, in whatever order."""
    for who, node in _entries(lists):
        wanted = _words(node)
        try:
            found = list(ask(play.machine.person(play.organisation, who)))
        except NoSuchPerson as missing:
            yield Check(_said(verb, wanted, who), missing.message, False)
            continue
        yield Check(_said(verb, wanted, who), _said(verb, found, who), sorted(wanted) == sorted(found))


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Mapping):
        for name, (_, value) in node.entries.items():
            yield name, value


def _words(node: Node) -> list[str]:
    """A list of words, or one alone."""
    items = node.items if isinstance(node, Sequence) else [node]
    return [item.value for item in items if isinstance(item, Scalar) and item.value]


def _said(what: Message, words: Iterable[str], who: str = "") -> Message:
    """A sentence about some words, or about none."""
    return what.having(who=who, words=quoted(words) or Message("nothing"))


def _value(path: str, value: Any) -> Message:
    """What a field holds."""
    if value is None:
        return Message("`{name}` is unknown", name=path)
    return Message("`{name} = {value}`", name=path, value=str(value).lower() if isinstance(value, bool) else value)
