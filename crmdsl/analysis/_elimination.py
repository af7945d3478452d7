"""Linear systems of flows, solved exactly and sparsely: `x = source + x·W` and `y = cost + W·y`.

Nodes are eliminated one by one, the last first, in the reverse postorder of a depth-first search. What is filled in
are ways back to the heads of loops that are open there, so that a process of many steps takes time in proportion to
them; where many overlapping loops are open, the node that fills in least comes first. (Kemeny and Snell, Finite Markov
Chains, 1960, ch. III; state elimination as in Grassmann, Taksar and Heyman, Operations Research 33, 1985.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

Ways = Mapping[str, Mapping[str, float]]
Rows = dict[str, dict[str, float]]
Columns = dict[str, dict[str, None]]
TINY = 1e-12
_FEW = 8
"""Ways that may be filled in for a node at once; others wait until it is seen which of them fill in least."""


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
        rows: Rows = {node: {} for node in self.order}
        columns: Columns = {node: {} for node in self.order}
        for node, row in rows.items():
            for to, weight in ways.get(node, {}).items():
                if weight:
                    row[to] = weight
                    columns[to][node] = None
        later = []
        for node in reversed(self.order):
            if len(rows[node]) * len(columns[node]) > _FEW:
                later.append(node)
            else:
                self._eliminate(node, rows, columns)
        if later:
            self._by_degree(later, rows, columns)

    def _by_degree(self, nodes: list[str], rows: Rows, columns: Columns) -> None:
        """Eliminate nodes, the one that fills in least first (Markowitz, Management Science 3, 1957)."""
        place = {node: number for number, node in enumerate(nodes)}
        queue = [(len(rows[node]) * len(columns[node]), number) for node, number in place.items()]
        heapify(queue)
        while queue:
            cost, number = heappop(queue)
            node = nodes[number]
            row = rows.get(node)
            if row is None:
                continue
            now = len(row) * len(columns[node])
            if now > cost:
                heappush(queue, (now, number))
                continue
            touched = row.keys() | columns[node].keys()
            self._eliminate(node, rows, columns)
            for other in touched:
                if other in rows:
                    heappush(queue, (len(rows[other]) * len(columns[other]), place[other]))

    def _eliminate(self, node: str, rows: Rows, columns: Columns) -> None:
        """Lead all ways through a node past it. `columns` hold the nodes with a way to each that are left."""
        row = rows.pop(node)
        left = 1 - row.pop(node, 0.0)
        if left <= TINY:
            raise Diverges(node)
        into = []
        for to in row:
            columns[to].pop(node, None)
        for before in columns.pop(node):
            other = rows.get(before)
            if other is None:
                continue
            weight = other.pop(node)
            into.append((before, weight))
            for to, further in row.items():
                if to not in other:
                    other[to] = 0.0
                    columns[to][before] = None
                other[to] += weight * further / left
        self._down.append((node, left, into, list(row.items())))

    def flows(self, sources: Mapping[str, float]) -> dict[str, float]:
        """How much passes each node, loops included, when that much starts in each source (expected visits)."""
        found: dict[str, float] = {}
        # what starts in a node that is eliminated early reaches others through it
        start = {node: sources.get(node, 0.0) for node in self.order}
        for node, left, _, row in self._down:
            if start[node]:
                for to, weight in row:
                    start[to] += start[node] * weight / left
        for node, left, into, _ in reversed(self._down):
            total = start[node]
            for before, weight in into:
                total += found[before] * weight
            found[node] = total / left
        return found

    def returns(self) -> dict[str, float]:
        """How often each node is passed by what starts in it, once at least: the diagonal of the inverse.

        Of the inverse only what the elimination has filled in is worked out (Takahashi's equations; Erisman and
        Tinney, Communications of the ACM 18, 1975), so that it takes no longer than the elimination.
        """
        found: dict[str, dict[str, float]] = {}
        """Node -> other node -> how often the other is passed by what starts in the node."""
        for node, left, into, row in reversed(self._down):
            own = found[node] = {}
            for before, _ in into:
                total = 0.0
                for to, weight in row:
                    total += weight * found[to][before]
                own[before] = total / left
            back = 0.0
            for to, weight in row:
                others = found[to]
                total = 0.0
                for before, share in into:
                    total += others[before] * share
                others[node] = total / left
                back += weight * others[node]
            own[node] = (1 + back) / left
        return {node: row[node] for node, row in found.items()}

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
        path, rest = [root], [iter(ways.get(root, {}))]
        while rest:
            for to in rest[-1]:
                if to not in seen:
                    seen.add(to)
                    path.append(to)
                    rest.append(iter(ways.get(to, {})))
                    break
            else:
                rest.pop()
                done.append(path.pop())
    return done[::-1]
