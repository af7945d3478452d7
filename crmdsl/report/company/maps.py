"""The pictures of a report: those that `crmdsl render` draws, with figures on them, as parts of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from crmdsl.backends.diagrams.overlay import NOTHING, Note, Overlay
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.pictures import approvals, channels, customers, network, organisation
from crmdsl.backends.diagrams.pictures import processes as lanes
from crmdsl.backends.diagrams.scene import Group
from crmdsl.diagnostics import Message
from crmdsl.model.spec import Spec
from crmdsl.report.company.figures import Known, heat
from crmdsl.report.company.services import ServiceView, served
from crmdsl.report.company.speech import Speech

ROOM = 1160.0, 2600.0
"""The room for a process on the page, in points."""
PARTS = 8
"""Parts of a large process that are drawn; the busiest are."""
MOST = 160
"""Pictures of processes that are drawn in all."""


@dataclass(frozen=True, slots=True)
class Map:
    """A picture on the page. `left_out` is how many parts of the process are not drawn."""

    name: str
    title: str
    svg: Markup
    width: int
    height: int

    @property
    def tall(self) -> bool:
        """Whether it fills a sheet of paper that stands upright better than one that lies."""
        return self.height > 0.85 * self.width


@dataclass(frozen=True, slots=True)
class Atlas:
    """The pictures by what they show, and the anchors of the steps on them."""

    processes: dict[str, tuple[Map, ...]]
    left_out: dict[str, int]
    customers: tuple[Map, ...]
    approvals: dict[str, Map]
    company: tuple[Map, ...]
    anchors: dict[tuple[str, str], str]


def atlas(spec: Spec, known: Known | None, services: Iterable[ServiceView], speech: Speech) -> Atlas:
    """All pictures of a spec, with the figures of the model where there are any."""
    overlays = {name: overlay(name, known, speech) for name in spec.processes} if known else {}
    chosen: dict[str, list[Picture]] = {}
    left: dict[str, int] = {}
    budget = MOST
    for process, pictures in _by_process(lanes.pictures(spec, speech.language, overlays)).items():
        taken = _taken(pictures, overlays.get(process, NOTHING), min(budget, PARTS + 1))
        chosen[process] = taken
        budget -= len(taken)
        if len(taken) < len(pictures):
            left[process] = len(pictures) - len(taken)
    maps = {
        "customers": list(customers.pictures(spec, speech.language, served(services, speech))),
        "approvals": list(approvals.pictures(spec, speech.language)),
        "company": [*organisation.pictures(spec, speech.language), *network.pictures(spec, speech.language),
                    *channels.pictures(spec, speech.language)],
    }  # fmt: skip
    page = _Page([*(one for some in chosen.values() for one in some), *(one for some in maps.values() for one in some)])
    return Atlas(
        {name: tuple(map(page.drawn, pictures)) for name, pictures in chosen.items()}, left,
        tuple(map(page.drawn, maps["customers"])), {one.subject: page.drawn(one) for one in maps["approvals"]},
        tuple(map(page.drawn, maps["company"])),
        {(process, step): anchor for process, some in chosen.items() for step, anchor in page.steps(process, some)},
    )  # fmt: skip


def _by_process(pictures: Iterable[Picture]) -> dict[str, list[Picture]]:
    found: dict[str, list[Picture]] = {}
    for one in pictures:
        found.setdefault(one.subject, []).append(one)
    return found


def _taken(pictures: list[Picture], figures: Overlay, most: int) -> list[Picture]:
    """The pictures of a process that are drawn: all, or the overview and its hottest parts."""
    if len(pictures) <= max(most, 1):
        return pictures

    def hot(picture: Picture) -> int:
        note = figures.hottest(list(picture.steps))
        return note.heat if note else -1

    kept = {one.name for one in sorted(pictures[1:], key=hot, reverse=True)[: max(most, 1) - 1]}
    return [one for place, one in enumerate(pictures) if not place or one.name in kept]


class _Page:
    """The pictures that stand on the page, and where links in them lead."""

    def __init__(self, pictures: list[Picture]) -> None:
        self.idents = {
            picture.name: {item.ident for *_, item in picture.scene.placed() if isinstance(item, Group) and item.ident}
            for picture in pictures
        }

    def drawn(self, picture: Picture) -> Map:
        """A picture as a part of the page."""
        scene = picture.scene
        svg = Markup(scene.embedded(picture.name, self.lead))  # noqa: S704 - whatever comes from the spec is escaped
        return Map(picture.name, picture.title, svg, round(scene.width), round(scene.height))

    def lead(self, link: str) -> str:
        """Where a link to the file of another picture leads on the page; nothing where that is not on it."""
        file, _, ident = link.partition("#")
        name = file.removesuffix(".svg")
        if not name or name not in self.idents:
            return ""
        if ident and ident in self.idents[name]:
            return f"#{name}.{ident}"
        return f"#map-{name}"

    def steps(self, process: str, pictures: list[Picture]) -> Iterator[tuple[str, str]]:
        """The steps of a process that stand on its pictures, and their anchors."""
        for picture in pictures:
            for ident in sorted(self.idents[picture.name]):
                if ident.startswith(f"{process}--"):
                    yield ident.removeprefix(f"{process}--"), f"{picture.name}.{ident}"


def overlay(process: str, known: Known, speech: Speech) -> Overlay:
    """The figures of a process for its map."""
    notes: dict[str, Note] = {}
    found = known.processes.get(process)
    if found is None:
        return Overlay(room=ROOM)
    for wait in found.waits:
        if not wait.role and wait.place.startswith(f"{process}."):
            title = speech.say(Message("from outside"))
            notes[wait.place.removeprefix(f"{process}.")] = Note(title, speech.brief(wait.hours))
    for (name, step), spot in known.spots.items():
        if name == process and spot.rate:
            load = speech.share(spot.load).text
            title = speech.say(Message("{load} · {number}/wk", load=load, number=speech.count(spot.rate).text))
            notes[step] = Note(title, speech.brief(spot.wait), heat(spot.load))
    bounds = ("50%", "70%", "85%", "100%")
    legend = [(0, Message("load under {share}", share=bounds[0]))]
    legend += [(number, Message("from {share}", share=bound)) for number, bound in enumerate(bounds, 1)]
    hot = any(note.heat >= 0 for note in notes.values())
    return Overlay(
        notes, tuple((number, speech.say(text)) for number, text in legend) if hot else (),
        speech.say(Message("wait, working time / by the clock")) if notes else "", ROOM,
    )  # fmt: skip
