"""`allow`: diagnostics that a declaration, or one around it, has answered for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.diagnostics import Diagnostic, Severity, Span
from crmdsl.model.declaration import Allow, Declaration, keys_of
from crmdsl.model.kinds import InlineKind, ListKind, MapKind
from crmdsl.model.organisation import Company
from crmdsl.model.spec import SECTIONS, Spec
from crmdsl.syntax.nodes import Node

if TYPE_CHECKING:
    from crmdsl.ir.program import Program


class Place(NamedTuple):
    """An `allow`, the declaration that says it, and the region that it answers for, the end exclusive."""

    allow: Allow
    declaration: Declaration
    file: str
    start: tuple[int, int]
    end: tuple[int, int]


class Allows:
    """The places of one code. Those of a file are in or beside each other, so that few are looked at."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.company: list[Place] = []
        self._files: dict[str, list[tuple[Place, int]]] = {}
        self._starts: dict[str, list[tuple[int, int]]] = {}

    def add(self, declaration: Declaration, allow: Allow) -> None:
        """Keep a place, until `covering` is asked first."""
        span, node = declaration.name_span, declaration.node
        place = Place(
            allow, declaration, span.file, (span.line, span.column), max((node.end_line, node.end_column), span[3:])
        )
        self.places.append(place)
        if isinstance(declaration, Company):
            self.company.append(place)

    def covering(self, span: Span) -> Iterator[Place]:
        """The places around a diagnostic."""
        if not self._files:
            self._sort()
        places = self._files.get(span.file, [])
        at = (span.line, span.column)
        index = bisect_right(self._starts.get(span.file, []), at) - 1
        while index >= 0:
            place, index = places[index]
            if at < place.end:
                yield place

    def _sort(self) -> None:
        """Put each place after the one around it, with the number of that one (-1 for none)."""
        for place in sorted(self.places, key=lambda place: (place.start, [-part for part in place.end])):
            places = self._files.setdefault(place.file, [])
            around = len(places) - 1
            while around >= 0 and places[around][0].end <= place.start:
                around = places[around][1]
            places.append((place, around))
            self._starts.setdefault(place.file, []).append(place.start)


def silenceable(code: str, program: Program) -> bool:
    """Whether a diagnostic can be silenced: warnings, infos and the rules on load, promise and separation."""
    rule = program.resolved.memo["rules"].get(code)
    return rule is not None and (rule.SEVERITY is not Severity.ERROR or getattr(rule, "SILENCEABLE", False))


def silenced(program: Program, found: list[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of one rule that no `allow` covers. What an `allow` was used for is kept in mind.

    The company's `allow` answers for what is said of a whole section.
    """
    allows = allows_of(program)
    if not allows or not found:
        return found
    sections = {node.span for node in program.spec.section_spans.values() if isinstance(node, Node)}
    used: set[int] = program.resolved.memo.setdefault("used allows", set())
    kept = []
    for diagnostic in found:
        here = allows.get(diagnostic.code)
        answers: list[Place] = []
        if here and silenceable(diagnostic.code, program):
            answers = [*here.covering(diagnostic.span), *(here.company if diagnostic.span in sections else ())]
            used.update(id(place.allow) for place in answers)
        if not answers:
            kept.append(diagnostic)
    return kept


def allows_of(program: Program) -> dict[str, Allows]:
    """Every `allow` of a spec by its code, worked out once."""
    memo = program.resolved.memo
    found: dict[str, Allows] | None = memo.get("allows")
    if found is None:
        found = {}
        memo["allows"] = found
        for declaration in _declarations(program.spec) if _mentioned(program.spec) else ():
            for code, allow in declaration.allow.items():
                found.setdefault(code, Allows()).add(declaration, allow)
    return found


def _mentioned(spec: Spec) -> bool:
    """Whether any file says `allow` at all; most do not, and a spec can be long."""
    return any("allow" in source.text for source in spec.sources.values())


def _top(spec: Spec) -> Iterator[Declaration]:
    if spec.company:
        yield spec.company
    for section in SECTIONS:
        yield from getattr(spec, section).values()
    yield from spec.access.grants
    yield from spec.access.separation.values()


def _declarations(spec: Spec) -> Iterator[Declaration]:
    for declaration in _top(spec):
        yield from _inside(declaration)


def _inside(declaration: Declaration) -> Iterator[Declaration]:
    yield declaration
    for attribute, key in keys_of(type(declaration)).values():
        if isinstance(key.kind, MapKind | ListKind | InlineKind):
            value = getattr(declaration, attribute)
            for inner in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]:
                if isinstance(inner, Declaration):
                    yield from _inside(inner)
