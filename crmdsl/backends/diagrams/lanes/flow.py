"""What a swim-lane picture shows: the steps, each in somebody's lane, and the ways between them.

An end in failure is drawn at the way that leads there and has no place of its own, so that no line crosses the picture
for it; the end of a branch is the way to where its block ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crmdsl.backends.diagrams.diagram import Cluster, Diagram, Edge, Node, Row
from crmdsl.backends.diagrams.overlay import NOTHING, Overlay
from crmdsl.backends.diagrams.words import called, human, in_language, word
from crmdsl.model.organisation import Role
from crmdsl.model.processes import Process, Wait
from crmdsl.model.spec import Spec

OUTSIDE = "@"
"""What the names of lanes that belong to nobody inside begin with."""
DEPENDS = "~"
"""What the names of lanes begin with whose role depends on who asks, or on the record."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the picture. `role` gives its colour; `pool` is the department that it stands in."""

    key: str
    label: str
    role: str = ""
    pool: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way between two steps, or to a mark at its own end (`target` is empty then).

    `mark` is the node that the mark stands for: an end, or a step drawn elsewhere, whose anchor is `link`.
    """

    edge: Edge
    source: str
    target: str
    mark: Node | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """Steps by their id, the lane of each, ways, parallel blocks, and the lanes from top to bottom."""

    diagram: Diagram
    nodes: dict[str, Node]
    lane_of: dict[str, str]
    lanes: dict[str, Lane]
    ways: tuple[Way, ...]
    blocks: dict[str, Cluster]
    clusters: dict[str, Cluster]
    """Blocks and their branches."""
    leaving: dict[str, list[Way]]
    reaching: dict[str, list[Way]]
    """The ways by the steps that they leave and reach."""
    overlay: Overlay = NOTHING


def flow(spec: Spec, process: Process, diagram: Diagram, overlay: Overlay = NOTHING) -> Flow:
    """The flow of a process, with the figures that it carries."""
    known = {node.id: node for node in diagram.nodes}
    inner = {node.id: node for node in diagram.nodes if node.kind in ("success", "failure") and node.group}
    failures = {node.id for node in diagram.nodes if node.kind == "failure"} - set(inner)
    onward = {edge.source: edge.target for edge in diagram.edges if edge.source in inner}
    clusters = {cluster.id: cluster for cluster in diagram.clusters}
    ways = []
    for edge in diagram.edges:
        if edge.source in inner:
            continue
        shown, target = edge, edge.target
        if edge.source.endswith("#fork") and not edge.title and known[target].group != edge.source[: -len("#fork")]:
            branch = clusters.get(known[target].group)
            shown = replace(shown, title=branch.title if branch else "")
        if target in inner:
            shown, target = _into_end(shown, inner[target]), onward.get(target, "")
        out = target in failures or not target
        ways.append(Way(shown, edge.source, "" if out else target, known[edge.target] if out else None))
    nodes = {key: node for key, node in known.items() if key not in inner and key not in failures}
    lanes = _Lanes(spec, process, diagram.language)
    lane_of = lanes.of_all(nodes, ways)
    blocks = {cluster.id: cluster for cluster in diagram.clusters if cluster.kind == "parallel"}
    return Flow(diagram, nodes, lane_of, lanes.made, tuple(ways), blocks, clusters, *_by_ends(ways), overlay)


def _by_ends(ways: Iterable[Way]) -> tuple[dict[str, list[Way]], dict[str, list[Way]]]:
    leaving: dict[str, list[Way]] = {}
    reaching: dict[str, list[Way]] = {}
    for way in ways:
        leaving.setdefault(way.source, []).append(way)
        reaching.setdefault(way.target, []).append(way)
    return leaving, reaching


def _into_end(edge: Edge, end: Node) -> Edge:
    """A way to the end of a branch, which says how the branch ends."""
    sign = "✓" if end.kind == "success" else "✕"
    note = " · ".join(text for text in (edge.note, f"{sign} {end.title}") if text)
    return replace(edge, note=note, kind="failure" if end.kind == "failure" else edge.kind)


def _spread(found: Mapping[str, str], links: list[tuple[str, str]], nodes: set[str]) -> dict[str, str]:
    """The lanes of steps with those of all that can be reached from them, each from the nearest."""
    behind: dict[str, list[str]] = {}
    for source, target in links:
        behind.setdefault(source, []).append(target)
    spread = {key: lane for key, lane in found.items() if key in nodes}
    waiting = deque(spread)
    while waiting:
        here = waiting.popleft()
        for key in behind.get(here, ()):
            if key not in spread:
                spread[key] = spread[here]
                waiting.append(key)
    return spread


class _Lanes:
    """Who has which step."""

    def __init__(self, spec: Spec, process: Process, language: str) -> None:
        self.spec = spec
        self.process = process
        self.language = language
        self.made: dict[str, Lane] = {}

    def of_all(self, nodes: Mapping[str, Node], ways: list[Way]) -> dict[str, str]:
        """The lane of every step: who acts in it, else that of a step before it, else that of one behind it."""
        found = {key: lane for key, node in nodes.items() if (lane := self._own(node))}
        outside = {key: lane for key, lane in found.items() if lane.startswith(OUTSIDE)}
        inside = {key: lane for key, lane in found.items() if key not in outside}
        forth = [(way.source, way.target) for way in ways if way.target]
        handed = _spread(inside, forth, set(nodes))
        handed = _spread(handed, [(target, source) for source, target in forth], set(nodes))
        found = {key: outside.get(key) or handed[key] for key in nodes if key in outside or key in handed}
        for key in nodes:
            if key not in found:
                found[key] = self._role(self.process.owner[0].name) if self.process.owner else self._outside()
        start = next((way.target for way in ways if way.source == "#start"), "")
        if start:
            found["#start"] = found[start]
        return found

    def _own(self, node: Node) -> str:
        """The lane of who acts in a step, nothing where nobody does."""
        step = self.process.all_steps.get(node.id)
        if isinstance(step, Wait):
            source = step.wait.source.name if step.wait and step.wait.source else ""
            return self._role(source) if source in self.spec.roles else self._outside(source)
        if node.kind == "handoff" and node.rows:
            return self._role(next((who.role for who in node.rows[0].who), ""))
        if node.kind == "approval":
            return self._signer(node.rows[0]) if node.rows else ""
        return self._role(node.who[0].role) if node.who else ""

    def _signer(self, row: Row) -> str:
        """The lane of who signs a level: the first of its roles; one by himself where it depends on who asks."""
        known = [who.role for who in row.who if who.role] or [who.role for who in row.may]
        if any(who.role for who in row.who) or len(known) == 1:
            return self._role(known[0])
        label = human(row.who[0].label) if row.who else ""
        if not label:
            return ""
        homes = {self._pool(self.spec.roles[role]) for role in known}
        key = DEPENDS + label
        self.made.setdefault(key, Lane(key, label, "", homes.pop() if len(homes) == 1 else ""))
        return key

    def _pool(self, role: Role) -> str:
        """The department in which the lane of a role stands, or that it is outside."""
        if role.external:
            return human(word("outside", self.language))
        department = self.spec.departments.get(role.department.name) if role.department else None
        return called(department, self.language) if department else ""

    def _role(self, name: str) -> str:
        role = self.spec.roles.get(name)
        if not name:
            return ""
        if name not in self.made:
            pool = self._pool(role) if role else ""
            self.made[name] = Lane(name, called(role, self.language) if role else human(name), name, pool)
        return name

    def _outside(self, name: str = "") -> str:
        key, known = OUTSIDE + name, self.spec.integrations.get(name)
        label = in_language(known.label, self.language) if known else None
        label = label or (name.upper() if name else human(word("event", self.language)))
        self.made.setdefault(key, Lane(key, label, "", human(word("outside", self.language))))
        return key
