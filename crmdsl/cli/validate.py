"""`crmdsl validate SPEC`: every fault of a spec in one run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from crmdsl.cli.options import Settings, common, formats, spec_argument


@click.command("validate")
@spec_argument
@formats("text", "json", "github", "sarif")
@click.option("--watch", is_flag=True, help="Validate again whenever a file of the spec changes; stop with Ctrl-C.")
@common
def command(spec: Path, form: str, watch: bool, settings: Settings) -> int:
    """Check SPEC, a folder or one file, and report every fault in one run.

    The exit code is 1 if there are errors; warnings alone are fine.
    """
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


def changes(spec: Path, pause: float = 0.5) -> Iterator[None]:
    """Once at first, and again after each change of a file's time or size, for ever."""
    import gc
    import time

    seen: dict[Path, tuple[int, int]] | None = None
    while True:
        if seen != (now := stamps(spec)):
            seen = now
            yield
            gc.collect()
        time.sleep(pause)


def stamps(spec: Path) -> dict[Path, tuple[int, int]]:
    """Time and size of each file of a spec; those that vanish meanwhile are left out."""
    found = {}
    for path in [spec, *spec.rglob("*.yaml"), *spec.rglob("*.yml")]:
        try:
            state = path.stat()
        except OSError:
            continue
        if path.is_file():
            found[path] = (state.st_mtime_ns, state.st_size)
    return found
