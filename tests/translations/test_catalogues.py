"""The catalogues: whole, fresh, and translations that fit their templates."""

from __future__ import annotations

import string
import sys
from pathlib import Path

import pytest

from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import LANGUAGES, catalogue, read
from crmdsl.resources import folder

ROOT = Path(__file__).parents[2]
FOREIGN = [language for language in LANGUAGES if language != "en"]


def entries(language: str, domain: str = "crmdsl") -> list[tuple[str, str]]:
    """Every form of every message with its translation."""
    path = folder("locale") / language / "LC_MESSAGES" / f"{domain}.po"
    return list(read(path.read_text(encoding="utf-8")).items())


@pytest.mark.checkout
@pytest.mark.parametrize("language", FOREIGN)
def test_every_message_is_translated_and_the_catalogues_are_fresh(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    monkeypatch.delitem(sys.modules, "build_catalogues", raising=False)
    import build_catalogues

    found = list(build_catalogues.problems(language))
    assert found == [], "python docs/build_catalogues.py, then fill in what is empty in the .po files"


@pytest.mark.checkout
@pytest.mark.parametrize("domain", ["crmdsl", "click"])
@pytest.mark.parametrize("language", FOREIGN)
def test_the_catalogues_are_read_as_others_read_them(language: str, domain: str) -> None:
    from babel.messages.pofile import read_po

    with (folder("locale") / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        others = dict[str, str]()
        for one in read_po(file):
            forms = zip(one.id, one.string, strict=True) if one.pluralizable else [(one.id, one.string)]
            others |= dict(forms) if one.id else {}
    assert dict(entries(language, domain)) == others


def holes(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_has_the_holes_of_its_template(language: str) -> None:
    known = [(template, told) for template, told in entries(language) if "{" in template]
    assert len(known) > 100
    assert [template for template, told in known if holes(template) != holes(told)] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_keeps_what_stands_in_backticks_and_the_style(language: str) -> None:
    for template, told in entries(language):
        assert told.count("`") % 2 == 0, told
        assert template.count("`") == told.count("`"), (template, told)
        assert template.endswith((".", "?")) == told.endswith((".", "?")), (template, told)
        assert told == told.strip(), told
        if template[0].islower():
            assert not told[0].isupper(), (template, told)


def test_english_needs_no_catalogue() -> None:
    assert catalogue(None) is None
    assert catalogue("en") is None
    assert catalogue("xx") is None
    assert catalogue("../../etc") is None


def test_counts() -> None:
    italian = catalogue("it")
    errors = [Message.counted("{count} error", "{count} errors", count=count) for count in (0, 1, 2)]
    assert [error.text() for error in errors] == ["0 errors", "1 error", "2 errors"]
    assert [error.text(italian) for error in errors] == ["0 errori", "1 errore", "2 errori"]
