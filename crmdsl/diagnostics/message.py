"""Text for people, kept as template and arguments so that it can be translated when it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Message:
    """A message in English with named holes: `Message("no role `{name}`", name="agnt")`.

    The template is the key of the gettext catalogues; arguments are the user's own words (or other
    messages) and are never translated. Style: lower case, no full stop, the user's words in backticks,
    what is wrong before what to do.
    """

    __slots__ = ("args", "template")

    def __init__(self, template: str, **args: Any) -> None:
        self.template = template
        self.args = args

    def text(self, translate: Callable[[str], str] | None = None) -> str:
        """The message in the language of `translate` (a gettext function), English without."""
        template = self.template if translate is None else translate(self.template)
        args = {k: v.text(translate) if isinstance(v, Message) else v for k, v in self.args.items()}
        return template.format(**args)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Message({self.text()!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.template, self.args) == (other.template, other.args)

    def __hash__(self) -> int:
        return hash(self.text())
