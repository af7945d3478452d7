"""`crmdsl compile SPEC`: a spec becomes a Python package, or what another target runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmdsl.cli.language import Failed, Wrong
from crmdsl.cli.options import Settings, common, formats, spec_argument
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.api import Checked
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


MOST = 10
"""How many files that are not as they should be are told one by one."""


@click.command("compile")
@spec_argument
@click.option(
    "--out", type=FOLDER, default=Path("generated"), show_default=True, help="Folder that the package is written into."
)
@click.option(
    "--target",
    type=click.Choice(["python", "postgres", "cedar", "rego", "casbin"]),
    default="python",
    show_default=True,
    help="What to generate: the package; tables and row security of PostgreSQL; or the access policy for an engine. "
    "All but the package is written as OUT/NAME-TARGET.",
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
def command(
    spec: Path, out: Path, target: str, templates: Path | None, compare: bool, form: str, settings: Settings
) -> int:  # fmt: skip
    """Generate the Python package of SPEC as OUT/NAME, named after the spec.

    A spec with errors generates nothing and leaves the package as it was; so does a failure half-way.
    """
    from crmdsl.api import check
    from crmdsl.cli.answers import answer, show
    from crmdsl.cli.writing import write

    if templates is not None and target != "python":
        raise Wrong(Message("`--templates` is for the target `python`"))
    found = check(spec)
    files: list[GeneratedFile] = []
    if not found.failed and target != "python":
        found, files = of_target(target, found)
    elif not found.failed:
        files = emitted(found.program, templates, settings.language)
    if found.failed:
        show(found, spec, form, settings)
        return 1
    package = out / (found.program.package if target == "python" else f"{found.program.package}-{target}")
    texts = {file.path: file.text for file in files}
    if compare:
        return compared(package, texts, form, settings)
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


def compared(package: Path, texts: dict[str, str], form: str, settings: Settings) -> int:
    """Tell in what a folder is not what the spec says; the exit code."""
    from crmdsl.cli.answers import answer
    from crmdsl.cli.writing import differences

    different = differences(package, texts)
    if form == "json":
        answer({"package": str(package), "different": [{"file": path, "what": what} for path, what in different]})
        return int(bool(different))
    for path, what in different[:MOST]:
        told = Message("{path}: {what}", path=package / path, what=DIFFERENCES[what])
        click.echo(told.text(settings.translate))
    if len(different) > MOST:
        more = Message("and {count} more files; `--format json` lists them all", count=len(different) - MOST)
        click.echo(more.text(settings.translate))
    if different:
        settings.say(Message("`{path}` is not what the spec says", path=package))
    else:
        settings.say(Message("`{path}` is up to date", path=package))
    return int(bool(different))


def of_target(target: str, found: Checked) -> tuple[Checked, list[GeneratedFile]]:
    """The files for a target; what it cannot say is added to the diagnostics, and then there are none."""
    from crmdsl.api import emit_for
    from crmdsl.backends.faults import NotExpressible
    from crmdsl.diagnostics.collection import collect

    try:
        return found, emit_for(target, found.program)
    except NotExpressible as error:
        return found._replace(diagnostics=tuple(collect([*found.diagnostics, *error.diagnostics]))), []


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
