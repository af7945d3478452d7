"""`crmdsl compile SPEC`: a spec becomes a Python package."""

from __future__ import annotations

from pathlib import Path

import click

from crmdsl.cli.options import Settings, common, formats, spec_argument

FOLDER = click.Path(file_okay=False, path_type=Path)


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
    from crmdsl.api import check, emit
    from crmdsl.cli.answers import answer, show
    from crmdsl.cli.writing import differences, write

    found = check(spec)
    if found.failed:
        show(found, spec, form, settings)
        return 1
    files, package = emit(found.program, templates), out / found.program.package
    texts = {file.path: file.text for file in files}
    if compare:
        different = differences(package, texts)
        if form == "json":
            answer({"package": str(package), "different": [{"file": path, "what": what} for path, what in different]})
        else:
            for path, what in different:
                click.echo(f"{package / path}: {what}")
            settings.say(f"{package} {'is not what the spec says' if different else 'is up to date'}")
        return int(bool(different))
    changed = write(package, texts)
    if form == "json":
        answer({"package": str(package), "files": sorted(texts), "changed": changed})
    settings.say(f"{package}: {len(texts)} files, {len(changed)} changed")
    return 0
