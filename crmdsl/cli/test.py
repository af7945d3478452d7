"""`crmdsl test SPEC`: the scenarios of a spec, run against its compiled machines."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crmdsl.cli.language import Wrong
from crmdsl.cli.options import Settings, common, formats, spec_argument


@click.command("test")
@spec_argument
@click.option("--only", multiple=True, metavar="NAME", help="Run this scenario; may be given more than once.")
@click.option("-v", "--verbose", is_flag=True, help="Show every act of the scenarios that pass too.")
@formats("text", "json", "junit")
@common
def command(spec: Path, only: tuple[str, ...], verbose: bool, form: str, settings: Settings) -> int:
    """Run the scenarios of SPEC against the package that `compile` would write.

    The exit code is 1 if one fails or the spec has errors.
    """
    from crmdsl.api import check, run_scenarios
    from crmdsl.cli.answers import answer, colour, give, meant, show
    from crmdsl.diagnostics import Message
    from crmdsl.diagnostics.render.json import diagnostic_data
    from crmdsl.report.scenarios import junit, text

    found = check(spec)
    for name in only:
        if name not in found.spec.scenarios and not found.failed:
            raise Wrong(meant(Message("no scenario `{name}`", name=name), name, found.spec.scenarios))
    if found.failed and form == "text":
        show(found, spec, form, settings)
        return 1
    tested = run_scenarios(found, only)
    if form == "json":
        answer({
            "scenarios": [result.as_json(settings.translate) for result in tested.results],
            "diagnostics": [diagnostic_data(d, settings.translate) for d in tested.diagnostics],
        })  # fmt: skip
    elif form == "junit":
        give(junit.render(found.spec.name, tested.results, tested.diagnostics, settings.translate))
    else:
        unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        give(text.render(tested.results, settings.translate, traces=verbose, unicode=unicode, colour=colour()))
        settings.say(Message("{spec}: {found}", spec=found.spec.name, found=text.summary(tested.results)))
    return int(tested.failed)
