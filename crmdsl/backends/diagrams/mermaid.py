"""A picture as a Mermaid state diagram."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crmdsl.backends.diagrams.diagram import Cluster, Diagram, Edge, Node

_PLAIN = re.compile(r"[^\w .,/()=+*→·’-]", re.UNICODE)


def mermaid(diagram: Diagram) -> str:
    """The picture in Mermaid's `stateDiagram-v2`."""
    writer = _Writer(diagram)
    return "\n".join(["stateDiagram-v2", *writer.lines()]) + "\n"


def plain(text: str) -> str:
    """Text as a label: Mermaid has no way to escape, so what it could take for syntax becomes a code of a character."""
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", " ".join(text.split())[:300])


class _Writer:
    """The lines of one diagram."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.names = {node.id: f"s{number}_{_word(node.id)}" for number, node in enumerate(diagram.nodes)}
        self.groups = {cluster.id: f"g{number}_{_word(cluster.id)}" for number, cluster in enumerate(diagram.clusters)}
        self.group_of = {node.id: node.group for node in diagram.nodes}

    def lines(self) -> Iterator[str]:
        """Title, states, ways and colours."""
        yield f"    %% {plain(self.diagram.title)}"
        yield from self._inside("", "    ")
        yield "    classDef success fill:#e8f3f0,stroke:#00795a,color:#00795a"
        yield "    classDef failure fill:#f8ede7,stroke:#b43c00,color:#b43c00"
        for kind in ("success", "failure"):
            named = [self.names[node.id] for node in self.diagram.nodes if node.kind == kind and not node.group]
            if named:
                yield f"    class {','.join(named)} {kind}"

    def _inside(self, group: str, indent: str) -> Iterator[str]:
        """The states and ways of a box; the outermost is the diagram."""
        for node in self.diagram.nodes:
            if node.group == group:
                yield from (indent + line for line in self._state(node))
        for cluster in self.diagram.clusters:
            if cluster.parent == group:
                yield f'{indent}state "{plain(cluster.title)}" as {self.groups[cluster.id]} {{'
                yield from self._inside(cluster.id, indent + "    ")
                yield indent + "}"
        for edge in self.diagram.edges:
            if self._home(edge) == group:
                yield indent + self._way(edge, group)

    def _state(self, node: Node) -> Iterator[str]:
        name = self.names[node.id]
        if node.kind in ("decide", "fork", "join"):
            kind = "choice" if node.kind == "decide" else node.kind
            yield f"state {name} <<{kind}>>"
        elif node.kind != "start":
            lines = [node.title, " / ".join(who.label for who in node.who) or node.detail, node.timer]
            if node.rows:
                lines = [node.title, *(_row(row.title, row.who) for row in node.rows)]
            yield f'state "{"<br/>".join(plain(line) for line in lines if line)}" as {name}'
        if node.kind in ("success", "failure") and not node.group:
            yield f"{name} --> [*]"

    def _home(self, edge: Edge) -> str:
        """The innermost box that holds both ends of a way."""
        around = [*self._around(self.group_of[edge.source]), ""]
        other = {*self._around(self.group_of[edge.target]), ""}
        return next(group for group in around if group in other)

    def _around(self, group: str) -> Iterator[str]:
        parents: dict[str, str] = {cluster.id: cluster.parent for cluster in self.diagram.clusters}
        while group:
            yield group
            group = parents[group]

    def _way(self, edge: Edge, home: str) -> str:
        """A way; where an end lies deeper than its home, the box around it stands for it."""
        source = "[*]" if edge.source == "#start" else self._end(edge.source, home)
        text = " · ".join(part for part in (edge.title, edge.note) if part)
        return f"{source} --> {self._end(edge.target, home)}" + (f" : {plain(text)}" if text else "")

    def _end(self, node: str, home: str) -> str:
        deeper = [group for group in self._around(self.group_of[node]) if group != home]
        for group in deeper:
            cluster: Cluster = next(c for c in self.diagram.clusters if c.id == group)
            if cluster.parent == home:
                return self.groups[group]
        return self.names[node]


def _row(title: str, who: tuple[object, ...]) -> str:
    names = " / ".join(getattr(person, "label", "") for person in who)
    return f"{title} · {names}" if names else title


def _word(text: str) -> str:
    return re.sub(r"\W", "_", text, flags=re.ASCII).strip("_")
