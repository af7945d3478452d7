"""`crmdsl fmt SPEC`: a spec in the one form that all specs have."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmdsl.cli.options import Settings, common, formats, spec_argument

if TYPE_CHECKING:
    from crmdsl.diagnostics import Diagnostic
    from crmdsl.editing.files import Change
    from crmdsl.editing.formatter import Formatted

STDIN = "<stdin>"


@click.command("fmt")
@spec_argument
@click.option("--check", "compare", is_flag=True, help="Write nothing; fail and list the files that would change.")
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; show what would change as a unified diff.")
@formats("text", "json")
@common
def command(spec: Path, compare: bool, show_diff: bool, form: str, settings: Settings) -> int:
    """Format SPEC, a folder or one file, in place; `-` formats standard input to standard output.

    Comments, order and line breaks stay; indentation, blanks, quotes, amounts and conditions take one form, and
    what the spec means never changes. A file that is no sound YAML is left as it is, and the exit code is 1.
    """
    from crmdsl.cli.answers import answer, give
    from crmdsl.diagnostics import Message
    from crmdsl.editing.files import diff

    texts, results, changes = from_stdin() if str(spec) == "-" else from_disk(spec, write=not (compare or show_diff))
    diagnostics = [diagnostic for result in results.values() for diagnostic in result.diagnostics]
    if form == "json":
        data = as_data(changes, diagnostics, settings)
        if show_diff:
            data["diff"] = diff(changes)
        answer(data)
    elif show_diff:
        give(diff(changes))
    elif compare or str(spec) != "-":
        give("".join(f"{spec / change.path if spec.is_dir() else spec}\n" for change in changes))
    else:
        give("".join(result.text or "" for result in results.values()))
    if form == "text":
        tell_faults(spec, texts, diagnostics, settings)
    if compare or show_diff:
        told = Message("{spec}: files that would change: {changed} of {count}", spec=spec, changed=len(changes),
                       count=len(results))  # fmt: skip
    else:
        told = Message("{spec}: files changed: {changed} of {count}", spec=spec, changed=len(changes),
                       count=len(results))  # fmt: skip
    settings.say(told)
    return exit_code(results, failed=bool(diagnostics) or (compare and bool(changes)), settings=settings)


Work = tuple[dict[str, bytes], dict[str, "Formatted"], list["Change"]]
"""The bytes of the files, what formatting them came to, and their changes."""


def from_disk(spec: Path, *, write: bool) -> Work:
    """Format the files of a spec."""
    from crmdsl.cli.writing import rewrite
    from crmdsl.editing.files import format_all
    from crmdsl.syntax.loader import find

    found = find(spec)
    done = list(format_all(found.entries))
    changes = [change for _, _, change in done if change]
    if write and changes:
        rewrite(found.folder, {change.place: change.after for change in changes})
    texts = {entry.path: entry.data for entry in found.entries if isinstance(entry.data, bytes)}
    return texts, {path: result for path, result, _ in done}, changes


def from_stdin() -> Work:
    """Format what comes in."""
    from crmdsl.editing.files import format_all
    from crmdsl.syntax.loader import Entry

    data = sys.stdin.buffer.read()
    [(path, result, change)] = format_all([Entry(STDIN, data, Path(STDIN))])
    return {path: data}, {path: result}, [change] if change else []


def as_data(changes: list[Change], diagnostics: list[Diagnostic], settings: Settings) -> dict[str, Any]:
    """The answer as JSON has it; the text itself where it came in by standard input."""
    from crmdsl.diagnostics.render.json import diagnostic_data

    data: dict[str, Any] = {
        "changed": [change.path for change in changes],
        "diagnostics": [diagnostic_data(diagnostic, settings.translate) for diagnostic in diagnostics],
    }
    if [change.path for change in changes] == [STDIN]:
        data["text"] = changes[0].after.decode()
    return data


def tell_faults(spec: Path, texts: Mapping[str, bytes], found: list[Diagnostic], settings: Settings) -> None:
    """Tell why files could not be formatted."""
    from crmdsl.diagnostics.render import Report, text
    from crmdsl.syntax.nodes import Source

    sources = {path: Source(path, data.decode("utf-8", "replace")) for path, data in texts.items()}
    if found:
        report = Report(str(spec), found, sources)
        click.echo(text.render(report, translate=settings.translate), err=True)


def exit_code(results: Mapping[str, Formatted], *, failed: bool, settings: Settings) -> int:
    """The exit code, with a word on files that are left as they are."""
    from crmdsl.cli.process import FAILED, FINE, OURS
    from crmdsl.diagnostics import Message

    for path, result in results.items():
        if result.unsupported:
            settings.say(Message("{path}: left as it is, for a key that is marked with `?`", path=path))
        elif result.spoilt:
            what = Message("formatting `{path}` would change what it means, so it stays as it is", path=path)
            sorry = Message("sorry, this is a fault of crmdsl and not of your spec: {what}", what=what)
            click.echo(sorry.text(settings.translate), err=True)
    if any(result.spoilt for result in results.values()):
        return OURS
    return FAILED if failed else FINE
