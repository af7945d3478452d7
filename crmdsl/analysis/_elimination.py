"""Linear systems of flows, solved exactly and sparsely: `x = source + x·W` and `y = cost + W·y`.

Nodes are eliminated one by one, the last first, in the reverse postorder of a depth-first search. What is filled in
are ways back to the heads of loops that are open there, so that a process of many steps takes time in proportion to
them. (Kemeny and Snell, Finite Markov Chains, 1960, ch. III; state elimination as in Grassmann, Taksar and Heyman,
Operations Research 33, 1985.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Ways = Mapping[str, Mapping[str, float]]
TINY = 1e-12


class Diverges(Exception):
    """The system has no finite solution: as much flows back as flows out. `node` is where it shows."""

    def __init__(self, node: str) -> None:
        super().__init__(node)
        self.node = node


class Elimination:
    """A system of weighted ways between nodes, eliminated once and solved for any sources or costs.

    Raises `Diverges` where no finite solution exists.
    """

    def __init__(self, ways: Ways, first: Iterable[str] = ()) -> None:
        self.order = _order(ways, first)
        self._down: list[tuple[str, float, list[tuple[str, float]], list[tuple[str, float]]]] = []
        rows: dict[str, dict[str, float]] = {node: {} for node in self.order}
        columns: dict[str, set[str]] = {node: set() for node in self.order}
        for node, row in rows.items():
            for to, weight in ways.get(node, {}).items():
                if weight:
                    row[to] = weight
                    columns[to].add(node)
        for node in reversed(self.order):
            row = rows.pop(node)
            left = 1 - row.pop(node, 0.0)
            if left <= TINY:
                raise Diverges(node)
            into = []
            for before in columns[node]:
                other = rows.get(before)
                if other is None:
                    continue
                weight = other.pop(node)
                into.append((before, weight))
                for to, further in row.items():
                    if to not in other:
                        other[to] = 0.0
                        columns[to].add(before)
                    other[to] += weight * further / left
            self._down.append((node, left, into, list(row.items())))

    def flows(self, sources: Mapping[str, float]) -> dict[str, float]:
        """How much passes each node, loops included, when that much starts in each source (expected visits)."""
        found: dict[str, float] = {}
        # what starts in a node that is eliminated early reaches earlier nodes through it
        start = {node: sources.get(node, 0.0) for node in self.order}
        for node, left, _, row in self._down:
            if start[node]:
                for to, weight in row:
                    start[to] += start[node] * weight / left
        for node, left, into, _ in reversed(self._down):
            found[node] = (start[node] + sum(found[before] * weight for before, weight in into)) / left
        return found

    def totals(self, costs: Mapping[str, float]) -> dict[str, float]:
        """What a start in each node costs until its end, when each visit of a node costs that much."""
        cost = {node: costs.get(node, 0.0) for node in self.order}
        for node, left, into, _ in self._down:
            for before, weight in into:
                cost[before] += weight * cost[node] / left
        found: dict[str, float] = {}
        for node, left, _, row in reversed(self._down):
            found[node] = (cost[node] + sum(weight * found[to] for to, weight in row)) / left
        return found


def _order(ways: Ways, first: Iterable[str]) -> list[str]:
    """Every node, in reverse postorder from the first ones."""
    seen: set[str] = set()
    done: list[str] = []
    for root in (*first, *ways):
        if root in seen:
            continue
        seen.add(root)
        work = [(root, iter(ways.get(root, {})))]
        while work:
            node, rest = work[-1]
            to = next((to for to in rest if to not in seen), None)
            if to is None:
                done.append(node)
                work.pop()
            else:
                seen.add(to)
                work.append((to, iter(ways.get(to, {}))))
    return done[::-1]
