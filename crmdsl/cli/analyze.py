"""`crmdsl analyze SPEC`: where it gets stuck, from the model alone."""

from __future__ import annotations

from pathlib import Path

import click

from crmdsl.cli.options import Settings, common, formats, spec_argument


@click.command("analyze")
@spec_argument
@formats("text", "json")
@click.option("--all", "every", is_flag=True, help="Tell everything, not only what comes first.")
@common
def command(spec: Path, form: str, every: bool, settings: Settings) -> int:
    """Tell from the model of SPEC alone where its cases wait: load, waits, lead times, costs, and what relief is worth.

    A role that is overloaded, or any other error that `allow` can silence, is no obstacle: its queue is told to grow.
    The exit code is 1 if the spec has errors of another kind.
    """
    from crmdsl.api import analyze, check
    from crmdsl.cli.answers import answer, give, show

    found = check(spec)
    report = analyze(found)
    if report is None:
        show(found, spec, form, settings)
        return 1
    if form == "json":
        from crmdsl.report.performance.data import as_data

        answer(as_data(*report, found.spec.name))
    else:
        from crmdsl.report.performance.text import render

        title = found.spec.company.title if found.spec.company else found.spec.name
        give(render(*report, title, settings.translate, every=every))
    return 0
