"""A picture of a spec, whatever it shows: what it is called, and how it is drawn when somebody wants it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from crmdsl.backends.diagrams.scene import Scene


@dataclass(frozen=True)
class Picture:
    """One picture. Nothing of it is drawn before somebody asks.

    `name` is the file it becomes, without its ending; `title` what people call it; `group` what pictures stand
    under one heading of the index (`processes`, `approvals`, `organisation` …); `subject` the declaration that it
    shows, by which it can be asked for too. `forms` are the texts that it can be besides SVG: `dot`, `mermaid`,
    `json`. `steps` are those of a process that stand on it.
    """

    name: str
    title: str
    group: str
    drawing: Callable[[], Scene]
    subject: str = ""
    forms: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    _drawn: list[Scene] = field(default_factory=list, repr=False, compare=False)

    @property
    def scene(self) -> Scene:
        """The picture with everything in its place, drawn once."""
        if not self._drawn:
            self._drawn.append(self.drawing())
        return self._drawn[0]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.scene.width, self.scene.height

    def answers_to(self, names: Collection[str]) -> bool:
        """Whether it is among the pictures asked for by `names`, those of pictures or of subjects."""
        return self.name in names or self.subject in names
