"""Pictures of a spec: SVG, Mermaid, DOT, the picture as data, PNG and PDF.

What there is to draw stands in `pictures`, one module a kind; everything else here is what they are drawn with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from crmdsl.backends import GeneratedFile

if TYPE_CHECKING:
    from crmdsl.backends.diagrams.diagram import Diagram
    from crmdsl.backends.diagrams.picture import Picture
    from crmdsl.model.spec import Spec

SUFFIXES = {"svg": "svg", "mermaid": "mmd", "dot": "dot", "json": "json"}
"""The forms of a picture, and how their files end."""


def emit(spec: Spec, form: str = "svg", language: str | None = None, only: Collection[str] = ()) -> list[GeneratedFile]:
    """Every picture, or those that `only` names (pictures, or processes and other things that pictures show).

    Labels are in `language`, the company's by default. A picture that has no such form is left out.
    Raises `CannotDraw` where a picture needs Graphviz and none runs.
    """
    return [GeneratedFile(name, text) for name, text in texts(pictures_of(spec, language, only), form).items()]


def emit_binary(spec: Spec, form: str, language: str | None = None, only: Collection[str] = ()) -> dict[str, bytes]:
    """Every picture, or those that `only` names, as `png` or `pdf`, by the names of their files.

    Raises `CannotDraw` where the extra `pictures` is not installed, or a picture needs Graphviz and none runs.
    """
    return binaries(pictures_of(spec, language, only), form)


def texts(pictures: Iterable[Picture], form: str) -> dict[str, str]:
    """The files of pictures in a form that is text; those that have none are left out. Raises `CannotDraw`."""
    return {
        f"{picture.name}.{SUFFIXES[form]}": _drawn(picture, form)
        for picture in pictures
        if form == "svg" or form in picture.forms
    }


def binaries(pictures: Iterable[Picture], form: str) -> dict[str, bytes]:
    """The files of pictures as `png` or `pdf`. Raises `CannotDraw`."""
    from crmdsl.backends.diagrams.binary import binary

    return {f"{picture.name}.{form}": binary(picture.scene, form) for picture in pictures}


def page(spec: Spec, language: str | None, pictures: Sequence[Picture], files: Collection[str]) -> dict[str, str]:
    """The page that shows all pictures and leads to their `files`, by its name. Raises `CannotDraw`."""
    from crmdsl.backends.diagrams.index import NAME, index

    return {NAME: index(spec, spoken(spec, language), pictures, files)}


def spoken(spec: Spec, language: str | None) -> str:
    """The language of pictures: the one asked for, else the company's."""
    return language or (spec.company.language if spec.company else "en")


def pictures_of(spec: Spec, language: str | None = None, only: Collection[str] = ()) -> list[Picture]:
    """The pictures of a spec, none of them drawn yet."""
    from crmdsl.backends.diagrams.pictures import all_pictures

    language = spoken(spec, language)
    return [picture for picture in all_pictures(spec, language) if not only or picture.answers_to(only)]


def diagrams(spec: Spec, language: str | None = None, only: Collection[str] = ()) -> list[Diagram]:
    """The processes as data."""
    from crmdsl.backends.diagrams.colours import role_colours
    from crmdsl.backends.diagrams.extract import diagram

    language = spoken(spec, language)
    colours = role_colours(spec)
    return [
        diagram(spec, process, language, colours)
        for process in spec.processes.values()
        if process.name not in spec.unsound and (not only or process.name in only)
    ]


def _drawn(picture: Picture, form: str) -> str:
    return picture.scene.svg() if form == "svg" else picture.forms[form]()
