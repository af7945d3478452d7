"""`crmdsl render SPEC`: each process as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from crmdsl.cli.language import Failed, Wrong
from crmdsl.cli.options import Settings, common, formats, spec_argument


@click.command("render")
@spec_argument
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("diagrams"),
    show_default=True,
    help="Folder that the pictures are written into.",
)
@click.option("--process", "only", multiple=True, help="Draw this process; may be given more than once.")
@click.option(
    "--as",
    "kinds",
    multiple=True,
    type=click.Choice(["svg", "mermaid", "dot", "json"]),
    help="Kind of picture; may be given more than once. SVG and Mermaid by default.",
)
@formats("text", "json", "svg", "mermaid", "dot")
@common
def command(spec: Path, out: Path, only: tuple[str, ...], kinds: tuple[str, ...], form: str, settings: Settings) -> int:
    """Draw each process of SPEC as a state diagram, `OUT/PROCESS.svg` and `OUT/PROCESS.mmd`.

    `--format svg`, `mermaid` or `dot` is short for `--as`.
    """
    from crmdsl.api import check
    from crmdsl.backends.diagrams import emit
    from crmdsl.backends.diagrams.graphviz import CannotDraw
    from crmdsl.cli.answers import answer, meant, show
    from crmdsl.cli.writing import write
    from crmdsl.diagnostics import Message

    found = check(spec)
    if form not in {"text", "json"}:
        kinds, form = (*kinds, form), "text"
    if found.failed:
        show(found, spec, form, settings)
        return 1
    for name in only:
        if name not in found.spec.processes:
            raise Wrong(meant(Message("no process `{name}`", name=name), name, found.spec.processes))
    try:
        files = [
            file for kind in kinds or ("svg", "mermaid") for file in emit(found.spec, kind, settings.language, only)
        ]
    except CannotDraw as error:
        raise Failed(error.message) from error
    texts = {file.path: file.text for file in files}
    changed = write(out, texts, keep=True)
    if form == "json":
        answer({"folder": str(out), "files": sorted(texts), "changed": changed})
    settings.say(Message("{folder}: {files}", folder=out, files=", ".join(sorted(texts))))
    return 0
