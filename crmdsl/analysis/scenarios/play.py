"""Playing a scenario: the case as it is given, and what happens to it, act by act."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from typing import Any

from crmdsl.analysis.scenarios.machine import Machine, NoSuchPerson
from crmdsl.analysis.scenarios.refusals import Sentence
from crmdsl.analysis.scenarios.results import Act, Refused
from crmdsl.backends.python.kernel.calendar import OutOfYears
from crmdsl.diagnostics import Message
from crmdsl.model.quality import Action, Scenario

START = Message("start")
EFFECTS = {
    "emit": Message("emit {words}"), "notify": Message("notify {words}"), "set": Message("set {words}"),
    "open": Message("open {words}"), "remind": Message("remind {words}"), "escalate": Message("escalate {words}"),
}  # fmt: skip


class Stopped(Exception):
    """An act of `when` that could not be done: the scenario fails there."""

    def __init__(self, expected: Message, happened: Message) -> None:
        super().__init__(str(happened))
        self.expected = expected
        self.message = self.happened = happened


class Play:
    """A scenario while it runs: the case, the time, the trace and the events emitted."""

    def __init__(self, machine: Machine, scenario: Scenario) -> None:
        self.machine = machine
        self.scenario = scenario
        self.organisation = machine.organisation(scenario)
        clock = machine.clock
        self.now: int = clock.opening() if scenario.at is None else clock.instant(scenario.at)
        self.case: Any = None
        self.trace: list[Act] = []
        self.emitted: list[str] = []

    def begin(self) -> None:
        """Create the case. Raises `Stopped` where it cannot be."""
        creator = self.machine.creator(self.scenario, self.organisation)
        record = self.machine.record(self.scenario)
        name = creator.name if creator else ""
        if creator is not None:
            record = record.owned(name, name)
        start = self.machine.case_class(self.scenario).start
        case = start(None, self._at(), record, organisation=self.organisation)
        if not case:
            self._note(name, START, "", refused(case))
            raise Stopped(Message("the case starts"), Message("it is refused: {reason}", reason=refused(case).reason))
        self.case = case
        self._note(name, START, "")
        self._collect(case)

    def act(self, action: Action) -> None:
        """Do one action of `when`. Raises `Stopped` where it is refused."""
        if action.after is not None:
            self.let_pass(action)
        if action.do is None and action.event is None:
            return
        before = self.case.state
        possible = Message("{what} is possible", what=describe(action))
        try:
            after = self.attempt(action)
        except NoSuchPerson as missing:
            raise Stopped(possible, missing.message) from None
        by = self._name(action)
        if not after:
            self._note(by, happening(action), before, refused(after))
            raise Stopped(possible, Message("it is refused: {reason}", reason=refused(after).reason))
        self.case = after
        self._note(by, told(action), before)
        self._collect(after)

    def attempt(self, action: Action) -> Any:
        """What an action comes to now, a new case or a refusal; nothing else changes.

        Raises `NoSuchPerson`.
        """
        at = self._at()
        values = self.machine.values(self.case, action)
        event = event_of(action)
        more: dict[str, Any] = {}
        if action.reason is not None:
            more["reason"] = action.reason
        if action.score is not None:
            more["score"] = action.score
        if action.date is not None:
            more["date"] = self.machine.resolved.value(action.date)
        if action.to is not None:
            more["to"] = self.machine.person(self.organisation, action.to)
        if action.by is None:
            return self.case.receive(event, at=at, values=values)
        person = self.machine.person(self.organisation, action.by)
        return self.case.fire(event, by=person, at=at, values=values, **more)

    def let_pass(self, action: Action) -> None:
        """Time passes; what falls due meanwhile happens."""
        if action.after is None:
            return
        passes = Message("`{time}` pass", time=action.after)
        try:
            self.now = self.machine.clock.after(self.now, action.after)
        except OutOfYears:
            raise Stopped(passes, Message("the company's calendar ends before")) from None
        before = self.case.state
        case = self.case.advance(self._at())
        if not case:
            self._note("", passes, before, refused(case))
            raise Stopped(passes, Message("it is refused: {reason}", reason=refused(case).reason))
        self.case = case
        self._note("", passes, before)
        self._collect(case)

    def later(self, action: Action) -> Play:
        """A copy of this play in which the time before an action has passed."""
        other = copy(self)
        other.trace, other.emitted = [], []
        other.let_pass(action)
        return other

    def _at(self) -> datetime:
        return self.machine.clock.aware(self.now)

    def _name(self, action: Action) -> str:
        if action.by is None:
            return ""
        return str(self.machine.person(self.organisation, action.by).name)

    def _collect(self, case: Any) -> None:
        """Remember what the last act emitted."""
        self.emitted += [effect.event for effect in case.effects if type(effect).__name__ == "Emit"]

    def _note(self, by: str, what: Message, before: str, why_not: Refused | None = None) -> None:
        effects = () if why_not or self.case is None else tuple(map(_effect, self.case.effects))
        after = self.case.state if self.case is not None else ""
        self.trace.append(Act(self.machine.clock.local(self.now), by, what, before, after, effects, why_not))


def event_of(action: Action) -> str:
    """The event that an action fires."""
    event = action.do or action.event
    return event.name if event is not None else ""


def happening(action: Action) -> Message:
    """The event alone."""
    return Message("{event}", event=event_of(action))


def told(action: Action) -> Message:
    """The event with what is given along."""
    words = [word for word in ("to", "reason", "score") if getattr(action, word) is not None]
    values = [f"{word}: {getattr(action, word)}" for word in words]
    return (
        Message("{event} ({values})", event=event_of(action), values=", ".join(values)) if values else happening(action)
    )


def describe(action: Action) -> Message:
    """An action in a few words: "`approve` by `area_manager`"."""
    event, who, to = event_of(action), action.by, action.to
    if who and to:
        return Message("`{event}` to `{to}` by `{who}`", event=event, to=to, who=who)
    return Message("`{event}` by `{who}`", event=event, who=who) if who else Message("`{event}`", event=event)


def refused(refusal: Any) -> Refused:
    """A refusal of the machine as our own data."""
    return Refused(refusal.rule, refusal.place, Sentence(refusal.rule, refusal.message, refusal.detail))


def _effect(effect: Any) -> Message:
    """An effect in a few words: `emit order_confirmed`."""
    data = dict(effect.as_json())
    kind = str(data.pop("effect"))
    words = [
        ", ".join(value) if isinstance(value, list | tuple) else str(value)
        for value in data.values()
        if value not in (None, "", [], ()) and not isinstance(value, dict)
    ]
    return EFFECTS[kind].having(words=" ".join(words))
