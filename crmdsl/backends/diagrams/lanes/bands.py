"""The branches of parallel blocks in the lanes: a band behind the steps of a branch that stand in one row.

A branch goes through the lanes of those who act in it, so that it has a band in each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crmdsl.backends.diagrams.diagram import Cluster
from crmdsl.backends.diagrams.lanes.flow import Flow

TITLE, ROOM = 9.2, 14.0
"""The size of the title of a branch, and the room over its steps."""


@dataclass(frozen=True, slots=True)
class Band:
    """Steps of a branch that stand beside each other in a row, with nothing else between them."""

    branch: Cluster
    row: int
    steps: tuple[str, ...]


def bands(flow: Flow, column: Mapping[str, int], row: Mapping[str, int]) -> list[Band]:
    """The bands of a strip, by the column and the row of each of its steps."""
    rows: dict[int, list[str]] = {}
    for node in column:
        rows.setdefault(row[node], []).append(node)
    return [band for number, nodes in sorted(rows.items())
            for band in _bands(flow, number, sorted(nodes, key=lambda node: column[node]))]  # fmt: skip


def _bands(flow: Flow, row: int, nodes: Sequence[str]) -> Iterator[Band]:
    steps: list[str] = []
    last: Cluster | None = None
    for node in (*nodes, ""):
        branch = branch_of(flow, node) if node else None
        if steps and branch is not last and last is not None:
            yield Band(last, row, tuple(steps))
        if branch is not last:
            steps = []
        if branch is not None:
            steps.append(node)
        last = branch


def branch_of(flow: Flow, node: str) -> Cluster | None:
    """The innermost branch that a step stands in."""
    group = flow.nodes[node].group
    while group:
        cluster = flow.clusters[group]
        if cluster.kind == "branch":
            return cluster
        group = cluster.parent
    return None
