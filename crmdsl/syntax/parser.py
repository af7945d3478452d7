"""One file of a spec: bytes become nodes, and every fault of the file as YAML is collected."""

from __future__ import annotations

from crmdsl.diagnostics import Diagnostic
from crmdsl.syntax import plain
from crmdsl.syntax.decoding import HOLE, Text, decode
from crmdsl.syntax.faults import YamlFeature
from crmdsl.syntax.features import directives
from crmdsl.syntax.nodes import Broken, Mapping, Node, Scalar, Sequence, Source


def parse(path: str, data: bytes, found: list[Diagnostic]) -> tuple[Source, Mapping | None]:
    """The text and the root of a file. What is wrong with it as YAML is added to `found`.

    The root is `None` where a file has none that can be read, which is then reported; an empty file is an
    empty map. Bytes of any kind are fine: nothing is raised.
    """
    before = len(found)
    text = decode(path, data, found)
    if text is None:
        return Source(path, ""), None
    clean = directives(text.source, text.clean, found)
    if clean is not text.clean:
        text.unaltered = None
    root = plain.read(text.source, clean)
    if root is None:
        from crmdsl.syntax import documents

        broken = any(one.code != YamlFeature.code for one in found[before:])
        root = documents.read(text, clean, found, broken=broken)
    if root is not None and (text.holes or text.breaks):
        _restore(root, text)
    return text.source, root


def _restore(root: Node, text: Text) -> None:
    """Give texts the characters that the parser was not shown; break those with unreadable ones."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        inner: list[Node] = []
        if isinstance(node, Sequence):
            node.items[:] = [_restored(item, text) for item in node.items]
            inner = node.items
        elif isinstance(node, Mapping):
            entries = [(_restored(key, text), _restored(value, text)) for key, value in node.entries.values()]
            kept = [(key, value) for key, value in entries if isinstance(key, Scalar)]
            node.broken = node.broken or len(kept) < len(entries)
            node.entries = {key.value: (key, value) for key, value in kept}
            inner = [value for _, value in kept]
        fresh = [node for node in inner if id(node) not in seen and not isinstance(node, Scalar)]
        seen.update(id(node) for node in fresh)
        waiting.extend(fresh)


def _restored(node: Node, text: Text) -> Node:
    if isinstance(node, Scalar):
        if text.holes and HOLE in node.value:
            return Broken(node.source, node.offset, node.end_offset)
        if text.breaks:
            node.value = node.value.translate(text.breaks)
    return node
