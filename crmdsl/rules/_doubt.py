"""What may be meant where a spec could not be read: a name there is not reported as missing elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.spec import SECTIONS, Spec
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence, Source

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

_WORD = re.compile(r"[A-Za-z]\w*")


def doubtful(program: Program, names: Iterable[str]) -> set[str]:
    """Those of the names that stand, perhaps misspelt, where something could not be read or resolved."""
    known = list(names)
    words = _words(program) if known else set()
    return {name for name in known if name in words} | {
        found for word in words if (found := nearest(word, known)) is not None
    }


def _words(program: Program) -> set[str]:
    """The words on the lines of faults, and in declarations that could not be read whole; worked out once."""
    memo = program.resolved.memo
    found: set[str] | None = memo.get("doubtful words")
    if found is None:
        found = set()
        memo["doubtful words"] = found
        sources = _sources(program.spec) if memo["reading"] else {}
        lines = {
            (fault.span.file, number)
            for fault in memo["reading"]
            for number in range(fault.span.line, min(fault.span.end_line, fault.span.line + 200) + 1)
        }
        for file, number in lines:
            if file in sources:
                found.update(_WORD.findall(sources[file].line(number)))
        for place in program.spec.incomplete:
            found.update(_said(program.spec, place))
    return found


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
