"""`crmdsl diff OLD NEW`: what a change of a spec changes, and whom it can break."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crmdsl.cli.options import Settings, common, formats

if TYPE_CHECKING:
    from crmdsl.api import Checked, Compared

ANY = "any"


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--fail-on",
    type=click.Choice(["api", "cases", "deciders", "gain", "loss", ANY]),
    multiple=True,
    help="Leave with 1 if a change does this; may be given more than once.",
)
@formats("text", "json", "markdown")
@common
def command(old: str, new: str, fail_on: tuple[str, ...], form: str, settings: Settings) -> int:
    """Tell what is different between OLD and NEW, two specs, and whom that can break.

    Each is a folder or file, or REVISION:PATH of a git repository; a REVISION alone means the path of the other.

    Breaking changes are of three classes: api (the generated package), cases (cases that are running) and deciders
    (who decides). Changes of access are gain (somebody may do what he could not) or loss. The exit
    code is 0 whatever is different, unless --fail-on says otherwise, or a spec has errors.
    """
    from crmdsl.api import compare
    from crmdsl.cli.answers import answer, colour, give
    from crmdsl.diagnostics import Message
    from crmdsl.diagnostics.render.json import diagnostic_data
    from crmdsl.report.changes import data, pages
    from crmdsl.report.changes.speaker import Speaker

    found = compare(old, new)
    speaker = Speaker(found.before.spec, found.now.spec, settings.language, settings.translate)
    if form == "json":
        answer({
            "before": old, "now": new,
            "changes": data.as_data(found.changes, settings.translate, (found.before.spec, found.now.spec)),
            "counts": data.counts(found.changes),
            "diagnostics": {
                side: [diagnostic_data(one, settings.translate) for one in checked.errors]
                for side, checked in (("before", found.before), ("now", found.now))
            },
        })  # fmt: skip
    elif form == "markdown":
        give(pages.markdown(found.changes, speaker, f"{old} → {new}"))
    else:
        give(pages.text(found.changes, speaker, colour=colour()))
    faults(found, old, new, settings)
    settings.say(Message("{old} → {new}: {found}", old=old, new=new, found=pages.summary(found.changes)))
    return exit_code(found, fail_on)


def faults(found: Compared, old: str, new: str, settings: Settings) -> None:
    """Tell the errors of either side on standard error: what they concern is left out of the comparison."""
    from crmdsl.diagnostics import Message
    from crmdsl.diagnostics.render import Report, text

    sides: tuple[tuple[str, Checked], ...] = ((old, found.before), (new, found.now))
    for name, checked in sides:
        if checked.failed:
            shown = Report(checked.spec.name, checked.errors, checked.sources)
            click.echo(text.render(shown, translate=settings.translate), err=True, nl=False)
            settings.say(Message("`{spec}` has errors: what they concern is not compared", spec=name))


def exit_code(found: Compared, fail_on: tuple[str, ...]) -> int:
    """1 where a change is of a class that must not be, or a spec has errors."""
    classes = {one.value for change in found.changes for one in change.classed}
    wanted = set(fail_on)
    broken = bool(classes & wanted) or (ANY in wanted and bool(classes))
    return int(broken or found.before.failed or found.now.failed)
