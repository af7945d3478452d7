"""What may be meant where a spec could not be read: a name there is not reported as missing elsewhere."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Span
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.declaration import Declaration
from crmdsl.model.spec import SECTIONS, Spec
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence, Source

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

_WORD = re.compile(r"[A-Za-z][\w-]*")
LONG = 2_000
"""Of a longer line no more is looked at."""
MOST = 200_000
"""Pairs of a wrong word and a name that are compared; among more, one is near another by chance."""
DROPPING = frozenset({"unknown-key", "wrong-type", "duplicate-key", "duplicate-name", "step-kind"})
"""Faults after which what stands below the line, further in, is not read."""
ABOUT = ("processes", "approvals", "handoffs")
"""Sections of what is about an entity."""
ANYWHERE = frozenset({"yaml-syntax", "yaml-feature", "duplicate-key", "not-utf8", "too-large"})
"""Faults that may concern more than the declaration in which they stand."""


class Doubt:
    """Words that stand near a fault, by section, and those that the faults are about, perhaps misspelt."""

    def __init__(self) -> None:
        self.words: dict[str, set[str]] = {}
        self.wrong: dict[str, set[str]] = {}

    def of(self, sections: Collection[str]) -> tuple[set[str], set[str]]:
        """The words of some sections (of all, if none is named), and those that are wrong."""
        kept = [*sections, ""] if sections else [*self.words, *self.wrong]
        return (
            set().union(*(self.words.get(section, ()) for section in kept)),
            set().union(*(self.wrong.get(section, ()) for section in kept)),
        )


def doubtful(program: Program, names: Iterable[str], *sections: str) -> set[str]:
    """Those of the names that stand, perhaps misspelt, where something could not be read or resolved.

    With `sections` only what stands in one of them counts.
    """
    known = list(names)
    if not known:
        return set()
    words, wrong = _doubt(program).of(sections)
    meant = {nearest(word, known) for word in islice(sorted(wrong), MOST // len(known))}
    return {name for name in known if name in words or name in meant}


def _doubt(program: Program) -> Doubt:
    """Worked out once, from the lines of faults and the declarations that could not be read whole."""
    memo = program.resolved.memo
    found: Doubt | None = memo.get("doubt")
    if found is None:
        found = memo["doubt"] = Doubt()
        if memo["reading"]:
            faults = _Faults(program.spec, found)
            for fault in memo["reading"]:
                faults.add(fault)
        for place in (*program.spec.incomplete, *_adrift(program.spec)):
            found.words.setdefault(place.partition(".")[0], set()).update(_said(program.spec, place))
    return found


def _adrift(spec: Spec) -> Iterator[str]:
    """The declarations that are about an entity which does not exist: what they name may be of any."""
    for section in ABOUT:
        for name, one in getattr(spec, section).items():
            if one.entity is not None and one.entity.name not in spec.entities:
                yield f"{section}.{name}"


class _Faults:
    """Adds the words of faults to a doubt."""

    def __init__(self, spec: Spec, doubt: Doubt) -> None:
        self.doubt = doubt
        self.sources = spec.sources
        self.declared: set[tuple[str, int, int]] = set()
        places: list[tuple[str, int, int, str]] = []
        for section, one in _declarations(spec):
            span = one.name_node.span
            self.declared.add(span[:3])
            places.append((*span[:3], section))
        for entity in spec.entities.values():
            self.declared.update(field.name_span[:3] for field in entity.fields.values())
        self.places = sorted(places)
        self.lost: set[tuple[str, int]] = set()
        self.lines: set[tuple[str, int, str, bool]] = set()

    def section(self, fault: Diagnostic) -> str:
        """The section in which a fault stands; nothing where it may be any."""
        span = fault.span
        if fault.code in ANYWHERE:
            return ""
        if span.column == 1 and span.file in self.sources:
            return nearest(self.sources[span.file].line(span.line)[: span.end_column - 1], SECTIONS) or ""
        before = bisect_right(self.places, (*span[:3], "~"))
        return self.places[before - 1][3] if before and self.places[before - 1][0] == span.file else ""

    def add(self, fault: Diagnostic) -> None:
        """The words on the line of a fault, but for names that are declared there, and those below that are lost."""
        span = fault.span
        source = self.sources.get(span.file)
        if source is None:
            return
        section = self.section(fault)
        words = self.doubt.words.setdefault(section, set())
        wrong = self.doubt.wrong.setdefault(section, set())
        line = source.line(span.line)[:LONG]
        anywhere = fault.code in ANYWHERE
        if (span.file, span.line, section, anywhere) not in self.lines:
            self.lines.add((span.file, span.line, section, anywhere))
            own: Collection[tuple[str, int, int]] = () if anywhere else self.declared
            words.update(word for word, at in _words(line) if (span.file, span.line, at) not in own)
        if fault.code in DROPPING and (span.file, span.line) not in self.lost:
            self.lost.add((span.file, span.line))
            words.update(_below(source, span))
        if span.line == span.end_line and (span[:3] not in self.declared or fault.code == "bad-name"):
            found = line[span.column - 1 : span.end_column - 1]
            words.add(found.strip("'\""))
            wrong.update(_WORD.findall(found))


def _words(line: str) -> Iterator[tuple[str, int]]:
    """The words of a line with their columns, which for a quoted one is that of the quote."""
    for match in _WORD.finditer(line):
        quoted = line[match.start() - 1 : match.start()] in ("'", '"')
        yield match[0], match.start() + (0 if quoted else 1)


def _below(source: Source, span: Span) -> Iterator[str]:
    """The words of the lines below that are further in than the line of a span."""
    line = source.line(span.line)
    indent = len(line) - len(line.lstrip())
    for number in range(span.line + 1, len(source.lines or ()) + 1):
        line = source.line(number)[:LONG]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            return
        yield from _WORD.findall(line)


def _declarations(spec: Spec) -> Iterator[tuple[str, Declaration]]:
    for section in SECTIONS:
        for one in getattr(spec, section).values():
            yield section, one


def _said(spec: Spec, place: str) -> set[str]:
    """All words in a declaration, by its section and name."""
    section, _, name = place.partition(".")
    declaration = getattr(spec, section, {}).get(name) if section in SECTIONS else None
    words: set[str] = set()
    work: list[Node] = [declaration.node] if declaration else []
    while work:
        node = work.pop()
        if isinstance(node, Scalar):
            words.update(_WORD.findall(node.value))
        elif isinstance(node, Sequence):
            work.extend(node.items)
        elif isinstance(node, Mapping):
            words.update(node.entries)
            work.extend(value for _, value in node.entries.values())
    return words
