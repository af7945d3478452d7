"""A simulation as text, for whoever sits with the people of the company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from crmdsl.analysis.simulation.observing import BATCHING, CUSTOMER, NOBODY_FREE, NOBODY_ON_DUTY, OUTSIDE, WORK
from crmdsl.analysis.simulation.study import Study
from crmdsl.diagnostics import Catalogue, Message
from crmdsl.diagnostics.message import Row
from crmdsl.diagnostics.numbers import Numeral
from crmdsl.ir.operations.week import NEVER, companys, weeks
from crmdsl.model.currencies import DECIMALS
from crmdsl.report.columns import Cell, count, hours, share, spread, table
from crmdsl.report.simulation.comparing import compared
from crmdsl.report.simulation.targets import Measured, measured

_MOST = 10
_LITTLE = 0.05 / 60
"""Hours under which a wait is not told."""


def render(
    plain: Study, others: Sequence[Study], title: str, translate: Catalogue | None = None, *, every: bool = False
) -> str:
    """The report as text in the language of a catalogue; `every` tells what is left out of long lists too."""
    most = None if every else _MOST
    teller = Teller(plain, translate, most)
    parts: list[Sequence[str]] = [[title, teller.about().text(translate)]]
    told = [*teller.parts(), *compared(plain, others, teller.time, translate), teller.how()]
    for heading, lines in told:
        if lines:
            parts.append([heading.text(translate), *(f"  {line}" for line in lines)])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


class Teller:
    """Tells a simulation."""

    def __init__(self, found: Study, translate: Catalogue | None, most: int | None) -> None:
        self.found = found
        self.spec = found.spec
        self.translate = translate
        self.most = most
        self.week = weeks(found.spec).get(companys(found.spec), NEVER)
        self.growing = {pool for (pool,) in found.named("grows")}

    def about(self) -> Message:
        """What was simulated."""
        settings, runs = self.found.settings, len(self.found.found.runs)
        begins = datetime.fromtimestamp(settings.start, UTC) + timedelta(settings.warm_up or 0)
        return Message.counted(
            "{days} days from {begins} after {warm} days of warm-up, {count} replication, seed {seed}",
            "{days} days from {begins} after {warm} days of warm-up, {count} replications, seed {seed}",
            count=runs, days=settings.days, begins=f"{begins:%Y-%m-%d}", warm=settings.warm_up or 0, seed=settings.seed,
        )  # fmt: skip

    def parts(self) -> Iterator[tuple[Message, list[str]]]:
        """Each part with its heading."""
        yield Message("key figures against their targets"), self._kpis()
        yield Message("processes, by the cases that succeed"), self._processes()
        yield Message("where the time of a case goes"), self._causes()
        yield Message("the backlog, in open hours from the start"), self._backlog()
        yield Message("people"), self._roles()
        yield Message("queues"), self._queues()
        yield Message("where cases wait for people, by visit"), self._waits()
        yield Message("time limits that are missed"), self._late()
        yield Message("where conditions overruled the chances"), self._overruled()

    # figures

    def time(self, hours_: float) -> Message:
        """A time in days of the company's calendar, in hours where it is short."""
        day = self.week.day / 60
        return Numeral(f"{hours_ / day:,.1f}d") if hours_ >= day else hours(hours_)

    def of(self, name: str, shown: object = None) -> Cell:
        """A figure with half its interval."""
        found = self.found.interval(name)
        if found is None:
            return ""
        show = {"time": self.time, "share": share, None: count}[shown]  # type: ignore[index]
        return spread(show, found.mean, found.half)

    def mean(self, name: str) -> float:
        """The mean of a figure, 0 where there is none."""
        found = self.found.interval(name)
        return found.mean if found else 0.0

    # parts

    def _kpis(self) -> list[str]:
        heads = [Message("figure"), Message("value"), Message("target"), Message("verdict")]
        found = list(self._worth_telling(measured(self.found)))
        rows: list[list[Cell]] = [
            [f"{one.name} {one.part}".strip(), self._value(one), one.target, _verdict(one)] for one in found
        ]
        wholes = {one.name: one for one in reversed(found)}
        return [*(table(heads, rows, self.translate) if rows else []), *self._notes(reversed(wholes.values()))]

    def _worth_telling(self, every: list[Measured]) -> Iterator[Measured]:
        """The figures without the last parts of those that are split into many."""
        parts: Counter[str] = Counter()
        for one in every:
            parts[one.name] += 1
            if one.hollow and one.part:
                continue
            if self.most is None or parts[one.name] <= self.most + 1:
                yield one

    def _notes(self, wholes: Iterable[Measured]) -> Iterator[str]:
        """Why there is no figure, or none to rely on."""
        for one in wholes:
            if one.why is not None:
                yield f"`{one.name}`: {one.why.text(self.translate)}"
            elif one.assumed:
                fields = Row([Message("`{field}` ({share} of cases)", field=field, share=share(often))
                              for field, often in one.assumed], ", ")  # fmt: skip
                note = Message("`{name}` is no forecast: nothing says how often which value of {fields} comes, so that "
                               "they are drawn evenly", name=one.name, fields=fields)  # fmt: skip
                yield note.text(self.translate)
            elif self.spec.kpis[one.name].measure == "satisfaction" and one.kind == "number":
                note = Message("`{name}`: `feedback` says how many scores are under `below`; they are taken as the one "
                               "just under it, all others as the best", name=one.name)  # fmt: skip
                yield note.text(self.translate)

    def _value(self, one: Measured) -> Cell:
        value = one.value
        if value is None or one.hollow:
            return "—"
        currency = self.spec.company.currency if self.spec.company else ""

        def money(amount: float) -> Message:
            return Numeral(f"{amount / 10 ** DECIMALS.get(currency, 2):,.2f} {currency}")

        show = {"time": self.time, "share": share, "money": money}.get(one.kind, count)
        return spread(show, value.mean, value.half)

    def _processes(self) -> list[str]:
        heads = [
            Message("process"), Message("cases a week"), Message("success"), Message("lead time"),
            Message("half within"), Message("9 of 10 within"), Message("19 of 20 within"), Message("promise kept"),
        ]  # fmt: skip
        rows: list[list[Cell]] = []
        for name, process in self.spec.processes.items():
            if self.found.interval(f"started/{name}") or self.found.interval(f"ended/{name}"):
                leads = [self.of(f"lead/{name}/{key}", "time") for key in ("mean", "p50", "p90", "p95")]
                kept = self.of(f"kept/{name}", "share") if process.promise else ""
                rows.append([name, self.of(f"started/{name}"), self.of(f"success/{name}", "share"), *leads, kept])
        return table(heads, rows, self.translate) if rows else []

    def _causes(self) -> list[str]:
        heads = [
            Message("process"), Message("work"), Message("nobody free"), Message("nobody on duty"),
            Message("customers"), Message("an outside event"), Message("other branches"),
        ]  # fmt: skip
        rows: list[list[Cell]] = []
        for name in self.spec.processes:
            if self.found.interval(f"lead/{name}/mean"):
                keys = (WORK, NOBODY_FREE, NOBODY_ON_DUTY, CUSTOMER, OUTSIDE, BATCHING)
                rows.append([name, *(self.of(f"cause/{name}/{key}", "time") for key in keys)])
        return table(heads, rows, self.translate) if rows else []

    def _backlog(self) -> list[str]:
        heads = [
            Message("step"), Message("cases"), Message("leave it after"), Message("the last after"),
            Message("still there at the end"),
        ]  # fmt: skip
        rows: list[list[Cell]] = []
        for name, cases in self.found.settings.backlog.items():
            if self.found.interval(f"backlog/{name}/still"):
                left, last = (self.of(f"backlog/{name}/{key}", "time") for key in ("left", "last"))
                rows.append([name, count(float(cases)), left, last or "—", self.of(f"backlog/{name}/still")])
        return table(heads, rows, self.translate) if rows else []

    def _roles(self) -> list[str]:
        heads = [
            Message("role"), Message("load"), Message("work a week"), Message("nobody free"), Message("nobody on duty")
        ]  # fmt: skip
        rows: list[list[Cell]] = []
        for (role,) in sorted(self.found.named("utilisation"), key=lambda one: -self.mean(f"utilisation/{one[0]}")):
            endless = self._endless(role)
            rows.append([
                role, self.of(f"utilisation/{role}", "share"), hours(self.mean(f"worked/{role}")),
                Message("without end") if endless else self.of(f"busy/{role}", "time"), self.of(f"off/{role}", "time"),
            ])  # fmt: skip
        return table(heads, rows, self.translate) if rows else []

    def _endless(self, role: str) -> bool:
        """Whether a queue of a role grows, so that there is no finite wait for it."""
        return any(role in pool.split("|") for pool in self.growing)

    def _queues(self) -> list[str]:
        lines = []
        begins = datetime.fromtimestamp(self.found.settings.start, UTC) + timedelta(self.found.settings.warm_up or 0)
        pools = sorted(self.found.named("queue"), key=lambda one: -self.mean(f"queue/{one[0]}"))
        for (pool,) in pools[: self.most]:
            who = pool.replace("|", ", ") or "—"
            if pool in self.growing:
                since = begins + timedelta(hours=self.mean(f"grows/{pool}"))
                at_last = count(self.mean(f"left/{pool}"))
                said = Message("`{who}`: grows since {since}, {count} are waiting at the end",
                               who=who, since=f"{since:%Y-%m-%d}", count=at_last)  # fmt: skip
            elif self.mean(f"queue/{pool}") < 0.005:
                continue
            else:
                mean, highest = Numeral(f"{self.mean(f'queue/{pool}'):,.2f}"), count(self.mean(f"most/{pool}"))
                said = Message("`{who}`: {mean} waiting on average, {most} at most", who=who, mean=mean, most=highest)
            lines.append(said.text(self.translate))
        return lines

    def _waits(self) -> list[str]:
        waits = [
            (self.mean(f"wait/{place}/{role}/{NOBODY_FREE}") + self.mean(f"wait/{place}/{role}/{NOBODY_ON_DUTY}"),
             place, role)
            for place, role in self.found.named("visits")
            if role
        ]  # fmt: skip
        heads = [
            Message("place"),
            Message("role"),
            Message("nobody free"),
            Message("nobody on duty"),
            Message("visits"),
        ]
        rows: list[list[Cell]] = [
            [
                place, role, Message("without end") if self._endless(role)
                else self.of(f"wait/{place}/{role}/{NOBODY_FREE}", "time"),
                self.of(f"wait/{place}/{role}/{NOBODY_ON_DUTY}", "time"), count(self.mean(f"visits/{place}/{role}")),
            ]
            for waited, place, role in sorted(waits, key=lambda one: -one[0])[: self.most]
            if waited >= _LITTLE
        ]  # fmt: skip
        return table(heads, rows, self.translate) if rows else []

    def _late(self) -> list[str]:
        late = sorted(self.found.named("late"), key=lambda one: -self.mean("/".join(("late", *one))))
        return [
            Message(
                "`{place}`: {kind}, {count} a week", place=place, kind=kind,
                count=count(self.mean(f"late/{place}/{kind}")),
            ).text(self.translate)
            for place, kind in late[: self.most]
        ]  # fmt: skip

    def _overruled(self) -> list[str]:
        found = []
        bent = sorted(self.found.named("bent"), key=lambda one: -self.mean("/".join(("bent", *one))))
        for place, drawn in bent[: self.most]:
            often = count(self.mean(f"bent/{place}/{drawn}"))
            found.append(
                Message("`{place}`: no facts fit `{drawn}`, {count} times", place=place, drawn=drawn, count=often)
                if drawn
                else Message("`{place}`: no facts fit that no level signs, {count} times", place=place, count=often)
            )
        for place, rule, *at in self.found.named("stuck")[: self.most]:
            often = count(self.mean("/".join(("stuck", place, rule, *at))))
            found.append(
                Message("`{place}`: {count} cases cannot go on, the machine refuses (`{rule}`, {at})",
                        place=place, count=often, rule=rule, at="/".join(at))
            )  # fmt: skip
        return [one.text(self.translate) for one in found]

    def how(self) -> tuple[Message, list[str]]:
        """How it was simulated, and what came in between."""
        return Message("how it is simulated"), [one.text(self.translate) for one in self._how()]

    def _how(self) -> Iterator[Message]:
        yield Message("cases run on the machines that `compile` writes; chances draw their ways, and facts that fit")
        yield Message("times are open hours of the company's calendar ({day} a day); ± is half the 95% interval",
                      day=hours(self.week.day / 60))  # fmt: skip
        yield Message("holidays, absences, deadlines and escalations act; who has half of his time takes twice as long")
        if self.found.settled >= 0:
            yield Message("the warm-up lasts until the number of cases has settled in a pilot run (MSER-5)")
        for pool in sorted(self.growing):
            yield Message("the queue of `{role}` grows: lead times over it are those of these days, and have no end",
                          role=pool.replace("|", ", "))  # fmt: skip
        if self.found.exhausted:
            yield Message("the events allowed were used up before the end: allow more with `--events`, or fewer days")
        if not self.found.named("started"):
            yield Message("nothing arrives: give a process `arrivals`, or a channel `volume` and `feeds`")
        if not self.week.open:
            yield Message("the company's calendar never opens: nothing arrives, and nobody works")
        if self.found.precision and not self.found.found.reached:
            yield Message("the precision asked for was not reached")


def _verdict(one: Measured) -> Cell:
    if one.assumed and one.value is not None:
        return Message("no forecast")
    if one.met is None:
        return ""
    if not one.sure:
        return Message("not sure")
    return Message("met") if one.met else Message("missed")
