"""What the verbs share: arguments, options and the settings made of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import click

Handler = Callable[..., int]


class Settings(NamedTuple):
    """The options that every verb has. `language` is `None` where none was asked for."""

    language: str | None
    quiet: bool
    debug: bool

    @property
    def translate(self) -> Callable[[str], str] | None:
        """The function that puts messages into the language asked for, `None` for English."""
        if self.language in {None, "en"}:
            return None
        from gettext import translation

        from crmdsl.resources import PLACES

        catalogues = (place / "locale" for place in PLACES)
        found = [c for c in catalogues if c.is_dir()]
        return translation("crmdsl", found[0], [str(self.language)]).gettext if found else None

    def say(self, text: str) -> None:
        """Tell the person at the terminal something that is not the answer."""
        if not self.quiet:
            click.echo(text, err=True)


def common(handler: Handler) -> Handler:
    """Give a verb `--lang`, `--quiet` and `--debug`, handed on as `settings`."""

    @functools.wraps(handler)
    def with_settings(*args: Any, lang: str | None, quiet: bool, debug: bool, **kwargs: Any) -> int:
        return handler(*args, settings=Settings(lang, quiet, debug), **kwargs)

    options = (
        click.option("--lang", type=click.Choice(["it", "en"]), help="Language of messages and labels."),
        click.option("--quiet", is_flag=True, help="Say nothing but the answer."),
        click.option("--debug", is_flag=True, help="Show the traceback of a fault of ours."),
    )
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), with_settings)


def spec_argument(handler: Handler) -> Handler:
    """Give a verb the argument SPEC, a folder or a file, handed on as `spec`."""
    return click.argument("spec", type=click.Path(path_type=Path))(handler)


def formats(first: str, *others: str) -> Callable[[Handler], Handler]:
    """Give a verb `--format`, by default the first, handed on as `form`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice([first, *others]),
        default=first,
        show_default=True,
        help="Form of the answer.",
    )
