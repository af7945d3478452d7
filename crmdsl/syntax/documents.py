"""A whole file read by the YAML parser: one map of its documents, and every fault of it as YAML."""

from __future__ import annotations

from contextlib import suppress

from yaml import YAMLError

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.syntax.decoding import Text
from crmdsl.syntax.events import Chunks, events
from crmdsl.syntax.faults import YamlFeature
from crmdsl.syntax.nodes import Mapping, Node, Scalar
from crmdsl.syntax.tree import Limit, TooMany, Tree


def read(text: Text, clean: str, found: list[Diagnostic], *, broken: bool) -> Mapping | None:
    """The root of a file, `None` where it has none that can be read. What is wrong is added to `found`.

    `clean` is the text without directives; `broken` tells that something of it was reported already.
    """
    before = len(found)
    tree = Tree(text.source, clean, found)
    _read(tree, text)
    tree.finish()
    return _root(tree, text, broken=broken or any(one.code != YamlFeature.code for one in found[before:]))


def _read(tree: Tree, text: Text) -> None:
    """Read a whole file into a tree; whatever is no YAML is reported, and passed over."""
    stream = Chunks("", tree.clean, 0) if text.unaltered is None else text.unaltered
    with suppress(TooMany):
        try:
            tree.build(events(stream))
            tree.complete = True
        except (YAMLError, Limit) as error:
            from crmdsl.syntax.recovery import recover

            recover(tree, text, error)


def _root(tree: Tree, text: Text, *, broken: bool) -> Mapping | None:
    """The one map that a file is: that of its first document, with what others add to it."""
    roots = [root for root in tree.roots if not _is_empty(root)]
    if not roots:
        return None if broken else Mapping(text.source, 0, flow=False)
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
