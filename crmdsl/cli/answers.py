"""What the verbs that check a spec have in common: reading it, and giving the diagnostics as the answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path

    from crmdsl.api import Checked
    from crmdsl.cli.options import Settings
    from crmdsl.diagnostics import Message
    from crmdsl.diagnostics.render import Report


def report(found: Checked, spec: Path) -> Report:
    """The diagnostics of a spec, ready for a renderer; `spec` is the path that the user gave."""
    from crmdsl.diagnostics.render import Report

    folder = spec if spec.is_dir() else spec.parent
    try:
        place = os.path.relpath(folder).replace(os.sep, "/")
    except ValueError:  # another drive
        place = folder.as_posix()
    return Report(found.spec.name, found.diagnostics, found.sources, "" if place == "." else place)


def show(found: Checked, spec: Path, form: str, settings: Settings) -> None:
    """Give the diagnostics in a form, on standard output; in text a summary follows on standard error."""
    shown = report(found, spec)
    renderer = import_module(f"crmdsl.diagnostics.render.{form}")
    if form != "text":
        give(renderer.render(shown, translate=settings.translate))
        return
    give(renderer.render(shown, translate=settings.translate, colour=colour()))
    settings.say(renderer.summary(shown))


def in_words(error: Exception) -> Message:
    """What is wrong with the input, in the words of a person."""
    from crmdsl.diagnostics import Message
    from crmdsl.diagnostics.system import reason

    said = getattr(error, "message", None)
    if isinstance(said, Message):
        return said
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return Message("`{path}`: {reason}", path=error.filename, reason=reason(error))
    return reason(error)


def meant(said: Message, word: str, known: Iterable[str]) -> Message:
    """What is wrong with a word, and the known one that was probably meant."""
    from crmdsl.diagnostics import Message
    from crmdsl.diagnostics.nearest import nearest

    near = nearest(word, known)
    return Message("{wrong}; did you mean `{name}`?", wrong=said, name=near) if near else said


def give(text: str) -> None:
    """Put an answer on standard output, in UTF-8 whatever the locale says."""
    if text:
        click.echo(text.encode("utf-8", "replace"), nl=not text.endswith("\n"))


def answer(data: dict[str, Any]) -> None:
    """Give data as JSON on standard output."""
    give(json.dumps(data, ensure_ascii=False, indent=2))


def colour() -> bool:
    """Whether standard output is a terminal that may be coloured."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
