"""`crmdsl compile SPEC`: a spec becomes a Python package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmdsl.cli.language import Failed
from crmdsl.cli.options import Settings, common, formats, spec_argument
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.backends import GeneratedFile
    from crmdsl.ir.program import Program

FOLDER = click.Path(file_okay=False, path_type=Path)
DIFFERENCES = {
    "missing": Message("is missing"),
    "differs": Message("differs"),
    "no longer generated": Message("is no longer generated"),
    "not generated": Message("was not generated"),
}
"""What is said of a file that is not as it should be."""


@click.command("compile")
@spec_argument
@click.option(
    "--out", type=FOLDER, default=Path("generated"), show_default=True, help="Folder that the package is written into."
)
@click.option(
    "--templates",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of your own templates, which replace or add to ours.",
)
@click.option(
    "--check", "compare", is_flag=True, help="Write nothing; fail if the package is stale or was edited by hand."
)
@formats("text", "json")
@common
def command(spec: Path, out: Path, templates: Path | None, compare: bool, form: str, settings: Settings) -> int:
    """Generate the Python package of SPEC as OUT/NAME, named after the spec.

    A spec with errors generates nothing and leaves the package as it was; so does a failure half-way.
    """
    from crmdsl.api import check
    from crmdsl.cli.answers import answer, show
    from crmdsl.cli.writing import differences, write

    found = check(spec)
    if found.failed:
        show(found, spec, form, settings)
        return 1
    package = out / found.program.package
    texts = {file.path: file.text for file in emitted(found.program, templates, settings.language)}
    if compare:
        different = differences(package, texts)
        if form == "json":
            answer({"package": str(package), "different": [{"file": path, "what": what} for path, what in different]})
            return int(bool(different))
        for path, what in different:
            told = Message("{path}: {what}", path=package / path, what=DIFFERENCES[what])
            click.echo(told.text(settings.translate))
        if different:
            settings.say(Message("`{path}` is not what the spec says", path=package))
        else:
            settings.say(Message("`{path}` is up to date", path=package))
        return int(bool(different))
    changed = write(package, texts)
    if form == "json":
        answer({"package": str(package), "files": sorted(texts), "changed": changed})
    settings.say(
        Message.counted(
            "{package}: {count} file, {changed} changed", "{package}: {count} files, {changed} changed",
            count=len(texts), package=package, changed=len(changed),
        )
    )  # fmt: skip
    return 0


def emitted(program: Program, templates: Path | None, language: str | None) -> list[GeneratedFile]:
    """The files of the package and the tables of its chains, in `language`.

    A template of the user's that cannot be rendered is wrong usage.
    """
    from jinja2 import TemplateError, TemplateSyntaxError

    from crmdsl.api import emit, tables

    try:
        return [*tables(program, language), *emit(program, templates)]
    except TemplateError as error:
        if templates is None:
            raise
        place = f"{error.filename or error.name}:{error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
        raise Failed(Message("{place}{words}", place=place, words=error.message)) from error
