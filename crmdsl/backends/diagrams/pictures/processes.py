"""Each process as a swim-lane diagram: who does what, one after another, and what is handed to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from crmdsl.backends.diagrams.extract import diagram
from crmdsl.backends.diagrams.lanes.flow import flow
from crmdsl.backends.diagrams.lanes.pages import drawings
from crmdsl.backends.diagrams.lanes.texts import dot, mermaid
from crmdsl.backends.diagrams.overlay import NOTHING, Overlay
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.view import View
from crmdsl.model.spec import Spec

PLACE = 10


def pictures(spec: Spec, language: str, overlays: Mapping[str, Overlay] | None = None) -> Iterator[Picture]:
    """The pictures of each process: one, or an overview and its parts; processes that are not sound are left out.

    `overlays` are the figures that they carry, by process.
    """
    view = View(spec, language)
    for process in spec.processes.values():
        if process.name in spec.unsound:
            continue
        drawn = diagram(spec, process, language, view.colours, view.around(process.name))
        shown = flow(spec, process, drawn, (overlays or {}).get(process.name, NOTHING))
        forms = {"dot": partial(dot, shown), "mermaid": partial(mermaid, shown)}
        for number, (name, steps, drawing) in enumerate(drawings(shown)):
            title = shown.diagram.title + (f" · {number}" if number else "")
            yield Picture(name, title, "processes", drawing, process.name, {} if number else forms, steps)
