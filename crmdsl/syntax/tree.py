"""Events become nodes, in one pass; what a spec may not use of YAML is reported on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

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
from crmdsl.syntax import features
from crmdsl.syntax.nodes import Broken, Mapping, Mark, Node, Scalar, Sequence, Source
from crmdsl.syntax.sharing import Anchors

MAX_DEPTH = 64
MAX_EVENTS = 3_000_000
MAX_FAULTS = 5_000

_UNREADABLE = "\udfff"  # no text of a file


class Limit(Exception):
    """A file is nested too deep (`deep`) or has too many values; `mark` is where the limit is passed."""

    def __init__(self, mark: Mark, *, deep: bool) -> None:
        super().__init__()
        self.mark = mark
        self.deep = deep


class Tree:
    """The nodes of one file while they are built.

    `node` is the list or map being filled and `key` the key that waits for its value; `stack` holds the
    same for everything around it; `last` is the value read last. They stay as they are when the parser
    raises, so that what was read until then is kept and recovery knows what was open.
    """

    def __init__(self, source: Source, clean: str, found: list[Diagnostic]) -> None:
        self.origin = source
        self.source = source
        self.clean = clean
        self.found = found
        self.roots: list[Node] = []
        self.documents = 0
        self.stack: list[tuple[Mapping | Sequence | None, Scalar | None]] = []
        self.node: Mapping | Sequence | None = None
        self.key: Scalar | None = None
        self.last: Node | None = None
        self._limit = len(found) + MAX_FAULTS
        self._budget = iter(range(MAX_EVENTS))
        self._places: set[tuple[str, Span]] = set()
        self._anchors = Anchors()
        self._keyless: list[Mapping] = []
        self._properties = features.may_have_properties(clean)
        self._quotes = '"' in clean
        self._handlers = {
            MappingStartEvent: self._start,
            SequenceStartEvent: self._start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
            DocumentEndEvent: self._document_end,
        }

    def report(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add diagnostics, one a place and code, and not more than some thousands."""
        for diagnostic in diagnostics:
            place = (diagnostic.code, diagnostic.span)
            if place not in self._places and len(self.found) < self._limit:
                self._places.add(place)
                self.found.append(diagnostic)

    def build(self, events: Iterator[Any], source: Source) -> None:
        """Read events until they end. What `events` raises passes through, and `Limit`."""
        self.source = source
        key, last = self.key, self.last
        entries, add = self._slots()
        clean, first, properties = self.clean, source.first_offset, self._properties
        new, handlers = Scalar.__new__, self._handlers
        event: Any = None
        try:
            for event, _ in zip(events, self._budget, strict=False):
                if type(event) is ScalarEvent:
                    last = scalar = new(Scalar)
                    scalar.source = source
                    scalar.value = event.value
                    scalar.style = event.style or None
                    scalar.start = start = event.start_mark
                    scalar.end = event.end_mark
                    if properties and clean[start.index + first : start.index + first + 1] in _PROPERTY_SIGNS:
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
                    handler(event)
                    key, last = self.key, self.last
                    entries, add = self._slots()
        finally:
            self.key, self.last = key, last
        if next(self._budget, None) is None:
            raise Limit(event.start_mark, deep=False)

    def _slots(self) -> tuple[Any, Any]:
        """Where values go: the entries of a map, or what takes the next entry of a list."""
        node = self.node
        if isinstance(node, Mapping):
            return node.entries, None
        return None, self.roots.append if node is None else node.items.append

    def attach(self, value: Node) -> None:
        """Put a value where one is due."""
        entries, add = self._slots()
        key = self.key
        if entries is None:
            add(value)
        elif key is None:
            self._instead_of_key(value)
        else:
            pair = (key, value)
            if entries.setdefault(key.value, pair) is not pair:
                self._duplicate(entries, key)
            self.key = None

    def _instead_of_key(self, value: Node) -> None:
        """Read what is no key, and the value that follows, into nowhere."""
        mapping = self.node
        if isinstance(mapping, Mapping):
            mapping.broken = True
            self._keyless.append(mapping)
        self.key = Scalar.__new__(Scalar)
        self.key.value = _UNREADABLE
        self.key.source, self.key.start, self.key.end = value.source, value.start, value.end
        if not isinstance(value, Broken):
            self.report([features.no_key(value)])

    def _duplicate(self, entries: dict[str, tuple[Scalar, Node]], key: Scalar) -> None:
        if key.value != _UNREADABLE:
            self.report([features.duplicate(entries[key.value][0], key)])

    def _refuse_properties(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors.add(anchor, node)
        self.report(features.properties(self.clean, node))

    def _start(self, event: Any) -> None:
        start = event.start_mark
        if len(self.stack) >= MAX_DEPTH:
            raise Limit(start, deep=True)
        kind = Mapping if type(event) is MappingStartEvent else Sequence
        node = kind(self.source, start, bool(event.flow_style))
        if self._properties:
            index = start.index + self.source.first_offset
            if self.clean[index : index + 1] in _PROPERTY_SIGNS:
                self._refuse_properties(node, event.anchor)
        self.attach(node)
        self.stack.append((self.node, self.key))
        self.node, self.key = node, None

    def _end(self, event: Any) -> None:
        node = self.node
        if node is not None:
            node.end = event.end_mark if node.flow or self.last is None else self.last.end
            self.last = node
            self.close()

    def close(self) -> None:
        """Leave the list or map being filled."""
        node = self.node
        if isinstance(node, Mapping):
            if "<<" in node.entries:
                self.report(features.merge(node))
            if self._quotes and node.flow:
                self.report(features.rejoin(self.clean, node))
        self.node, self.key = self.stack.pop()

    def _alias(self, event: Any) -> None:
        place = Broken(self.source, event.start_mark, event.end_mark)
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

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.report([features.second_document(Broken(self.source, event.start_mark, event.end_mark).span)])

    def _document_end(self, _event: Any) -> None:
        self.node = self.key = None

    def finish(self) -> None:
        """Close what is still open, and forget what was read in the place of keys."""
        while self.stack:
            self.close()
        for mapping in self._keyless:
            mapping.entries.pop(_UNREADABLE, None)


_PROPERTY_SIGNS = ("&", "!")
