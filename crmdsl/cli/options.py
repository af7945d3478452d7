"""What the verbs share: arguments, options and the settings made of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from crmdsl.cli.language import catalogue_of, preferred

if TYPE_CHECKING:
    from crmdsl.diagnostics.message import Catalogue, Message

Handler = Callable[..., int]


class Settings(NamedTuple):
    """The options that every verb has. `language` is `None` where none was asked for.

    Labels are then in the language of the company, messages in that of the environment, else in English.
    """

    language: str | None
    quiet: bool
    debug: bool

    @property
    def translate(self) -> Catalogue | None:
        """The messages of the language asked for, here or in the environment; `None` for English."""
        return catalogue_of(self.language or preferred())

    def say(self, said: Message) -> None:
        """Tell the person at the terminal something that is not the answer."""
        if not self.quiet:
            click.echo(said.text(self.translate), err=True)


def common(handler: Handler) -> Handler:
    """Give a verb `--lang`, `--quiet` and `--debug`, handed on as `settings`."""

    @functools.wraps(handler)
    def with_settings(*args: Any, lang: str | None, quiet: bool, debug: bool, **kwargs: Any) -> int:
        lang = lang or click.get_current_context().find_root().params.get("lang")
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
