"""`crmdsl simulate SPEC`: a company at work, before anybody works there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmdsl.cli.language import Wrong
from crmdsl.cli.options import Settings, common, formats, spec_argument
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmdsl.analysis.simulation import settings as asked
    from crmdsl.api import Checked


@click.command("simulate")
@spec_argument
@click.option("--what-if", "what_if", multiple=True, metavar="PATH=VALUE",
              help="Compare with a change of a key of SPEC: `3`, `1..4` or `1,2`; may be repeated.")  # fmt: skip
@click.option("--days", default=364, show_default=True, help="Days of the calendar year that count.")
@click.option("--warm-up", type=int, help="Days before them that do not; else as many as it takes to settle.")
@click.option("--start", metavar="DATE", help="The first day; else the first opening of 2026.")
@click.option("--backlog", multiple=True, metavar="PROCESS[.STEP]=N",
              help="Cases that are there at the start: waiting to begin, or at a step; may be repeated.")  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="Another seed draws other chances.")
@click.option("--precision", default="5%", show_default=True, help="How precise mean lead times must be.")
@click.option("--replications", default=0, metavar="N", help="Exactly so many, whatever the precision.")
@click.option("--events", default=400_000, show_default=True, help="Events that a replication may have.")
@click.option("--log", type=click.Path(path_type=Path), help="Write the events of a replication: .jsonl or .csv.")
@click.option("--all", "every", is_flag=True, help="Tell everything, not only what comes first.")
@formats("text", "json")
@common
def command(
    spec: Path, what_if: tuple[str, ...], days: int, warm_up: int | None, start: str | None, backlog: tuple[str, ...],
    seed: int, precision: str, replications: int, events: int, log: Path | None, every: bool, form: str,
    settings: Settings,
) -> int:  # fmt: skip
    """Let the company of SPEC work for a year and tell where its cases wait, with intervals of 95%.

    Cases run on the machines that `compile` writes; people, calendars, deadlines and chances are those of SPEC. With
    --what-if the same customers come to a changed company, and the differences are told.
    """
    from crmdsl.analysis.simulation.changing import BadChange, grid
    from crmdsl.analysis.simulation.lying import NoWay
    from crmdsl.analysis.simulation.study import TooLarge
    from crmdsl.api import simulate
    from crmdsl.cli.answers import answer, give, show

    share = _share(precision)
    _positive(days=days, replications=replications + 1, events=events, warm_up=(warm_up or 0) + 1)
    bar = _Bar(settings)
    try:
        done = simulate(
            spec, _settings(days, warm_up, start, backlog, seed, events), what_if=grid(what_if), precision=share,
            replications=replications, progress=bar.moves, logged=_writer(log) if log is not None else None,
        )  # fmt: skip
    except (BadChange, NoWay, TooLarge) as error:
        raise Wrong(error.message) from None
    finally:
        bar.ends()
    if done.plain is None:
        if done.failed is not None:
            show(done.failed, spec, form, settings)
        return 1
    if form == "json":
        from crmdsl.report.simulation.data import as_data

        answer(as_data(done.plain, done.others, spec.resolve().stem, settings.translate))
    else:
        from crmdsl.report.simulation.text import render

        company = done.plain.spec.company
        title = company.title if company else spec.name
        give(render(done.plain, done.others, title, settings.translate, every=every))
    return 0


def _settings(
    days: int, warm_up: int | None, start: str | None, backlog: Sequence[str], seed: int, events: int
) -> Callable[[Checked], asked.Settings]:
    """What makes the settings of a sound spec. It raises `Wrong` for what does not fit it."""

    def settings(found: Checked) -> asked.Settings:
        from crmdsl.analysis._clock import Clock
        from crmdsl.analysis.simulation.settings import Settings
        from crmdsl.analysis.simulation.warming import PILOT
        from crmdsl.model.parse import parse_instant

        clock = Clock(found.spec)
        first = clock.opening()
        if start is not None:
            day = parse_instant(start)
            if day is None:
                raise Wrong(Message("`{text}` is no date: write `2026-01-07`", text=start))
            first = clock.instant(day)
        low, high = clock.calendar.years
        whole = days + (PILOT // 2 if warm_up is None else warm_up)
        year, last = clock.local(first).year, clock.local(first + whole * 86_400).year
        if year < low or last > high:
            raise Wrong(Message("the calendar knows the years {low} to {high} only: give `years`, or fewer days",
                                low=low, high=high))  # fmt: skip
        return Settings(first, days, warm_up, seed, events, _waiting(found, backlog))

    return settings


def _waiting(found: Checked, backlog: Sequence[str]) -> dict[str, int]:
    """How many cases are there at the start, by process or step. Raises `Wrong` for what no case can lie at."""
    from crmdsl.cli.answers import meant

    waiting: dict[str, int] = {}
    for one in backlog:
        name, _, number = one.partition("=")
        process, _, place = name.partition(".")
        machine = found.program.processes.get(process)
        if machine is None:
            raise Wrong(meant(Message("no process `{name}`", name=process), process, found.spec.processes))
        inside = [state for state in machine.states if state == place or state.startswith(place + ".")]
        if place and not inside:
            raise Wrong(meant(Message("no step `{name}` in `{process}`", name=place, process=process),
                              place, machine.states))  # fmt: skip
        if place and not any(machine.states[state].kind not in ("decide", "end") for state in inside):
            raise Wrong(Message("no case lies at `{name}`: it is passed at once, or the end", name=name))
        if not number.isdecimal() or len(number) > 6:
            raise Wrong(Message("`{text}` is no backlog: write `{name}=20`", text=one, name=name))
        waiting[name] = waiting.get(name, 0) + int(number)
    return waiting


def _writer(log: Path) -> Callable[[Iterator[dict[str, Any]]], None]:
    """What writes the log of the first replication."""
    from crmdsl.analysis.simulation.log import as_csv, as_lines
    from crmdsl.cli.writing import write_file

    form = as_csv if log.suffix == ".csv" else as_lines
    return lambda entries: write_file(log, "".join(form(entries)))


def _share(text: str) -> float:
    from crmdsl.model.parse import parse_percent

    found = parse_percent(text)
    if not found or found <= 0:
        raise Wrong(Message("`{text}` is no precision: write `5%`", text=text))
    return found / 10_000


def _positive(**numbers: int) -> None:
    for name, number in numbers.items():
        if number <= 0:
            raise Wrong(Message("`{option}` must not be so small", option="--" + name.replace("_", "-")))


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, settings: Settings) -> None:
        self.shown = sys.stderr.isatty() and not settings.quiet

    def moves(self, done: int, most: int) -> None:
        """So many replications are done, of so many at most."""
        if self.shown:
            filled = "█" * (30 * done // max(1, most))
            click.echo(f"\r{filled:░<30} {done}/{most}", nl=False, err=True)

    def ends(self) -> None:
        """Nothing follows."""
        if self.shown:
            click.echo("\r" + " " * 50 + "\r", nl=False, err=True)
