"""The ways through a picture: the shortest, which is drawn straight, and those to a failure, kept short."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from crmdsl.backends.diagrams.diagram import Diagram, Edge, Node


def shortest_success(nodes: Iterable[Node], edges: Sequence[Edge]) -> Iterator[Edge]:
    """The edges in their order, those on the shortest way from the start to a success marked `main`.

    Where two ways are equally long, the one whose outcomes stand first in the spec is taken.
    """
    ends = {node.id for node in nodes if node.kind == "success" and "." not in node.id}
    came: dict[str, Edge | None] = {"#start": None}
    queue, reached = deque(["#start"]), ""
    while queue and not reached:
        here = queue.popleft()
        for edge in (e for e in edges if e.source == here and e.kind in ("event", "automatic")):
            if edge.target not in came:
                came[edge.target] = edge
                queue.append(edge.target)
                reached = reached or (edge.target if edge.target in ends else "")
    way: set[int] = set()
    edge_in = came.get(reached)
    while edge_in is not None:
        way.add(id(edge_in))
        edge_in = came[edge_in.source]
    return (replace(edge, main=True) if id(edge) in way else edge for edge in edges)


def with_own_failures(diagram: Diagram) -> Diagram:
    """The picture with an end of its own for each step that leads to the same failure.

    Many ways to one end cross all others; ends of the same name are one state all the same.
    """
    sources: dict[str, list[str]] = {}
    for edge in diagram.edges:
        sources.setdefault(edge.target, []).append(edge.source)
    repeated = {
        node.id: list(dict.fromkeys(sources.get(node.id, ())))
        for node in diagram.nodes
        if node.kind == "failure" and not node.group
    }
    nodes = [copy for node in diagram.nodes for copy in _copies(node, len(repeated.get(node.id, ())))]
    edges = []
    for edge in diagram.edges:
        number = repeated[edge.target].index(edge.source) if edge.target in repeated else 0
        edges.append(replace(edge, target=f"{edge.target}#{number + 1}") if number else edge)
    return replace(diagram, nodes=tuple(nodes), edges=tuple(edges))


def _copies(node: Node, count: int) -> Iterator[Node]:
    yield node
    for number in range(1, count):
        yield replace(node, id=f"{node.id}#{number + 1}")
