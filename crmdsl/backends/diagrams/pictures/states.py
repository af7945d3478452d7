"""The state machine of each process: every step with the states inside it, from top to bottom."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from crmdsl.backends.diagrams.diagram import Diagram
from crmdsl.backends.diagrams.dot import dot
from crmdsl.backends.diagrams.extract import diagram
from crmdsl.backends.diagrams.lanes.flow import flow
from crmdsl.backends.diagrams.lanes.overview import overview
from crmdsl.backends.diagrams.lanes.pages import STEPS, parts
from crmdsl.backends.diagrams.mermaid import mermaid
from crmdsl.backends.diagrams.parts import pages, part
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.route import with_own_failures
from crmdsl.backends.diagrams.scene import Scene
from crmdsl.backends.diagrams.svg import scene
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import word
from crmdsl.model.processes import Process
from crmdsl.model.spec import Spec

PLACE = 20


def pictures(spec: Spec, language: str) -> Iterator[Picture]:
    """A picture of each process; those with unresolved names are left out."""
    view = View(spec, language)
    for process in spec.processes.values():
        if process.name not in spec.unsound:
            data = diagram(spec, process, language, view.colours, view.around(process.name))
            forms = {
                "dot": partial(dot, data),
                "mermaid": partial(mermaid, data),
                "json": partial(_json, data),
            }
            for number, (name, drawing) in enumerate(_drawings(spec, process, data)):
                title = f"{data.title} · {word('states', language)}" + (f" · {number}" if number else "")
                yield Picture(name, title, "states", drawing, process.name, {} if number else forms)


def _drawings(spec: Spec, process: Process, data: Diagram) -> Iterator[tuple[str, Callable[[], Scene]]]:
    """Name and drawing of each picture: one, or for a large process an overview and the parts of its lanes."""
    name = f"{process.name}-states"
    if len(data.nodes) <= STEPS:
        yield name, partial(scene, data)
        return
    shown = flow(spec, process, data)
    split = parts(shown)
    if len(split) == 1:
        yield name, partial(scene, data)
        return
    yield name, partial(overview, shown, split, states=True)
    whole = with_own_failures(data)
    page = pages(whole, split)
    for number in range(len(split)):
        yield f"{name}-{number + 1}", partial(_part, whole, page, number, len(split))


def _part(whole: Diagram, page: Mapping[str, int], number: int, count: int) -> Scene:
    shown = replace(part(whole, page, number), title=f"{whole.title} · {number + 1} / {count}")
    return scene(shown, f"{whole.name}-{number + 1}.svg")


def _json(data: Diagram) -> str:
    return json.dumps(data.as_json(), ensure_ascii=False, indent=1) + "\n"
