"""What aliases stand for, so that a refused alias hides none of the other faults.

Nothing is copied, and little is shared: whoever walks the nodes must not meet an alias bomb.
"""

from __future__ import annotations

from crmdsl.syntax.nodes import Broken, Mapping, Node, Sequence

MAX_SHARED = 10_000


class Anchors:
    """The anchored nodes of a document."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._shared: set[int] = set()
        self._budget = MAX_SHARED

    def add(self, name: str, node: Node) -> None:
        """Remember a node under its anchor; a later one of the same name takes its place."""
        self._nodes[name] = node

    def use(self, name: str, place: Broken, around: set[int]) -> Node:
        """The node an alias stands for, `place` where there is none or it had better not be shared.

        `around` are the ids of the lists and maps that are still open.
        """
        node = self._nodes.get(name)
        if node is None or id(node) in around:
            return place
        if isinstance(node, Mapping | Sequence):
            if not self._small(node):
                return place
            self._shared.add(id(node))
        return node

    def _small(self, root: Node) -> bool:
        """Whether a list or map has no shared one inside and not too many values."""
        waiting = [root]
        while waiting:
            node = waiting.pop()
            self._budget -= 1
            if self._budget < 0 or (node is not root and id(node) in self._shared):
                return False
            if isinstance(node, Mapping):
                waiting.extend(value for _, value in node.entries.values())
            elif isinstance(node, Sequence):
                waiting.extend(node.items)
        return True
