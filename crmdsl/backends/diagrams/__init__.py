"""State diagrams of the processes of a spec: SVG, Mermaid, DOT, or the picture as data."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from crmdsl.backends import GeneratedFile

if TYPE_CHECKING:
    from crmdsl.backends.diagrams.diagram import Diagram
    from crmdsl.model.spec import Spec

SUFFIXES = {"svg": "svg", "mermaid": "mmd", "dot": "dot", "json": "json"}
"""The forms of a picture, and how their files end."""


def emit(spec: Spec, form: str = "svg", language: str | None = None, only: Collection[str] = ()) -> list[GeneratedFile]:
    """A picture of each process, or of those in `only`, labels in `language` (the company's by default).

    Processes with unresolved names are left out. Raises `CannotDraw` where SVG is asked for and no
    Graphviz runs.
    """
    draw = _renderer(form)
    return [
        GeneratedFile(f"{diagram.name}.{SUFFIXES[form]}", draw(diagram)) for diagram in diagrams(spec, language, only)
    ]


def diagrams(spec: Spec, language: str | None = None, only: Collection[str] = ()) -> list[Diagram]:
    """The pictures as data."""
    from crmdsl.backends.diagrams.extract import diagram

    language = language or (spec.company.language if spec.company else "en")
    colours = _colours(spec)
    return [
        diagram(spec, process, language, colours)
        for process in spec.processes.values()
        if process.name not in spec.unsound and (not only or process.name in only)
    ]


def _colours(spec: Spec) -> dict[str, int]:
    """A number for each role that acts in a process, in the order of the spec: its colour in every picture."""
    from crmdsl.backends.diagrams.extract import diagram

    none: dict[str, int] = {}
    language = "en"
    acting = {
        who.role
        for process in spec.processes.values()
        if process.name not in spec.unsound
        for who in diagram(spec, process, language, none).roles
    }
    return {role: number for number, role in enumerate(role for role in spec.roles if role in acting)}


def _renderer(form: str) -> Callable[[Diagram], str]:
    """The function that turns a picture into text of a form."""
    if form == "svg":
        from crmdsl.backends.diagrams.svg import svg

        return svg
    if form == "mermaid":
        from crmdsl.backends.diagrams.mermaid import mermaid

        return mermaid
    if form == "dot":
        from crmdsl.backends.diagrams.dot import dot

        return dot
    return _json


def _json(diagram: Diagram) -> str:
    import json

    return json.dumps(diagram.as_json(), ensure_ascii=False, indent=1) + "\n"
