"""`use`: every key that a declaration does not set itself is taken from another of its section, before reading."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Container
from collections.abc import Mapping as Lookup
from typing import Any, NamedTuple, cast

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.faults import UseCycle
from crmdsl.model.reading.context import Reading
from crmdsl.model.reading.refusals import did_you_mean, empty, shown, wrong_type
from crmdsl.syntax.faults import TooLarge
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

Entries = Lookup[str, tuple[Scalar, Node]]
DEEPEST = 8
"""How many declarations that use others may stand in each other."""


class Link(NamedTuple):
    """A declaration with the keys that it takes from others. `whole` is false where not all could be had."""

    node: Mapping
    whole: bool


def inherited(
    reading: Reading,
    entries: Entries,
    keys: Container[str],
    shorthand: str | None = None,
    around: Callable[[], Entries] | None = None,
    elsewhere: Callable[[str], str | None] | None = None,
) -> dict[str, Link]:
    """The declarations of a map that say `use`, with what they take of `keys`; most maps have none.

    `around` gives further declarations of the same section: steps of the same process in other blocks.
    `elsewhere` gives the section that has a name, if another one has.
    """
    for _, node in entries.values():
        if type(node) is Mapping and "use" in node.entries:
            break
    else:
        return NONE
    known = ChainMap(cast(Any, entries), cast(Any, around())) if around else entries
    chains = Chains(reading, known, keys, shorthand, elsewhere)
    return {name: chains.link(name) for name, (_, node) in entries.items() if uses(node)}


NONE: dict[str, Link] = {}


def uses(node: Node) -> bool:
    """Whether a declaration takes keys from another."""
    return isinstance(node, Mapping) and "use" in node.entries


def size(reading: Reading, node: Node) -> int:
    """How many nodes there are in one; each is counted once and remembered."""
    if isinstance(node, Scalar):
        return 1
    found = reading.sizes.get(id(node))
    if found is None:
        values = [value for _, value in node.entries.values()] if isinstance(node, Mapping) else None
        values = node.items if values is None and isinstance(node, Sequence) else values or []
        found = reading.sizes[id(node)] = 1 + sum(size(reading, value) for value in values)
    return found


class Chains:
    """The links of one map, each followed once."""

    def __init__(
        self,
        reading: Reading,
        entries: Entries,
        keys: Container[str],
        shorthand: str | None,
        elsewhere: Callable[[str], str | None] | None = None,
    ) -> None:
        self.reading = reading
        self.entries = entries
        self.keys = keys
        self.shorthand = shorthand
        self.elsewhere = elsewhere
        self.done: dict[str, Link] = {}
        self._offered: tuple[Link, Entries, int] | None = None

    def link(self, name: str) -> Link:
        """A declaration with all that it takes."""
        found = self.done.get(name)
        if found is None:
            node = self.entries[name][1]
            used = node.entries["use"][1] if isinstance(node, Mapping) else node
            base = self.done.get(used.value) if isinstance(used, Scalar) else None
            if base is None:
                return self.followed(name)
            found = self.done[name] = self.merged(name, base, whole=True)
        return found

    def followed(self, name: str) -> Link:
        """A declaration with all that it takes. Follows the chain without recursion: it may be long."""
        chain: list[str] = []
        position: dict[str, int] = {}
        at: str | None = name
        whole = True
        while at is not None and at not in self.done:
            if at in position:
                self.cycle(chain[position[at] :])
                whole = False
                break
            position[at] = len(chain)
            chain.append(at)
            at, fine = self.following(at)
            whole = whole and fine
        base = self.done.get(at) if at is not None and whole else None
        for member in reversed(chain):
            base = self.done[member] = self.merged(member, base, whole=whole)
        return self.done[name]

    def following(self, name: str) -> tuple[str | None, bool]:
        """The name that a declaration uses, and whether its `use` could be followed."""
        node = self.entries[name][1]
        entry = node.entries.get("use") if isinstance(node, Mapping) else None
        if entry is None:
            return None, True
        key, value = entry
        if not isinstance(value, Scalar) or empty(value):
            hint = Message("name a declaration of the same section, or remove it")
            wrong_type(self.reading, "use", key, value, Message("a name"), hint=hint)
        elif value.value in self.entries:
            return value.value, True
        else:
            self.unknown(value)
        return None, False

    def merged(self, name: str, base: Link | None, *, whole: bool) -> Link:
        """A declaration with the keys of the one it uses behind its own."""
        key, node = self.entries[name]
        body = self.body(key, node)
        if base is None:
            return Link(body, whole)
        taken, many = self.offered(base)
        own = [k for k in body.entries if k in taken]
        if own:
            many -= sum(size(self.reading, taken[k][1]) for k in own)
            taken = {k: v for k, v in taken.items() if k not in body.entries}
        if not self.allowed(name, node, many):
            return Link(body, whole=False)
        together = Mapping(body.source, body.offset, body.flow)
        together.end_offset = body.end_offset
        together.broken = body.broken or base.node.broken
        together.entries = {**body.entries, **taken}
        return Link(together, whole and base.whole)

    def offered(self, base: Link) -> tuple[Entries, int]:
        """What can be taken from a declaration, and how many nodes that is; a map of many may all use one."""
        if self._offered is None or self._offered[0] is not base:
            taken = {k: v for k, v in base.node.entries.items() if k in self.keys}
            self._offered = base, taken, sum(size(self.reading, value) for _, value in taken.values())
        return self._offered[1:]

    def allowed(self, name: str, node: Node, many: int) -> bool:
        """Whether a declaration may take so many nodes: it must not stand inside of them, nor make too much."""
        reading = self.reading
        link = self.link_of(name)
        if id(node) in reading.using:
            reading.spoil()
            message = Message("`{name}` uses what it is a part of itself", name=shown(name))
            reading.report(UseCycle.at(link.span, message, help=Message("write its keys out")))
            return False
        fine = reading.room >= 0
        reading.room -= many
        if reading.room >= 0 and len(reading.using) < DEEPEST:
            return True
        reading.lack()
        if fine:
            reading.room = -1
            message = Message("with all that it uses, the spec is larger than any")
            reading.report(TooLarge.at(link.span, message, help=Message("declare less by `use`")))
        return False

    def body(self, key: Scalar, node: Node) -> Mapping:
        """A declaration as a map, also where it is a text that stands for one key."""
        if isinstance(node, Mapping):
            return node
        made = Mapping(node.source, node.offset, flow=True)
        made.end_offset = node.end_offset
        if isinstance(node, Scalar) and not empty(node) and self.shorthand:
            made.entries[self.shorthand] = (key, node)
        else:
            made.broken = not empty(node)
        return made

    def unknown(self, value: Scalar) -> None:
        """A name that nothing of the section has."""
        reading = self.reading
        reading.spoil()
        # Both codes are documented with all other references, in the station that looks names up.
        section = self.elsewhere(value.value) if self.elsewhere else None
        if section:
            other = Message("`{name}` is one of `{section}`", name=shown(value.value), section=section)
            hint = Message("`use` names a declaration of the same section")
            reading.report(Diagnostic("wrong-kind", Severity.ERROR, value.span, other, hint))
            return
        near = nearest(value.value, self.entries)
        message = Message("there is no `{name}` to use here", name=shown(value.value))
        hint = did_you_mean(near) if near else Message("`use` names a declaration of the same section")
        reading.report(Diagnostic("unknown-name", Severity.ERROR, value.span, message, hint))

    def cycle(self, ring: list[str]) -> None:
        """Declarations that use each other, reported at the one declared first."""
        self.reading.spoil()
        order = {name: number for number, name in enumerate(self.entries)}
        start = min(range(len(ring)), key=lambda i: order[ring[i]])
        ring = ring[start:] + ring[:start]
        spans = [self.link_of(name).span for name in ring]
        path = " → ".join(
            [*(f"`{shown(n)}`" for n in ring[:8]), *(["…"] if len(ring) > 8 else []), f"`{shown(ring[0])}`"]
        )
        related = tuple(
            Related(span, Message("`{name}` uses `{other}` here", name=name, other=other))
            for span, name, other in zip(spans[1:9], ring[1:9], [*ring[2:9], ring[0]], strict=False)
        )
        message = Message("`{name}` uses itself: {path}", name=shown(ring[0]), path=path)
        hint = Message("let one of them set its keys itself")
        self.reading.report(UseCycle.at(spans[0], message, help=hint, related=related))

    def link_of(self, name: str) -> Node:
        """The value of a `use`."""
        node = self.entries[name][1]
        assert isinstance(node, Mapping)  # noqa: S101 - only maps are members of a ring
        return node.entries["use"][1]
