"""One file of a spec: bytes become nodes, and every fault of the file as YAML is collected."""

from __future__ import annotations

from contextlib import suppress

from yaml import YAMLError

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.syntax.decoding import HOLE, Text, decode
from crmdsl.syntax.events import Chunks, events
from crmdsl.syntax.faults import YamlFeature
from crmdsl.syntax.features import directives
from crmdsl.syntax.nodes import Broken, Mapping, Node, Place, Scalar, Sequence, Source
from crmdsl.syntax.tree import Limit, TooMany, Tree


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
    tree = Tree(text.source, clean, found)
    _read(tree, text)
    tree.finish()
    if text.holes or text.breaks:
        for root in tree.roots:
            _restore(root, text)
    return text.source, _root(tree, text, broken=any(one.code != YamlFeature.code for one in found[before:]))


def _read(tree: Tree, text: Text) -> None:
    """Read a whole file into a tree; whatever is no YAML is reported, and passed over."""
    stream = Chunks("", tree.clean, 0) if text.unaltered is None else text.unaltered
    with suppress(TooMany):
        try:
            tree.build(events(stream), text.source)
            tree.complete = True
        except (YAMLError, Limit) as error:
            from crmdsl.syntax.recovery import recover

            recover(tree, text, error)


def _root(tree: Tree, text: Text, *, broken: bool) -> Mapping | None:
    """The one map that a file is: that of its first document, with what others add to it."""
    roots = [root for root in tree.roots if not _is_empty(root)]
    if not roots:
        start = Place(0, 0, 0)
        return None if broken else Mapping(text.source, start, flow=False)
    maps = [root for root in roots if isinstance(root, Mapping)]
    if not maps:
        if not broken:
            tree.report([_no_map(roots[0])])
        return None
    first = maps[0]
    for other in maps[1:]:
        _unite(first, other)
    first.broken = first.broken or not tree.complete or len(maps) < len(roots)
    return first


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style is None and not node.value


def _no_map(node: Node) -> Diagnostic:
    return Diagnostic(
        "wrong-type",
        Severity.ERROR,
        node.span,
        Message("a file of a spec is a map of sections"),
        help=Message("begin with `crmdsl: 1`, and write each section as `roles:`, its entries below it"),
    )


def _unite(first: Mapping, other: Mapping) -> None:
    """Add the sections of another document of the file."""
    for name, (key, value) in other.entries.items():
        there = first.get(name)
        if there is None:
            first.entries[name] = (key, value)
        elif isinstance(there, Mapping) and isinstance(value, Mapping):
            for inner, entry in value.entries.items():
                there.entries.setdefault(inner, entry)


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
            return Broken(node.source, node.start, node.end)
        if text.breaks:
            node.value = node.value.translate(text.breaks)
    return node
