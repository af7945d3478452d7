"""Text for people, kept as template and arguments so that it can be translated when it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol


class Catalogue(Protocol):
    """The messages of one language, as the catalogues of gettext give them."""

    def gettext(self, message: str, /) -> str:
        """The message in the language, as it is where it is not known."""
        ...

    def ngettext(self, singular: str, plural: str, count: int, /) -> str:
        """The form of a message that goes with a count."""
        ...


class Message:
    """A message in English with named holes: `Message("no role `{name}`", name="agnt")`.

    The template is the key of the gettext catalogues; arguments are the user's own words (or other
    messages) and are never translated. Style: lower case, no full stop, the user's words in backticks,
    what is wrong before what to do. Where a number decides the form of a word: `Message.counted`.
    """

    __slots__ = ("args", "many", "template")

    def __init__(self, template: str, **args: Any) -> None:
        self.template = template
        self.many: str | None = None
        self.args = args

    @classmethod
    def counted(cls, one: str, many: str, *, count: int, **args: Any) -> Message:
        """A message of a number of things, with a template for one and one for any other number of them."""
        message = cls(one, count=count, **args)
        message.many = many
        return message

    def having(self, **args: Any) -> Message:
        """The same message with its holes filled."""
        message = Message(self.template, **args)
        message.many = self.many
        return message

    def text(self, catalogue: Catalogue | None = None) -> str:
        """The message in the language of a catalogue, in English without."""
        template = self._template(catalogue)
        args = {k: v.text(catalogue) if isinstance(v, Message) else v for k, v in self.args.items()}
        return template.format(**args)

    def _template(self, catalogue: Catalogue | None) -> str:
        if self.many is None:
            return self.template if catalogue is None else catalogue.gettext(self.template)
        if catalogue is None:
            return self.template if self.args["count"] == 1 else self.many
        return catalogue.ngettext(self.template, self.many, self.args["count"])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Message({self.text()!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message) or type(other) is not type(self):
            return False
        return (self.template, self.many, self.args) == (other.template, other.many, other.args)

    def __hash__(self) -> int:
        return hash(self.text())


class Row(Message):
    """Messages, or the user's words, one behind the other: `a; b; c`."""

    __slots__ = ("parts", "sign")

    def __init__(self, parts: Iterable[Message | str], sign: str = ", ") -> None:
        self.parts = tuple(parts)
        self.sign = sign
        super().__init__("", parts=self.parts, sign=sign)

    def text(self, catalogue: Catalogue | None = None) -> str:
        """The parts in the language of a catalogue, with the sign between them."""
        return self.sign.join(part.text(catalogue) if isinstance(part, Message) else part for part in self.parts)


def quoted(words: Iterable[str]) -> str:
    """The user's words in backticks, with commas between them."""
    return ", ".join(f"`{word}`" for word in words)


def flowing(text: str) -> str:
    """A text of paragraphs as the catalogues have it: each on one line, however it is wrapped in the code."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
