"""An `allow` silences a diagnostic that does not occur.

Why:
    An `allow` is the answer of somebody who has looked at a warning. When the warning is gone, what is left would
    silence the next one like it, which nobody has looked at.

Place: the code under `allow`

Wrong:
    roles:
      trainer: {department: sales, allow: {unused-role: starts in March}}
    processes:
      training:
        entity: course
        start: teach
        steps:
          teach: {role: trainer, outcomes: {done: taught}}
          taught: {end: success}

Right:
    roles:
      trainer: {department: sales}
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Fault, Fix, Message, Severity
from crmdsl.diagnostics.nearest import nearest
from crmdsl.ir.staff import perhaps
from crmdsl.model.faults import BadValue
from crmdsl.resolve.endless import finite
from crmdsl.rules._silence import Place, allows_of, silenceable
from crmdsl.rules._torn import torn
from crmdsl.syntax.nodes import Mapping
from crmdsl.syntax.removal import removal

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "unused-allow"
SEVERITY = Severity.WARNING
LAST = True

ERRORS = frozenset({"scenario-failed"})
"""Diagnostics of the language that cannot be silenced and have no rule here."""

RECKONED = frozenset({"approvals", "calendars", "channels", "company", "handoffs", "people", "processes", "roles"})
"""Sections with figures that load, promises and dependence are reckoned from."""

FAULTS = ("syntax", "model", "conditions", "resolve")
"""The stations whose faults arise while a spec is read."""


def check(program: Program) -> Iterator[Diagnostic]:
    """Every `allow` of a code that did not occur under it, or that cannot be silenced.

    One for `unused-allow` itself is never unused: it is there for a diagnostic that comes and goes.
    """
    used = program.resolved.memo.get("used allows", set())
    done: set[int] = set()
    for code, allows in allows_of(program).items():
        for place in allows.places:
            if id(place.allow) not in done and id(place.allow) not in used:
                done.add(id(place.allow))
                yield from _unused(program, code, place)


def _unused(program: Program, code: str, place: Place) -> Iterator[Diagnostic]:
    span = place.allow.code.span
    if silenceable(code, program):
        if code != CODE and not _undecided(program, code):
            yield Diagnostic(
                CODE, SEVERITY, span,
                Message("there is no `{code}` here to allow", code=code), Message("take the `allow` out"),
                fix=_without(place, code),
            )  # fmt: skip
        return
    known = {*program.resolved.memo["rules"], *ERRORS, *_faults()}
    if code in known:
        yield BadValue.at(
            span,
            Message("`{code}` is an error that cannot be silenced", code=code),
            help=Message("repair what it says"),
        )
        return
    near = nearest(code, sorted(known))
    yield BadValue.at(
        span,
        Message("there is no diagnostic `{code}`", code=code),
        help=Message("did you mean `{near}`?", near=near)
        if near
        else Message("`crmdsl explain` lists the diagnostics that there are"),
    )


def _undecided(program: Program, code: str) -> bool:
    """Whether a rule had to leave something out that it should look at, so that its silence says nothing."""
    if torn(program):
        return True
    if not getattr(program.resolved.memo["rules"][code], "WHOLE", False):
        return False
    spec = program.spec
    unread = any(place.partition(".")[0] in RECKONED for place in spec.unread)
    return unread or bool(perhaps(spec)) or len(finite(program.resolved)) < len(spec.processes)


def _without(place: Place, code: str) -> Fix | None:
    """What takes an `allow` out: its code, or the whole key where it is the only one."""
    body = place.declaration.node
    codes = body.get("allow") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(codes, Mapping) or code not in codes.entries:
        return None
    if codes.entries[code][0] is not place.allow.code:
        return None
    return removal(codes, code) if len(codes.entries) > 1 else removal(body, "allow")


def _faults() -> set[str]:
    """The codes of faults that arise while a spec is read."""
    for station in FAULTS:
        import_module(f"crmdsl.{station}.faults")
    return {fault.code for fault in Fault.__subclasses__()}
