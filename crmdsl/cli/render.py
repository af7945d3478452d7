"""`crmdsl render SPEC`: the spec as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from crmdsl.cli.language import Failed, Wrong
from crmdsl.cli.options import Settings, common, formats, spec_argument

if TYPE_CHECKING:
    from crmdsl.model.spec import Spec


class Wanted(NamedTuple):
    """What to draw: pictures by name (all where none is named), in which kinds, into which folder."""

    only: tuple[str, ...]
    kinds: tuple[str, ...]
    out: Path


@click.command("render")
@spec_argument
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("diagrams"),
    show_default=True,
    help="Folder that the pictures are written into.",
)
@click.option("--only", multiple=True, help="Draw this process, approval or picture; may be given more than once.")
@click.option("--process", "processes", multiple=True, hidden=True, help="The same as `--only`.")
@click.option(
    "--as",
    "kinds",
    multiple=True,
    type=click.Choice(["svg", "mermaid", "dot", "json", "png", "pdf"]),
    help="Kind of picture; may be given more than once. SVG and Mermaid by default.",
)
@click.option("--watch", is_flag=True, help="Draw again whenever a file of the spec changes; stop with Ctrl-C.")
@formats("text", "json", "svg", "mermaid", "dot", "png", "pdf")
@common
def command(
    spec: Path, out: Path, only: tuple[str, ...], processes: tuple[str, ...], kinds: tuple[str, ...], watch: bool,
    form: str, settings: Settings,
) -> int:  # fmt: skip
    """Draw SPEC: each process as swim lanes, `OUT/PROCESS.svg`, as the states behind them, and the company around it.

    `OUT/index.html` shows all pictures. `--format svg` (or `mermaid`, `dot`, `png`, `pdf`) is short for `--as`.
    """
    if form not in {"text", "json"}:
        kinds, form = (*kinds, form), "text"
    wanted = Wanted((*only, *processes), kinds or ("svg", "mermaid"), out)
    if not watch:
        return render(spec, wanted, form, settings)
    try:
        _watched(spec, wanted, form, settings)
    except KeyboardInterrupt:
        click.echo(err=True)
    return 0


def render(spec: Path, wanted: Wanted, form: str, settings: Settings) -> int:
    """Draw once; the exit code."""
    from crmdsl.api import check
    from crmdsl.backends.diagrams.graphviz import CannotDraw
    from crmdsl.cli.answers import answer, show
    from crmdsl.cli.writing import write
    from crmdsl.diagnostics import Message

    found = check(spec)
    if found.failed:
        show(found, spec, form, settings)
        return 1
    try:
        files = _drawn(found.spec, wanted, settings.language)
    except CannotDraw as error:
        raise Failed(error.message) from error
    changed = write(wanted.out, files, keep=True)
    if form == "json":
        answer({"folder": str(wanted.out), "files": sorted(files), "changed": changed})
    settings.say(Message("{folder}: {files}", folder=wanted.out, files=", ".join(sorted(files))))
    return 0


def _drawn(spec: Spec, wanted: Wanted, language: str | None) -> dict[str, str | bytes]:
    """The files, by their names: with all pictures, in a kind that can be looked at, the page that shows them."""
    from crmdsl.backends.diagrams import binaries, page, pictures_of, texts

    _known(spec, wanted.only, language)
    pictures = pictures_of(spec, language, wanted.only)
    found: dict[str, str | bytes] = {}
    for kind in wanted.kinds:
        found |= binaries(pictures, kind) if kind in ("png", "pdf") else texts(pictures, kind)
    if not wanted.only and {"svg", "png", "pdf"} & {*wanted.kinds}:
        found |= page(spec, language, pictures, found)
    return found


def _known(spec: Spec, only: tuple[str, ...], language: str | None) -> None:
    """Refuse a name that no picture has and that no picture shows."""
    from crmdsl.backends.diagrams import pictures_of
    from crmdsl.cli.answers import meant
    from crmdsl.diagnostics import Message

    if not only:
        return
    known = {name for picture in pictures_of(spec, language) for name in (picture.name, picture.subject) if name}
    for name in only:
        if name not in known:
            raise Wrong(meant(Message("no picture `{name}`", name=name), name, sorted(known)))


def _watched(spec: Path, wanted: Wanted, form: str, settings: Settings) -> None:
    """Draw again and again; a spec that cannot be read or drawn just now may be so soon."""
    from crmdsl.api import UnreadableInput
    from crmdsl.cli.answers import in_words
    from crmdsl.cli.watching import changes
    from crmdsl.diagnostics import Message

    for _ in changes(spec):
        try:
            render(spec, wanted, form, settings)
        except Failed as error:
            settings.say(Message("error: {reason}", reason=error.message))
        except (UnreadableInput, OSError) as error:
            settings.say(Message("error: {reason}", reason=in_words(error)))
        settings.say(Message("watching `{spec}`, stop with Ctrl-C", spec=spec))
