"""What the verbs that check a spec have in common: reading it, and giving the diagnostics as the answer."""

from __future__ import annotations

import json
import os
import shlex
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
    from crmdsl.diagnostics import Message

    shown = report(found, spec)
    renderer = import_module(f"crmdsl.diagnostics.render.{form}")
    if form != "text":
        give(renderer.render(shown, translate=settings.translate))
        return
    give(renderer.render(shown, translate=settings.translate, colour=colour()))
    settings.say(renderer.summary(shown))
    folder = around(found, spec)
    if folder:
        advice = Message(
            "`{file}` is one file of a folder, and the others are not looked at: try `crmdsl validate {folder}`",
            file=spec.name, folder=shlex.quote(folder),
        )  # fmt: skip
        settings.say(advice)


def around(found: Checked, spec: Path) -> str:
    """The folder of a file that was checked by itself and lacks what its neighbours may say; nothing if it is whole."""
    if not found.failed or not spec.is_file() or found.spec.company is not None:
        return ""
    folder = spec.parent
    others = (path for end in ("*.yaml", "*.yml") for path in folder.glob(end) if path.name != spec.name)
    return str(folder) if any(_declares_company(path) for path in others) else ""


def _declares_company(path: Path) -> bool:
    """Whether a file says what the company is, as far as its first 64 kilobytes tell."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return any(line.startswith("company:") for line in file.read(65536).splitlines())
    except OSError:
        return False


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
