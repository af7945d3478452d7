"""Pictures of a spec: SVG, Mermaid, DOT, the picture as data, PNG and PDF.

What there is to draw stands in `pictures`, one module a kind; everything else here is what they are drawn with.
"""

from __future__ import annotations

from collections.abc import Collection
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
    return [
        GeneratedFile(f"{picture.name}.{SUFFIXES[form]}", _drawn(picture, form))
        for picture in pictures_of(spec, language, only)
        if form == "svg" or form in picture.forms
    ]


def emit_binary(spec: Spec, form: str, language: str | None = None, only: Collection[str] = ()) -> dict[str, bytes]:
    """Every picture, or those that `only` names, as `png` or `pdf`, by the names of their files.

    Raises `CannotDraw` where the extra `pictures` is not installed, or a picture needs Graphviz and none runs.
    """
    from crmdsl.backends.diagrams.binary import binary

    return {f"{picture.name}.{form}": binary(picture.scene, form) for picture in pictures_of(spec, language, only)}


def pictures_of(spec: Spec, language: str | None = None, only: Collection[str] = ()) -> list[Picture]:
    """The pictures of a spec, none of them drawn yet."""
    from crmdsl.backends.diagrams.pictures import all_pictures

    language = language or (spec.company.language if spec.company else "en")
    return [picture for picture in all_pictures(spec, language) if not only or picture.answers_to(only)]


def diagrams(spec: Spec, language: str | None = None, only: Collection[str] = ()) -> list[Diagram]:
    """The processes as data."""
    from crmdsl.backends.diagrams.colours import role_colours
    from crmdsl.backends.diagrams.extract import diagram

    language = language or (spec.company.language if spec.company else "en")
    colours = role_colours(spec)
    return [
        diagram(spec, process, language, colours)
        for process in spec.processes.values()
        if process.name not in spec.unsound and (not only or process.name in only)
    ]


def _drawn(picture: Picture, form: str) -> str:
    return picture.scene.svg() if form == "svg" else picture.forms[form]()
