"""`crmdsl validate SPEC`: every fault of a spec in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmdsl.cli.options import Settings, common, formats, spec_argument

if TYPE_CHECKING:
    from crmdsl.diagnostics import Diagnostic, Message


@click.command("validate")
@spec_argument
@formats("text", "json", "github", "sarif")
@click.option("--fix", is_flag=True, help="Make every repair that is certain, then report what remains.")
@click.option("--diff", "show_diff", is_flag=True, help="With --fix: write nothing, show the repairs as a diff.")
@click.option("--watch", is_flag=True, help="Validate again whenever a file of the spec changes; stop with Ctrl-C.")
@common
def command(spec: Path, form: str, fix: bool, show_diff: bool, watch: bool, settings: Settings) -> int:
    """Check SPEC, a folder or one file, and report every fault in one run.

    The exit code is 1 if there are errors; warnings alone are fine. With --fix it is that of what remains.
    """
    from crmdsl.cli.language import Wrong
    from crmdsl.diagnostics import Message

    if show_diff and not fix:
        raise Wrong(Message("`--diff` shows what `--fix` would do, and needs it"))
    if fix and watch:
        raise Wrong(Message("`--fix` and `--watch` do not go together"))
    if fix:
        return repair(spec, form, settings, write=not show_diff)
    if not watch:
        return validate(spec, form, settings)
    try:
        watched(spec, form, settings)
    except KeyboardInterrupt:
        click.echo(err=True)
    return 0


def watched(spec: Path, form: str, settings: Settings) -> None:
    """Check again and again, until Ctrl-C; a spec that cannot be read just now may be readable soon."""
    from crmdsl.api import UnreadableInput
    from crmdsl.cli.answers import in_words
    from crmdsl.cli.watching import changes
    from crmdsl.diagnostics import Message

    for _ in changes(spec):
        try:
            validate(spec, form, settings)
        except (UnreadableInput, OSError) as error:
            settings.say(Message("error: {reason}", reason=in_words(error)))
        settings.say(Message("watching `{spec}`, stop with Ctrl-C", spec=spec))


def validate(spec: Path, form: str, settings: Settings) -> int:
    """Check once; the exit code."""
    from crmdsl.api import check
    from crmdsl.cli.answers import show

    found = check(spec)
    show(found, spec, form, settings)
    return int(found.failed)


def repair(spec: Path, form: str, settings: Settings, *, write: bool) -> int:
    """Make the repairs that are certain, or show them; the exit code, which is that of what remains."""
    from crmdsl import api
    from crmdsl.cli.answers import answer, give, report, show
    from crmdsl.cli.writing import rewrite
    from crmdsl.diagnostics import Message
    from crmdsl.diagnostics.render.json import as_data, diagnostic_data
    from crmdsl.editing.files import diff

    found, fixed = api.fix(spec)
    if write and fixed.changes:
        root = spec.resolve()
        rewrite(root if root.is_dir() else root.parent, {change.place: change.after for change in fixed.changes})
    if form == "json":
        data = as_data(report(found, spec), translate=settings.translate)
        data["fixed"] = [diagnostic_data(one, settings.translate) for one in fixed.repaired]
        answer(data if write else data | {"diff": diff(fixed.changes)})
    elif form == "text" and not write:
        give(diff(fixed.changes))
    else:
        if form == "text":
            give("".join(f"fixed[{one.code}]: {told(one).text(settings.translate)}\n" for one in fixed.repaired))
        show(found, spec, form, settings)
    made = Message.counted("{count} repair made", "{count} repairs made", count=len(fixed.repaired))
    wanted = Message.counted("{count} repair to make", "{count} repairs to make", count=len(fixed.repaired))
    settings.say(made if write else wanted)
    return int(found.failed)


def told(repaired: Diagnostic) -> Message:
    """A repair on one line: where it was, and what was put there."""
    from crmdsl.diagnostics import Message

    text = repaired.fix.text if repaired.fix else ""
    if text.strip():
        return Message("{place}: `{text}`", place=repaired.span, text=text.strip())
    if text:
        return Message("{place}: indented with spaces", place=repaired.span)
    return Message("{place}: taken out", place=repaired.span)
