"""Events become nodes, in one pass; what a spec may not use of YAML is reported on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
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
MAX_EVENTS = 2_400_000
MAX_FAULTS = 5_000

_UNREADABLE = "\udfff"  # no text of a file
_PROPERTY_SIGNS = ("&", "!")

Slots = tuple[Any, Any]


class Limit(Exception):
    """A file is nested too deep (`deep`) or has too many values; `mark` is where the limit is passed."""

    def __init__(self, mark: Mark, *, deep: bool) -> None:
        super().__init__()
        self.mark = mark
        self.deep = deep


class TooMany(Exception):
    """There are more faults than anybody reads; the last one reported says so."""


class Tree:
    """The nodes of one file while they are built.

    `node` is the list or map being filled and `key` the key that waits for its value; `stack` holds the
    same for everything around it; `last` is the value read last. They stay as they are when the parser
    raises, so that what was read until then is kept and recovery knows what was open. `complete` tells that
    the file was read to its end.
    """

    def __init__(self, source: Source, clean: str, found: list[Diagnostic]) -> None:
        self.source = source
        self.clean = clean
        self.found = found
        self.roots: list[Node] = []
        self.documents = 0
        self.stack: list[tuple[Mapping | Sequence | None, Scalar | None]] = []
        self.node: Mapping | Sequence | None = None
        self.key: Scalar | None = None
        self.last: Node | None = None
        self.complete = False
        self._lines: list[str] | None = None
        self._budget = iter(range(MAX_EVENTS))
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

    def build(self, events: Iterator[Any], source: Source) -> None:
        """Read events until they end. What `events` raises passes through, and `Limit`."""
        self.source = source
        key, last = self.key, self.last
        entries, add = self._slots()
        clean, first, properties = self.clean, source.first_offset, self._properties
        new, handlers = Scalar.__new__, self._handlers
        event: Any = None
        scalar_event: Any = ScalarEvent
        try:
            for event, _ in zip(events, self._budget, strict=False):
                if type(event) is scalar_event:
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
                    entries, add = handler(event)
                    key, last = self.key, self.last
        finally:
            self.key, self.last = key, last
        if next(self._budget, None) is None:
            raise Limit(event.start_mark, deep=False)

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
        self.key = Scalar.__new__(Scalar)
        self.key.value, self.key.style = _UNREADABLE, None
        self.key.source, self.key.start, self.key.end = value.source, value.start, value.end
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
        node.start = node.end = event.start_mark
        node.flow = event.flow_style
        node.broken = False
        node.entries = {}
        self._open(node, event)
        return node.entries, None

    def _start_sequence(self, event: Any) -> Slots:
        node = Sequence(self.source, event.start_mark, event.flow_style)
        self._open(node, event)
        return None, node.items.append

    def _open(self, node: Mapping | Sequence, event: Any) -> None:
        """Put a list or map where it belongs, and fill it from now on."""
        stack = self.stack
        if len(stack) >= MAX_DEPTH:
            raise Limit(node.start, deep=True)
        if self._properties:
            index = node.start.index + self.source.first_offset
            if self.clean[index : index + 1] in _PROPERTY_SIGNS:
                self._refuse_properties(node, event.anchor)
        self.attach(node)
        stack.append((self.node, self.key))
        self.node, self.key = node, None

    def _end_mapping(self, event: Any) -> Slots:
        node = self.node
        if type(node) is Mapping:
            node.end = event.end_mark if node.flow or self.last is None else self.last.end
            names = "".join(node.entries)
            if "<<" in names or "{" in names or "[" in names or '"' in names:
                self._repair(node)
            self.last = node
            self.node, self.key = self.stack.pop()
        return self._slots()

    def _end_sequence(self, event: Any) -> Slots:
        node = self.node
        if node is not None:
            node.end = event.end_mark if node.flow or self.last is None else self.last.end
            self.last = node
            self.node, self.key = self.stack.pop()
        return self._slots()

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
        return self._slots()

    def _document(self, event: Any) -> Slots:
        self.documents += 1
        if self.documents > 1:
            self.report([features.second_document(Broken(self.source, event.start_mark, event.end_mark).span)])
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
