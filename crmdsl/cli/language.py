"""The language in which the command line speaks: its help, its refusals, and what click says itself."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crmdsl.diagnostics.message import Catalogue, Message

VARIABLE = "CRMDSL_LANG"
"""The variable of the environment that says the language of messages where `--lang` does not."""


class _Said:
    """What click shows of an exception is a message, in the language of `catalogue`, which is set on its way out."""

    catalogue: Catalogue | None = None
    reason: Message

    def format_message(self) -> str:
        """The message, asked for by click when the exception is shown."""
        return self.reason.text(self.catalogue)


class Wrong(_Said, click.UsageError):
    """Wrong usage."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Failed(_Said, click.ClickException):
    """What cannot be done."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def spoken(args: Sequence[str]) -> str | None:
    """The language that arguments ask for, before anything else is known of them: usage may be wrong, too."""
    found = None
    for word, following in pairwise([*args, ""]):
        if word == "--":
            break
        if word.startswith("--lang="):
            found = word.removeprefix("--lang=")
        elif word == "--lang":
            found = following
    return found or preferred()


def preferred() -> str | None:
    """The language of messages that the environment asks for: `it`, but also `it_IT.UTF-8`."""
    return os.environ.get(VARIABLE, "")[:2] or None


def catalogue_of(language: str | None) -> Catalogue | None:
    """The messages of a language, `None` for English, which loads nothing."""
    if language in {None, "en"}:
        return None
    from crmdsl.diagnostics.languages import catalogue

    return catalogue(language)


def in_language(command: click.Command, catalogue: Catalogue) -> click.Command:
    """A command whose help is in the language of a catalogue."""
    told = copy.copy(command)
    told.help = _told(command.help, catalogue)
    told.epilog = _told(command.epilog, catalogue)
    told.params = [_parameter(parameter, catalogue) for parameter in command.params]
    return told


def _parameter(parameter: click.Parameter, catalogue: Catalogue) -> click.Parameter:
    if not isinstance(parameter, click.Option):
        return parameter
    told = copy.copy(parameter)
    told.help = _told(parameter.help, catalogue)
    return told


def _told(text: str | None, catalogue: Catalogue) -> str | None:
    from crmdsl.diagnostics.message import flowing

    return text and catalogue.gettext(flowing(text))


@contextmanager
def click_speaking(language: str | None) -> Iterator[None]:
    """Let click find its own words (Usage, Options, Error) in our catalogue of them, as long as this lasts."""
    if catalogue_of(language) is None:
        yield
        return
    import gettext

    from crmdsl.resources import folder

    domain, variable = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain("click", str(folder("locale")))
    gettext.textdomain("click")
    os.environ["LANGUAGE"] = str(language)
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if variable is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = variable
