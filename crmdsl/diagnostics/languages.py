"""The languages that crmdsl speaks, and their catalogues of messages.

A catalogue is `crmdsl/locale/<language>/LC_MESSAGES/crmdsl.po`, read as people edit it: there is no compiled copy that
could be stale, and a checkout, a wheel and an editable installation speak alike. That takes three milliseconds, once,
where another language than English is asked for; English is in the code and needs no catalogue.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmdsl.diagnostics.message import Catalogue

LANGUAGES = ("it", "en")
"""The languages of messages, by their codes."""

_ENTRY = r'^msgid "(.*)"\n(?:msgid_plural "(.*)"\nmsgstr\[0\] "(.*)"\nmsgstr\[1\] "(.*)"|msgstr "(.*)")'
_ESCAPED = {"n": "\n", "t": "\t"}


class Translations:
    """A catalogue that was read: every template, of one and of many, with its translation."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = known

    def gettext(self, message: str) -> str:
        """The message in the language, as it is where it is not translated."""
        return self.known.get(message) or message

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The form that goes with a count: of all languages here, one thing has one form and all else the other."""
        return self.gettext(singular if count == 1 else plural)


@cache
def catalogue(language: str | None) -> Catalogue | None:
    """The messages of a language, `None` for English and for a language that there is no catalogue of."""
    if language in {None, "en"} or language not in LANGUAGES:
        return None
    from crmdsl.resources import folder

    path = folder("locale") / language / "LC_MESSAGES" / "crmdsl.po"
    return Translations(read(path.read_text(encoding="utf-8")))


def read(text: str) -> dict[str, str]:
    """The translations in a `.po` file, whose entries may be wrapped; comments and dropped entries are left out."""
    import re

    known: dict[str, str] = {}
    for one, many, told_one, told_many, told in re.findall(_ENTRY, text.replace('"\n"', ""), re.MULTILINE):
        known |= {one: told_one, many: told_many} if many else {one: told}
    known.pop("", None)

    def plain(part: str) -> str:
        return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), part) if "\\" in part else part

    return {plain(template): plain(told) for template, told in known.items()}
