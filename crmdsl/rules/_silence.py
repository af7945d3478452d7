"""`allow`: diagnostics that a declaration, or one around it, has answered for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.diagnostics import Diagnostic, Severity, Span
from crmdsl.model.declaration import Allow, Declaration, keys_of
from crmdsl.model.kinds import InlineKind, ListKind, MapKind
from crmdsl.model.organisation import Company
from crmdsl.model.spec import SECTIONS, Spec

if TYPE_CHECKING:
    from crmdsl.ir.program import Program


class Place(NamedTuple):
    """An `allow` and the region that it answers for; that of the company answers for whole sections."""

    allow: Allow
    first: Span
    end: tuple[int, int]
    company: bool

    def covers(self, span: Span, sections: set[Span]) -> bool:
        """Whether a diagnostic at `span` is of the declaration, or of one in it."""
        if self.company and span in sections:
            return True
        start = (span.line, span.column)
        return span.file == self.first.file and self.first[1:3] <= start < self.end


def silenceable(code: str, program: Program) -> bool:
    """Whether a diagnostic can be silenced: warnings, infos and the rules on load, promise and separation."""
    rule = program.resolved.memo["rules"].get(code)
    return rule is not None and (rule.SEVERITY is not Severity.ERROR or getattr(rule, "SILENCEABLE", False))


def silenced(program: Program, found: list[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of one rule that no `allow` covers. What an `allow` was used for is kept in mind."""
    allows = allows_of(program)
    if not allows or not found:
        return found
    sections = {node.span for node in program.spec.section_spans.values() if hasattr(node, "span")}
    used: set[int] = program.resolved.memo.setdefault("used allows", set())
    kept = []
    for diagnostic in found:
        places = allows.get(diagnostic.code, ()) if silenceable(diagnostic.code, program) else ()
        answers = [place for place in places if place.covers(diagnostic.span, sections)]
        used.update(id(place.allow) for place in answers)
        if not answers:
            kept.append(diagnostic)
    return kept


def allows_of(program: Program) -> dict[str, list[Place]]:
    """Every `allow` of a spec by its code, worked out once."""
    memo = program.resolved.memo
    found: dict[str, list[Place]] | None = memo.get("allows")
    if found is None:
        found = {}
        memo["allows"] = found
        for declaration in _declarations(program.spec) if _mentioned(program.spec) else ():
            for code, allow in declaration.allow.items():
                found.setdefault(code, []).append(_place(declaration, allow))
    return found


def _place(declaration: Declaration, allow: Allow) -> Place:
    node = declaration.node
    end = max((node.end_line, node.end_column), declaration.name_span[3:])
    return Place(allow, declaration.name_span, end, isinstance(declaration, Company))


def _mentioned(spec: Spec) -> bool:
    """Whether any file says `allow` at all; most do not, and a spec can be long."""
    sources = {id(source): source for one in _top(spec) for source in (one.name_node.source, one.node.source)}
    return any("allow" in source.text for source in sources.values())


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
