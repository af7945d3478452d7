"""The places of a spec that a report speaks of: what they are called, where they are on its maps and in the YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics.render.excerpt import visible
from crmdsl.model.chains import Level
from crmdsl.model.declaration import Declaration
from crmdsl.model.processes import ApprovalStep, HandoffStep, Step, Task
from crmdsl.model.spec import Spec
from crmdsl.model.values import Ref
from crmdsl.syntax.nodes import Source

LINES = 24
"""Lines of a declaration that are shown."""
WIDE = 240
"""Characters of a line that are shown."""
MOST = 400
"""Declarations that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, with its number."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a file of the spec. `anchor` is its place in the report; `more` tells that it goes on."""

    anchor: str
    title: str
    file: str
    lines: tuple[Line, ...]
    more: bool

    @property
    def place(self) -> str:
        """The file and its first line."""
        return f"{self.file}:{self.lines[0].number}" if self.lines else self.file


@dataclass(frozen=True, slots=True)
class Place:
    """A step, or a level of one. `step` is its path; `map` and `yaml` are anchors, empty where it is not shown."""

    process: str
    process_title: str
    step: str
    title: str
    departments: tuple[str, ...]
    map: str = ""
    yaml: str = ""
    source: str = ""


class Places:
    """Finds places and gathers the pieces of YAML that the report shows."""

    def __init__(self, spec: Spec, sources: Mapping[str, Source], language: str) -> None:
        self.spec = spec
        self.sources = sources
        self.language = language
        self.maps: dict[tuple[str, str], str] = {}
        """Process and step -> the anchor of the step on a map."""
        self.excerpts: dict[tuple[str, int], Excerpt] = {}

    def of(self, place: str) -> Place:
        """The place that analysis calls `process.step` or `process.step.level`."""
        process, _, path = place.partition(".")
        return self.inside(process, path)

    def inside(self, process: str, path: str) -> Place:
        """A step of a process, or a level of its chain."""
        step, level = self.step(process, path)
        title, shown = path, ""
        declared: Declaration | None = step
        if step is not None:
            shown = step.path or step.name
            title = self._title(step)
            if isinstance(step, HandoffStep) and step.handoff:
                declared = self.spec.handoffs.get(step.handoff.name, step)
            if level is not None:
                declared, title = level, f"{title}: {called(level, self.language)}"
        excerpt = self.excerpt(declared, title) if declared is not None else None
        declared_process = self.spec.processes.get(process)
        return Place(
            process, called(declared_process, self.language) if declared_process else process, shown or path, title,
            self.departments(roles_of(self.spec, step, level)), self.maps.get((process, shown), ""),
            excerpt.anchor if excerpt else "", excerpt.place if excerpt else "",
        )  # fmt: skip

    def step(self, process: str, path: str) -> tuple[Step | None, Level | None]:
        """The step at a path, and the level of its chain where the path names one."""
        declared = self.spec.processes.get(process)
        steps = declared.all_steps if declared else {}
        if path in steps:
            return steps[path], None
        before, _, name = path.rpartition(".")
        step = steps.get(before)
        if isinstance(step, ApprovalStep) and step.approval and step.approval.name in self.spec.approvals:
            return step, self.spec.approvals[step.approval.name].levels.get(name)
        return step, None

    def _title(self, step: Step) -> str:
        """What people call a step: its label, else that of the chain or the handoff that it runs, else its name."""
        if step.label is None:
            if isinstance(step, HandoffStep) and step.handoff and step.handoff.name in self.spec.handoffs:
                return called(self.spec.handoffs[step.handoff.name], self.language)
            if isinstance(step, ApprovalStep) and step.approval and step.approval.name in self.spec.approvals:
                return called(self.spec.approvals[step.approval.name], self.language)
        return called(step, self.language)

    def role(self, name: str) -> str:
        """What people call a role."""
        role = self.spec.roles.get(name)
        return called(role, self.language) if role else name

    def process(self, name: str) -> str:
        """What people call a process."""
        process = self.spec.processes.get(name)
        return called(process, self.language) if process else name

    def department(self, name: str) -> str:
        """What people call a department, or somebody outside who is one of his own."""
        department = self.spec.departments.get(name)
        return called(department, self.language) if department else self.role(name)

    def departments(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """The departments of some roles."""
        found = (self.spec.roles[role].department for role in roles if role in self.spec.roles)
        return tuple(dict.fromkeys(department.name for department in found if department))

    def excerpt(self, declared: Declaration, title: str) -> Excerpt | None:
        """The piece of YAML that declares something; nothing where so many are shown that it is one too many."""
        start = declared.name_span
        key = (start.file, start.line)
        source = self.sources.get(start.file)
        if key not in self.excerpts:
            if source is None or len(self.excerpts) >= MOST:
                return None
            last = max(start.line, declared.node.end_line - (declared.node.end_column == 1))
            while last > start.line and not source.line(last).strip():
                last -= 1
            shown = range(start.line, min(last, start.line + LINES - 1) + 1)
            lines = tuple(Line(number, visible(source.line(number)[:WIDE])) for number in shown)
            anchor = f"yaml-{len(self.excerpts) + 1}"
            self.excerpts[key] = Excerpt(anchor, title, start.file, lines, last > shown[-1])
        return self.excerpts[key]


def roles_of(spec: Spec, step: Step | None, level: Level | None = None) -> tuple[str, ...]:
    """The roles that work on a step: who does it, supplies or signs."""
    refs: tuple[Ref, ...] = ()
    if level is not None:
        refs = level.approver
    elif isinstance(step, Task):
        refs = step.role
    elif isinstance(step, HandoffStep) and step.handoff and step.handoff.name in spec.handoffs:
        refs = spec.handoffs[step.handoff.name].supplier
    elif isinstance(step, ApprovalStep) and step.approval and step.approval.name in spec.approvals:
        refs = tuple(ref for one in spec.approvals[step.approval.name].levels.values() for ref in one.approver)
    return tuple(dict.fromkeys(ref.name for ref in refs))
