"""The languages that crmdsl speaks, and their catalogues of messages.

`crmdsl/locale/<language>/LC_MESSAGES/crmdsl.po` is what people edit; the `.mo` beside it, which is read here, is
compiled from it by `docs/build_catalogues.py` and kept in the repository, so that a checkout, a wheel and an
editable installation speak alike without a step of their own. English is in the code: it needs no catalogue.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdsl.diagnostics.message import Catalogue

LANGUAGES = ("it", "en")
"""The languages of messages, by their codes."""


@cache
def catalogue(language: str | None, domain: str = "crmdsl") -> Catalogue | None:
    """The messages of a language, `None` for English and for a language that there is no catalogue of."""
    if language in {None, "en"} or language not in LANGUAGES:
        return None
    from gettext import GNUTranslations

    from crmdsl.resources import folder

    with (folder("locale") / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
        return GNUTranslations(file)
