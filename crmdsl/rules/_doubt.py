"""What may be meant where a spec could not be read: a name there is not reported as missing elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.diagnostics import Span
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.spec import SECTIONS, Spec
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence, Source

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

_WORD = re.compile(r"[A-Za-z][\w-]*")
LONG = 2_000
"""Of a longer line no more is looked at."""
MOST = 200_000
"""Pairs of a wrong word and a name that are compared; among more, one is near another by chance."""


class Doubt(NamedTuple):
    """Words that stand near a fault, and those that the faults are about, perhaps misspelt."""

    words: set[str]
    wrong: set[str]


def doubtful(program: Program, names: Iterable[str]) -> set[str]:
    """Those of the names that stand, perhaps misspelt, where something could not be read or resolved."""
    known = list(names)
    if not known:
        return set()
    doubt = _doubt(program)
    meant = {nearest(word, known) for word in islice(sorted(doubt.wrong), MOST // len(known))}
    return {name for name in known if name in doubt.words or name in meant}


def _doubt(program: Program) -> Doubt:
    """Worked out once, from the lines of faults and the declarations that could not be read whole."""
    memo = program.resolved.memo
    found: Doubt | None = memo.get("doubt")
    if found is None:
        found = Doubt(set(), set())
        memo["doubt"] = found
        sources = _sources(program.spec) if memo["reading"] else {}
        for fault in memo["reading"]:
            if fault.span.file in sources:
                _add(found, sources[fault.span.file], fault.span)
        for place in program.spec.incomplete:
            found.words.update(_said(program.spec, place))
    return found


def _add(doubt: Doubt, source: Source, span: Span) -> None:
    line = source.line(span.line)
    doubt.words.update(_WORD.findall(line[:LONG]))
    if span.line == span.end_line:
        wrong = line[span.column - 1 : span.end_column - 1][:LONG]
        doubt.words.add(wrong)
        doubt.wrong.update(_WORD.findall(wrong))


def _sources(spec: Spec) -> dict[str, Source]:
    nodes = [one.name_node for section in SECTIONS for one in getattr(spec, section).values()]
    return {node.source.path: node.source for node in nodes}


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
            work.extend(value for _, value in node.entries.values())
    return words
