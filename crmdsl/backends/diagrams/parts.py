"""A part of a large state machine: its steps, and for each way that leaves it a mark that leads on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crmdsl.backends.diagrams.diagram import Diagram, Edge, Node
from crmdsl.backends.diagrams.extract import acts


def pages(diagram: Diagram, split: Sequence[Sequence[Sequence[str]]]) -> dict[str, int]:
    """The part of every node: `split` says it of the steps; an end goes with the first step that leads to it."""
    found = {node: number for number, part in enumerate(split) for column in part for node in column}
    for edge in diagram.edges:
        if edge.target not in found and edge.source in found:
            found[edge.target] = found[edge.source]
    return {node.id: found.get(node.id, 0) for node in diagram.nodes}


def part(diagram: Diagram, page: Mapping[str, int], number: int) -> Diagram:
    """The picture of one part; every way is in the part of the step that it leaves."""
    known = {node.id: node for node in diagram.nodes}
    edges, marks = [], {}
    for edge in diagram.edges:
        if page[edge.source] != number:
            continue
        if page[edge.target] == number:
            edges.append(edge)
        else:
            mark = _mark(diagram, known, edge, page[edge.target])
            marks[mark.id] = mark
            edges.append(replace(edge, target=mark.id))
    nodes = [node for node in diagram.nodes if page[node.id] == number]
    acting = {who.role for node in nodes for who in acts(node)}
    return replace(
        diagram,
        nodes=(*nodes, *marks.values()),
        edges=tuple(edges),
        clusters=tuple(cluster for cluster in diagram.clusters if cluster.id in _around(diagram, nodes)),
        roles=tuple(who for who in diagram.roles if who.role in acting),
    )


def _mark(diagram: Diagram, known: Mapping[str, Node], edge: Edge, page: int) -> Node:
    """What stands for a step of another part: its title, and the way there."""
    titles = {cluster.id: cluster.title for cluster in diagram.clusters}
    target = known[edge.target]
    title = target.title or titles.get(target.group, "")
    link = f"{diagram.name}-states-{page + 1}.svg#{diagram.name}--{target.id}"
    return Node(f"{edge.source}#to#{edge.target}", "onward", f"{title} · {page + 1}", tooltip=title, link=link)


def _around(diagram: Diagram, nodes: Sequence[Node]) -> set[str]:
    """The boxes around some nodes."""
    parents = {cluster.id: cluster.parent for cluster in diagram.clusters}
    found: set[str] = set()
    for node in nodes:
        group = node.group
        while group and group not in found:
            found.add(group)
            group = parents[group]
    return found
