"""The state machine of each process: every step with the states inside it, from top to bottom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from crmdsl.backends.diagrams.diagram import Diagram
from crmdsl.backends.diagrams.dot import dot
from crmdsl.backends.diagrams.extract import diagram
from crmdsl.backends.diagrams.mermaid import mermaid
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.svg import scene
from crmdsl.backends.diagrams.view import View
from crmdsl.backends.diagrams.words import word
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
            title = f"{data.title} · {word('states', language)}"
            yield Picture(f"{process.name}-states", title, "states", partial(scene, data), process.name, forms)


def _json(data: Diagram) -> str:
    return json.dumps(data.as_json(), ensure_ascii=False, indent=1) + "\n"
