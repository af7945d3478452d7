"""Which step stands in which column.

Longest-path layering (Sugiyama, Tagawa and Toda 1981, without the ways that lead back), block by block: a parallel
block takes columns that nothing else stands in, so that a frame around it holds its own steps alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crmdsl.backends.diagrams.lanes.flow import Flow


def columns(flow: Flow) -> list[list[str]]:
    """The steps from left to right, a list a column."""
    return _columns(flow, "")


def block_chain(flow: Flow, node: str) -> list[str]:
    """The parallel blocks around a step, the outermost first."""
    parents = {cluster.id: cluster.parent for cluster in flow.diagram.clusters}
    group, chain = flow.nodes[node].group, []
    while group:
        if group in flow.blocks:
            chain.append(group)
        group = parents.get(group, "")
    return chain[::-1]


def _columns(flow: Flow, block: str) -> list[list[str]]:
    chains = {node: block_chain(flow, node) for node in flow.nodes}
    depth = 0
    for chain in chains.values():
        if block and block in chain:
            depth = chain.index(block) + 1
    members = {node: chain for node, chain in chains.items() if not block or block in chain}
    stands_for = {node: chain[depth] if len(chain) > depth else node for node, chain in members.items()}
    order = list(dict.fromkeys(stands_for.values()))
    links: dict[str, list[str]] = {thing: [] for thing in order}
    for way in flow.ways:
        source, target = stands_for.get(way.source, ""), stands_for.get(way.target, "")
        if source and target and source != target and target not in links[source]:
            links[source].append(target)
    ranks = longest_paths(order, links)
    found: list[list[str]] = []
    for rank in range(max(ranks.values(), default=-1) + 1):
        here = [thing for thing in order if ranks[thing] == rank]
        plain = [thing for thing in here if thing in flow.nodes]
        if plain:
            found.append(plain)
        for inner in (thing for thing in here if thing not in flow.nodes):
            found += _columns(flow, inner)
    return found


def longest_paths(order: Iterable[str], links: Mapping[str, list[str]]) -> dict[str, int]:
    """The number of steps on the longest way to each, ways that lead back left out."""
    forward: dict[str, list[str]] = {}
    finished: list[str] = []
    state: dict[str, int] = {}
    for root in order:
        if root in state:
            continue
        stack = [(root, iter(links[root]))]
        state[root], forward[root] = 1, []
        while stack:
            here, rest = stack[-1]
            for target in rest:
                if state.get(target) == 1:
                    continue
                forward[here].append(target)
                if target not in state:
                    state[target], forward[target] = 1, []
                    stack.append((target, iter(links[target])))
                    break
            else:
                state[here] = 2
                finished.append(here)
                stack.pop()
    ranks = dict.fromkeys(finished, 0)
    for here in reversed(finished):
        for target in forward[here]:
            ranks[target] = max(ranks[target], ranks[here] + 1)
    return ranks
