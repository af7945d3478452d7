"""Events become nodes, in one pass; what a spec may not use of YAML is reported on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from operator import length_hint
from typing import Any

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from crmdsl.diagnostics import Diagnostic, Span
from crmdsl.syntax import features, limits
from crmdsl.syntax.events import Chunks, events
from crmdsl.syntax.nodes import Broken, Mapping, Node, Scalar, Sequence, Source
from crmdsl.syntax.sharing import Anchors

MAX_FAULTS = 5_000

_UNREADABLE = "\udfff"  # no text of a file
_PROPERTY_SIGNS = ("&", "!")

Slots = tuple[Any, Any]


class Limit(Exception):
    """A file is nested too deep (`deep`) or has too many values; `offset` is where the limit is passed."""

    def __init__(self, offset: int, *, deep: bool) -> None:
        super().__init__()
        self.offset = offset
        self.deep = deep


class TooMany(Exception):
    """There are more faults than anybody reads; the last one reported says so."""


class Tree:
    """The nodes of one file while they are built.

    `node` is the list or map being filled and `key` the key that waits for its value; `stack` holds the
    same for everything around it; `last` is the value read last. They stay as they are when the parser
    raises, so that what was read until then is kept and recovery knows what was open. `complete` tells that
    the file was read to its end.
    `base` is the offset in the file's text of what the parser reads, which counts from 0: it was started again
    behind a syntax error. `events` is how many the part read last had.
    """

    def __init__(self, source: Source, clean: str, found: list[Diagnostic]) -> None:
        self.source = source
        self.clean = clean
        self.base = 0
        self.events = 0
        self.found = found
        self.roots: list[Node] = []
        self.documents = 0
        self.stack: list[tuple[Mapping | Sequence | None, Scalar | None]] = []
        self.node: Mapping | Sequence | None = None
        self.key: Scalar | None = None
        self.last: Node | None = None
        self.complete = False
        self._lines: list[str] | None = None
        self._budget = iter(range(limits.MAX_EVENTS))
        self._places: set[tuple[str, Span]] = set()
        self._anchors = Anchors()
        self._keyless: list[Mapping] = []
        self._properties = features.may_have_properties(clean)
        self._handlers = {
            MappingStartEvent: self._start_mapping,
            SequenceStartEvent: self._start_sequence,
            MappingEndEvent: self._end_mapping,
            SequenceEndEvent: self._end_sequence,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
            DocumentEndEvent: self._document_end,
        }

    def line(self, number: int) -> str:
        """A line (from 1) of the text as it is read, empty where there is none."""
        if self._lines is None:
            self._lines = self.clean.split("\n")
        return self._lines[number - 1].rstrip("\r") if 0 < number <= len(self._lines) else ""

    def levels(self) -> list[Mapping | Sequence]:
        """The lists and maps that are open, the outermost first."""
        return [node for node, _ in (*self.stack, (self.node, None)) if node is not None]

    def report(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add diagnostics, one a place and code. Raises `TooMany`, once, when there are some thousands."""
        for diagnostic in diagnostics:
            place = (diagnostic.code, diagnostic.span)
            if place not in self._places and len(self._places) <= MAX_FAULTS:
                self._places.add(place)
                if len(self._places) > MAX_FAULTS:
                    self.found.append(features.too_many(diagnostic.span, MAX_FAULTS))
                    raise TooMany
                self.found.append(diagnostic)

    def build(self, events: Iterator[Any]) -> None:
        """Read events until they end. What `events` raises passes through, and `Limit`."""
        key, last = self.key, self.last
        entries, add = self._slots()
        source, clean, base, properties = self.source, self.clean, self.base, self._properties
        handlers = self._handlers
        event: Any = None
        scalar_event: Any = ScalarEvent
        try:
            for event, _ in zip(events, self._budget, strict=False):
                if type(event) is scalar_event:
                    last = scalar = Scalar()
                    scalar.source = source
                    scalar.value = event.value
                    scalar.style = event.style or None
                    scalar.offset = offset = event.start_mark.index + base
                    scalar.end_offset = event.end_mark.index + base
                    if properties and clean[offset : offset + 1] in _PROPERTY_SIGNS:
                        self._refuse_properties(scalar, event.anchor)
                    if entries is None:
                        add(scalar)
                    elif key is None:
                        key = scalar
                    else:
                        pair = (key, scalar)
                        if entries.setdefault(key.value, pair) is not pair:
                            self._duplicate(entries, key)
                        key = None
                elif handler := handlers.get(type(event)):
                    self.key, self.last = key, last
                    entries, add = handler(event)
                    key, last = self.key, self.last
        finally:
            self.key, self.last = key, last
        if next(self._budget, None) is None:
            raise Limit(event.start_mark.index + self.base, deep=False)

    def part(self, text: str, base: int, around: int) -> Node | None:
        """Read a part of the file on its own, `around` lists and maps deep; `None` where anything is wrong with it."""
        self.base, self.documents = base, 0
        self.node = self.key = self.last = None
        self.roots, self.stack = [], [(None, None)] * around
        before = length_hint(self._budget)
        try:
            self.build(events(Chunks("", text, 0)))
        except (YAMLError, Limit, TooMany):
            return None
        self.events = before - length_hint(self._budget) - 1  # `build` looks whether one more would be allowed
        return self.roots[0] if len(self.roots) == self.documents == 1 and not self.found else None

    def _slots(self) -> Slots:
        """Where values go: the entries of a map, or what takes the next entry of a list."""
        node = self.node
        if type(node) is Mapping:
            return node.entries, None
        return None, node.items.append if type(node) is Sequence else self.roots.append

    def attach(self, value: Node) -> None:
        """Put a value where one is due."""
        node, key = self.node, self.key
        if type(node) is not Mapping:
            self._slots()[1](value)
        elif key is None:
            self._instead_of_key(node, value)
        else:
            pair = (key, value)
            if node.entries.setdefault(key.value, pair) is not pair:
                self._duplicate(node.entries, key)
            self.key = None

    def _instead_of_key(self, mapping: Mapping, value: Node) -> None:
        """Read what is no key, and the value that follows, into nowhere."""
        mapping.broken = True
        self._keyless.append(mapping)
        around = self.stack[-1][1] if self.stack else None
        self.key = Scalar.of(value.source, _UNREADABLE, None, value.offset, value.end_offset)
        if not isinstance(value, Broken) and (around is None or around.value != _UNREADABLE):
            self.report([features.no_key(value)])

    def _duplicate(self, entries: dict[str, tuple[Scalar, Node]], key: Scalar) -> None:
        if key.value != _UNREADABLE:
            self.report([features.duplicate(entries[key.value][0], key)])

    def _refuse_properties(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors.add(anchor, node)
        self.report(features.properties(self.clean, node))

    def _start_mapping(self, event: Any) -> Slots:
        node = Mapping.__new__(Mapping)
        node.source = self.source
        node.offset = node.end_offset = event.start_mark.index + self.base
        node.flow = event.flow_style
        node.broken = False
        node.entries = {}
        self._open(node, event)
        return node.entries, None

    def _start_sequence(self, event: Any) -> Slots:
        node = Sequence(self.source, event.start_mark.index + self.base, event.flow_style)
        self._open(node, event)
        return None, node.items.append

    def _open(self, node: Mapping | Sequence, event: Any) -> None:
        """Put a list or map where it belongs, and fill it from now on."""
        stack = self.stack
        if len(stack) >= limits.MAX_DEPTH:
            raise Limit(node.offset, deep=True)
        if self._properties and self.clean[node.offset : node.offset + 1] in _PROPERTY_SIGNS:
            self._refuse_properties(node, event.anchor)
        self.attach(node)
        stack.append((self.node, self.key))
        self.node, self.key = node, None

    def _end_mapping(self, event: Any) -> Slots:
        node = self.node
        if type(node) is Mapping:
            node.end_offset = self._end(node, event)
            names = "".join(node.entries)
            if "<<" in names or "{" in names or "[" in names or '"' in names:
                self._repair(node)
            self.last = node
            self.node, self.key = self.stack.pop()
        return self._slots()

    def _end_sequence(self, event: Any) -> Slots:
        node = self.node
        if node is not None:
            node.end_offset = self._end(node, event)
            self.last = node
            self.node, self.key = self.stack.pop()
        return self._slots()

    def _end(self, node: Mapping | Sequence, event: Any) -> int:
        """Where a list or map ends: without brackets, with its last value."""
        return event.end_mark.index + self.base if node.flow or self.last is None else self.last.end_offset

    def _repair(self, node: Mapping) -> None:
        if "<<" in node.entries:
            self.report(features.merge(node))
        self.report(features.rejoin(self.clean, node) if node.flow else features.uncrowd(node))

    def close(self) -> None:
        """Leave the list or map being filled, which does not end here by itself."""
        if isinstance(self.node, Mapping):
            self._repair(self.node)
        self.node, self.key = self.stack.pop()

    def _alias(self, event: Any) -> Slots:
        place = self._place(event)
        self.report([features.alias(event.anchor, place.span)])
        around = {id(node) for node, _ in self.stack} | {id(self.node)}
        value = self._anchors.use(event.anchor, place, around)
        self.last = place
        if not isinstance(self.node, Mapping) or self.key is not None:
            self.attach(value)
        elif isinstance(value, Scalar):
            self.key = value
        else:
            self.attach(place)
        return self._slots()

    def _place(self, event: Any) -> Broken:
        return Broken(self.source, event.start_mark.index + self.base, event.end_mark.index + self.base)

    def _document(self, event: Any) -> Slots:
        self.documents += 1
        if self.documents > 1:
            self.report([features.second_document(self._place(event).span)])
        return self._slots()

    def _document_end(self, _event: Any) -> Slots:
        self.node = self.key = None
        return self._slots()

    def finish(self) -> None:
        """Close what is still open, and forget what was read in the place of keys."""
        while self.stack:
            with suppress(TooMany):
                self.close()
        for mapping in self._keyless:
            mapping.entries.pop(_UNREADABLE, None)
