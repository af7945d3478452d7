"""One page that shows every picture of a spec and leads to its files; it needs nothing but itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from crmdsl import resources
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import catalogue
from crmdsl.model.spec import Spec

NAME = "index.html"
GROUPS = {
    "processes": Message("the processes"), "states": Message("the states behind the processes"),
    "organisation": Message("the organisation and its internal customers"), "sales": Message("how the company sells"),
    "approvals": Message("the approval chains"),
}  # fmt: skip
"""The headings, in the order of the page."""
WORDS = {
    "pictures": Message("pictures"), "skip": Message("to the pictures"), "groups": Message("kinds of picture"),
    "larger": Message("larger"),
}  # fmt: skip
FORMS = {
    "svg": Message("SVG"), "png": Message("PNG"), "pdf": Message("PDF"), "mmd": Message("Mermaid"),
    "dot": Message("DOT"), "json": Message("data"),
}  # fmt: skip
"""What a file of each ending is called, the first that there is being what a click on the picture opens."""
KINDS = {"processes": Message("process"), "approvals": Message("approval chain")}
"""What tells two pictures of one title apart, by their group."""
NARROW, TALL = 620, 1.25
"""Points up to which a picture is read in a card beside others, and how much higher than wide it is shown whole."""
TOLD = 700
"""Characters of what a picture says to those who cannot see it."""


@dataclass(frozen=True, slots=True)
class Form:
    """A file of a picture and what it is called."""

    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture on the page. `source` is the picture itself, `file` what a click on it opens.

    `shape` is how it is shown so that it can be read: `wide` pictures have a row for themselves, of `tall` ones the
    upper part is shown.
    """

    name: str
    title: str
    file: str
    source: Markup
    told: str
    width: int
    height: int
    shape: str
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """The pictures under one heading."""

    name: str
    title: str
    entries: tuple[Entry, ...]


def index(spec: Spec, language: str, pictures: Sequence[Picture], files: Collection[str]) -> str:
    """The page, for pictures whose `files` stand beside it. Raises `CannotDraw`."""
    company = spec.company.title if spec.company else spec.name
    count = Message.counted("{count} picture", "{count} pictures", count=len(pictures))
    environment = Environment(
        loader=FileSystemLoader(resources.templates("diagrams")), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template("index.html.jinja").render(
        title=company,
        about=count.text(catalogue(language)),
        language=language,
        words={key: _heading(message, language) for key, message in WORDS.items()},
        groups=list(_kinds(pictures, language, files)),
    )


def _heading(message: Message, language: str) -> str:
    text = message.text(catalogue(language))
    return text[:1].upper() + text[1:]


def _kinds(pictures: Sequence[Picture], language: str, files: Collection[str]) -> Iterator[Kind]:
    """The headings with their pictures; a group that nobody has named stands last, under its own name."""
    twice = {title for title, count in Counter(picture.title for picture in pictures).items() if count > 1}
    for name in dict.fromkeys([*GROUPS, *(picture.group for picture in pictures)]):
        found = tuple(_entry(picture, language, files, twice) for picture in pictures if picture.group == name)
        if found:
            title = _heading(GROUPS[name], language) if name in GROUPS else name
            yield Kind(name, title, found)


def _entry(picture: Picture, language: str, files: Collection[str], twice: Collection[str]) -> Entry:
    forms = tuple(
        Form(_heading(word, language), f"{picture.name}.{ending}")
        for ending, word in FORMS.items()
        if f"{picture.name}.{ending}" in files
    )
    scene = picture.scene
    source = "data:image/svg+xml," + quote(scene.svg(), safe=" /:;=,()!*-_.~+?@$'")
    told = f"{scene.title}: {scene.description}" if scene.description else scene.title
    shown = told if len(told) <= TOLD else told[:TOLD].rstrip() + "…"
    wide, high = round(scene.width), round(scene.height)
    file = forms[0].file if forms else f"#{picture.name}"
    title = picture.title
    if title in twice and picture.group in KINDS:
        title = f"{title} · {KINDS[picture.group].text(catalogue(language))}"
    shape = "wide" if wide > NARROW else "tall" if high > wide * TALL else ""
    return Entry(picture.name, title, file, Markup(source), shown, wide, high, shape, forms)  # noqa: S704 - quoted
