"""The first page: what whoever runs the company wants to know, in a sentence and a few figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.analysis.performance.figures import ProcessFigures, RoleFigures, WaitFigures
from crmdsl.diagnostics import Message
from crmdsl.report.company.figures import Known
from crmdsl.report.company.people import growth
from crmdsl.report.company.places import Place, Places
from crmdsl.report.company.processes import kept_sentence
from crmdsl.report.company.reliefs import ReliefView
from crmdsl.report.company.speech import Figure, Speech

_NOTICED = 2 / 60
"""Hours under which nobody notices a wait."""


@dataclass(frozen=True, slots=True)
class Key:
    """A figure that matters: what it is, the figure, what there is to say of it, and where more is told."""

    key: str
    title: str
    figure: str
    clock: str
    note: str
    link: str
    heat: int = -1


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the time of a case: `work`, `waiting` for our people, or `outside`; its share of the whole."""

    kind: str
    title: str
    time: Figure
    share: Figure


@dataclass(frozen=True, slots=True)
class Headline:
    """What is said first. `waits_at` is where the customers of the company wait longest for its people.

    `split` are the parts of the time of a case of the main process that succeeds.
    """

    claim: str
    sentences: tuple[str, ...]
    keys: tuple[Key, ...]
    split: tuple[Part, ...]
    waits_at: Place | None
    main_process: str
    main_title: str


def headline(known: Known, reliefs: tuple[ReliefView, ...], places: Places, speech: Speech) -> Headline:
    """The first page of a company whose figures are known."""
    return _Headline(known, reliefs, places, speech).made()


def main_process(known: Known, places: Places) -> ProcessFigures | None:
    """The process that most of the money goes through: one that cases reach from outside, rather a primary one."""

    def weight(one: ProcessFigures) -> tuple[bool, bool, bool, float]:
        primary = places.spec.processes[one.process].porter_class in ("primary", None)
        return one.outside > 0, primary, one.promise is not None, one.cases * max(one.cost.case, one.touch, 1e-9)

    return max(known.found.processes, key=weight, default=None)


class _Headline:
    """Works out the first page."""

    def __init__(self, known: Known, reliefs: tuple[ReliefView, ...], places: Places, speech: Speech) -> None:
        self.known, self.reliefs, self.places, self.speech = known, reliefs, places, speech
        self.main = main_process(known, places)
        self.over = [one for one in known.found.roles if not one.waiting.queue.stable]
        self.worst = self._worst()

    def made(self) -> Headline:
        """All of it."""
        place = self.places.of(self.worst[1].place) if self.worst else None
        return Headline(
            self._claim(), tuple(self._sentences()), tuple(self._keys()), tuple(self._split()), place,
            self.main.process if self.main else "",
            self.places.process(self.main.process) if self.main else "",
        )  # fmt: skip

    def _worst(self) -> tuple[ProcessFigures, WaitFigures] | None:
        """The place at which cases wait longest for our people, all of a week together."""
        alone = self.known.alone()
        found = [
            (one, wait)
            for one in self.known.found.processes
            for wait in one.waits
            if wait.role and alone[one.process] > 0 and wait.hours > _NOTICED
        ]
        return max(
            found,
            key=lambda pair: alone[pair[0].process] * pair[0].profile.success * pair[1].hours,
            default=None,
        )

    def _claim(self) -> str:
        say = self.speech.say
        if self.main is None:
            return say(Message("No process can be reckoned yet"))
        if not any(one.cases for one in self.known.found.processes):
            return say(Message("Nothing says yet how much work comes in"))
        if self.over:
            roles = ", ".join(self.places.role(one.role) for one in self.over[:3])
            return say(Message("More work comes in than is done: {roles}", roles=roles))
        if self.worst is None:
            return say(Message("Nobody waits long inside the company"))
        return say(Message("The customer waits at “{step}”", step=self.places.of(self.worst[1].place).title))

    def _sentences(self) -> Iterator[str]:
        say, main = self.speech.say, self.main
        if main is None:
            return
        title = self.places.process(main.process)
        if main.cases:
            yield say(
                Message("“{process}”: about {number} cases a week, of 100 of which {success} succeed.", process=title,
                        number=self.speech.count(main.cases).text, success=round(main.profile.success * 100))
            )  # fmt: skip
        if main.lead.mean and not main.lead.endless:
            time = self.speech.time(main.lead.mean).whole
            yield say(Message("A case that succeeds takes {time} from start to end.", time=time))
            if main.promise is not None and main.kept is not None:
                yield kept_sentence(main.kept, self.speech.promised(main.promise), self.speech)
        yield from self._waiting()
        yield from self._relief()
        yield from self._person()

    def _waiting(self) -> Iterator[str]:
        """For whom cases wait, inside and outside."""
        say, main = self.speech.say, self.main
        for role in self.over[:3]:
            yield f"{self.places.role(role.role)}: {growth(role, self.speech)}"
        if self.worst is not None and not self.over:
            one, wait = self.worst
            yield say(
                Message("Inside the company the customer waits longest at “{step}”, for {role}: {time} a "
                        "case (“{process}”).", step=self.places.of(wait.place).title, role=self.places.role(wait.role),
                        time=self.speech.time(wait.hours).whole, process=self.places.process(one.process))
            )  # fmt: skip
        outside = max((w for w in main.waits if not w.role), key=lambda w: w.hours, default=None) if main else None
        if outside is not None and math.isfinite(outside.hours) and main and outside.hours > 0.2 * main.lead.mean:
            most = outside.hours > main.lead.mean / 2
            said = Message("Most of the time goes by with others: {time} at “{step}”.") if most else Message(
                "A part of the time goes by with others: {time} at “{step}”.")  # fmt: skip
            time, step = self.speech.time(outside.hours).whole, self.places.of(outside.place).title
            yield say(said.having(time=time, step=step))

    def _relief(self) -> Iterator[str]:
        """What to do first."""
        best = self.reliefs[0] if self.reliefs else None
        if best is None:
            return
        if best.ends_growth:
            yield self.speech.say(
                Message("What helps first: {relief}. The queue stops growing, and a wait of {wait} is left.",
                        relief=best.title, wait=best.wait_after.whole)
            )  # fmt: skip
            return
        before, after = best.wait_before.value, best.wait_after.value
        if before is None or after is None or before - after < _NOTICED:
            yield self.speech.say(
                Message("What helps first: {relief}. The cases of a year together win {days}.",
                        relief=best.title, days=best.days.whole)
            )  # fmt: skip
            return
        yield self.speech.say(
            Message("What helps first: {relief}. The wait falls from {before} to {after}, and the cases of a year "
                    "together win {days}.", relief=best.title, before=best.wait_before.whole,
                    after=best.wait_after.whole, days=best.days.whole)
        )  # fmt: skip

    def _person(self) -> Iterator[str]:
        """What one person more wins at most, where something else helps first."""
        if not self.reliefs or self.reliefs[0].kind == "person":
            return
        best = next((one for one in self.reliefs if one.kind == "person"), None)
        if best is not None:
            yield self.speech.say(
                Message("What one person more wins at most: {relief}, {days} in a year.", relief=best.title,
                        days=best.days.whole)
            )  # fmt: skip

    def _split(self) -> Iterator[Part]:
        """Where the time of a case goes."""
        main = self.main
        if main is None or main.lead.endless or not main.lead.mean:
            return
        parts = {
            "outside": (Message("with others, outside"), sum(wait.hours for wait in main.waits if not wait.role)),
            "waiting": (Message("waiting for our people"), sum(wait.hours for wait in main.waits if wait.role)),
            "work": (Message("being worked on"), main.touch),
        }
        whole = sum(hours for _, hours in parts.values())
        for kind, (title, hours) in parts.items():
            if hours > 0:
                share = self.speech.share(hours / whole)
                yield Part(kind, self.speech.say(title), self.speech.time(hours), share)

    # the figures

    def _keys(self) -> Iterator[Key]:
        main = self.main
        if main is None:
            return
        yield from self._time(main)
        yield self._cost(main)
        if self.worst is not None:
            yield self._wait(*self.worst)
        if self.known.found.roles:
            yield self._busiest(self.known.found.roles[0])
        if self.reliefs:
            yield self._first(self.reliefs[0])
        yield from self._outside(main)

    def _time(self, main: ProcessFigures) -> Iterator[Key]:
        heading = self.speech.say(Message("How long it takes: “{process}”", process=self.places.process(main.process)))
        figure = self.speech.time(main.lead.mean)
        if not main.lead.mean:
            return
        note = ""
        if main.promise is not None:
            promised = self.speech.promised(main.promise)
            note = self.speech.say(Message("Promised: {time}.", time=promised.whole))
            if main.kept is not None and not main.lead.endless:
                share = self.speech.share(main.kept).text
                note = self.speech.say(Message("Promised: {time}. Kept: {share}.", time=promised.whole, share=share))
        yield Key("lead", heading, figure.text, figure.clock, note, f"#process-{main.process}")

    def _cost(self, main: ProcessFigures) -> Key:
        again = self.speech.money(main.cost.rework)
        said = Message("Hours of people and costs of steps.")
        if again.value:
            said = Message("Of which for work that is done again: {money}.", money=again.text)
        title = self.speech.say(Message("What a case costs: “{process}”", process=self.places.process(main.process)))
        cost = self.speech.money(main.cost.case).text
        return Key("cost", title, cost, "", self.speech.say(said), f"#process-{main.process}")

    def _wait(self, process: ProcessFigures, wait: WaitFigures) -> Key:
        place, figure = self.places.of(wait.place), self.speech.time(wait.hours)
        note = self.speech.say(Message("“{step}”, for {role}", step=place.title, role=self.places.role(wait.role)))
        link = f"#{place.map}" if place.map else f"#process-{process.process}"
        return Key("wait", self.speech.say(Message("Where the customer waits for us")), figure.text, figure.clock, note,
                   link)  # fmt: skip

    def _busiest(self, role: RoleFigures) -> Key:
        note = growth(role, self.speech) or self.places.role(role.role)
        if growth(role, self.speech):
            note = f"{self.places.role(role.role)}. {note}"
        return Key("load", self.speech.say(Message("Who is busiest")), self.speech.share(role.load.utilisation).text,
                   "", note, "#people")  # fmt: skip

    def _first(self, best: ReliefView) -> Key:
        if best.ends_growth:
            note = self.speech.say(Message("The queue of {role} stops growing.", role=best.role_title))
            return Key("relief", self.speech.say(Message("The first relief")), best.title, "", note, "#reliefs")
        money = best.money.value or 0.0
        rough = self.speech.money(abs(money) * 10 ** self._decimals(), rough=True).text
        said = (
            Message("A year: {days} of lead time, costs about {money}.", days=best.days.whole, money=rough)
            if money < 0
            else Message("A year: {days} of lead time, saves about {money}.", days=best.days.whole, money=rough)
        )
        return Key("relief", self.speech.say(Message("The first relief")), best.title, "", self.speech.say(said),
                   "#reliefs")  # fmt: skip

    def _decimals(self) -> int:
        from crmdsl.model.currencies import DECIMALS

        return DECIMALS.get(self.speech.currency, 2)

    def _outside(self, main: ProcessFigures) -> Iterator[Key]:
        outside = max((wait for wait in main.waits if not wait.role), key=lambda wait: wait.hours, default=None)
        if outside is None or not main.lead.mean or main.lead.endless or outside.hours < 0.2 * main.lead.mean:
            return
        figure, place = self.speech.time(outside.hours), self.places.of(outside.place)
        link = f"#{place.map}" if place.map else f"#process-{main.process}"
        yield Key("outside", self.speech.say(Message("Where others keep us waiting")), figure.text, figure.clock,
                  place.title, link)  # fmt: skip
