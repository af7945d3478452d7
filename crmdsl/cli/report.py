"""`crmdsl report SPEC`: the company on a page, for those who run it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmdsl.cli.language import Wrong
from crmdsl.cli.options import Settings, common, formats, spec_argument
from crmdsl.diagnostics import Message

DAYS, WARM_UP, REPLICATIONS = 364, 91, 4
"""The days of a simulated year that count and those before it; how often it is simulated: enough for an interval."""

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.settings import Settings as Asked
    from crmdsl.analysis.simulation.study import Study
    from crmdsl.api import Checked
    from crmdsl.report.company.content import Content


@click.command("report")
@spec_argument
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file that the report is written into."
)
@click.option("--simulate", "simulated", is_flag=True, help="Let the company work for a year too, as `simulate` does.")
@formats("html", "json", "md")
@common
def command(spec: Path, out: Path | None, simulated: bool, form: str, settings: Settings) -> int:
    """Tell those who run the company of SPEC where it gets stuck, why, and what to do first, on one page.

    The page is one file that needs no network: figures, maps with the load on their steps, internal customers and
    suppliers, approval chains, access, and what was checked. Without --out it goes to standard output, or into a file
    named after SPEC where that is a terminal. The exit code is 1, and the diagnostics are all there is to read, if the
    spec has errors that leave no figures.
    """
    from crmdsl.api import check, report
    from crmdsl.cli.answers import give
    from crmdsl.cli.writing import write_file

    found = check(spec)
    study = _study(spec, settings) if simulated else None
    made = report(found, settings.language, pictures=form == "html", study=study)
    text = written(made, form)
    if out is None and form == "html" and sys.stdout.isatty():
        out = Path(f"{found.spec.name}.html")
    if out is None:
        give(text)
    else:
        write_file(out, text)
        settings.say(Message("{file}: the report of {company}", file=out, company=made.company))
    return 1 if made.refused else 0


def _study(spec: Path, settings: Settings) -> Study | None:
    """A year of the company, simulated; nothing if the spec has errors."""
    from crmdsl.analysis.simulation.study import TooLarge
    from crmdsl.api import simulate

    settings.say(Message("simulating a year: this takes a minute or two, more for a large company"))
    try:
        return simulate(spec, _year, replications=REPLICATIONS).plain
    except TooLarge as error:
        raise Wrong(error.message) from None


def _year(found: Checked) -> Asked:
    """The settings of a simulated year. Raises `Wrong` where the calendar ends before it."""
    from crmdsl.analysis._clock import Clock
    from crmdsl.analysis.simulation.settings import Settings as Asked

    clock = Clock(found.spec)
    first = clock.opening()
    low, high = clock.calendar.years
    if clock.local(first + (DAYS + WARM_UP) * 86_400).year > high:
        raise Wrong(Message("the calendar knows the years {low} to {high} only: give `years`, or fewer days",
                            low=low, high=high))  # fmt: skip
    return Asked(first, DAYS, WARM_UP)


def written(made: Content, form: str) -> str:
    """A report in a form."""
    if form == "json":
        from crmdsl.report.company.data import as_data

        return json.dumps(as_data(made), ensure_ascii=False, indent=2) + "\n"
    if form == "md":
        from crmdsl.report.company.markdown import as_markdown

        return as_markdown(made)
    from crmdsl.report.company.html import as_html

    return as_html(made)
