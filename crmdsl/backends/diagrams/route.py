"""The ways through a picture: the usual one, which is drawn straight, and those to a failure, kept short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count
from math import log

from crmdsl.backends.diagrams.diagram import Diagram, Edge, Node


def usual_success(nodes: Iterable[Node], edges: Sequence[Edge]) -> Iterator[Edge]:
    """The edges in their order, those on the likeliest way from the start to a success marked `main`.

    Of equally likely ways the shortest is taken (so where no chance is given), of equally long ones the one whose
    outcomes stand first in the spec. Dijkstra's algorithm over the logarithms of the shares.
    """
    ends = {node.id for node in nodes if node.kind == "success" and "." not in node.id}
    leaving: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.kind in ("event", "automatic", "timeout"):
            leaving.setdefault(edge.source, []).append(edge)
    came: dict[str, Edge | None] = {}
    order = count()
    queue: list[tuple[float, int, int, str, Edge | None]] = [(0.0, 0, next(order), "#start", None)]
    reached = ""
    while queue and not reached:
        unlikely, steps, _, here, edge_in = heappop(queue)
        if here in came:
            continue
        came[here] = edge_in
        reached = here if here in ends else ""
        for edge in leaving.get(here, ()):
            if edge.target not in came:
                less = -log(max(edge.share, 1e-12))
                heappush(queue, (round(unlikely + less, 9), steps + 1, next(order), edge.target, edge))
    way: set[int] = set()
    last = came.get(reached)
    while last is not None:
        way.add(id(last))
        last = came[last.source]
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
