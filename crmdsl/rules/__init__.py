"""The rules: one module a diagnostic, found by their place in this folder.

A rule module has `CODE`, `SEVERITY`, a docstring that documents the diagnostic, and `check(program)`, which yields
its diagnostics. `SILENCEABLE = True` lets an error be silenced by `allow`, as warnings can always be; `LAST =
True` makes a rule run after the others; `WHOLE = True` says that processes which are not sound are left out of what
it reckons, so that nothing follows from its silence while there are some; `ENTIRE = True` keeps it quiet where a file
could not be read to its end, since what it misses may stand there. What modules share stands in modules with
a leading underscore.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from crmdsl.diagnostics import Message
from crmdsl.diagnostics.collection import MOST, collect
from crmdsl.rules._second_core import second_core, turn
from crmdsl.rules._silence import silenceable, silenced
from crmdsl.rules._torn import torn
from crmdsl.syntax.faults import TooLarge

__all__ = ["check_all", "rules", "silenceable"]

if TYPE_CHECKING:
    from crmdsl.diagnostics import Diagnostic
    from crmdsl.ir.program import Program


@cache
def rules() -> tuple[Any, ...]:
    """The rule modules, in the order in which they run."""
    found = [
        import_module(f"{__name__}.{entry.name}")
        for entry in pkgutil.iter_modules(__path__)
        if not entry.name.startswith("_")
    ]
    return tuple(sorted(found, key=lambda rule: (getattr(rule, "LAST", False), rule.CODE)))


def check_all(program: Program, reading: Iterable[Diagnostic] = ()) -> list[Diagnostic]:
    """The diagnostics of all rules that no `allow` silences, with those found while reading.

    Sorted by file, line, column and code; each stands once, however many declarations take it over by `use`. No rule
    is asked where reading alone found more than is told.
    """
    reading = list(reading)
    memo = program.resolved.memo
    memo["rules"] = {rule.CODE: rule for rule in rules()}
    memo["reading"] = reading
    lost = torn(program)
    asked = [rule for rule in memo["rules"].values() if not (lost and getattr(rule, "ENTIRE", False))]
    found = _found(program, asked) if len(reading) <= MOST else []
    return _told(list(collect([*reading, *found])))


def _found(program: Program, asked: list[Any]) -> list[Diagnostic]:
    """What rules find, here or on a second core."""
    found: list[Diagnostic] = []
    with second_core(program, asked) as there:
        for rule in sorted(asked, key=turn):
            told = there.found(rule)
            found += silenced(program, list(islice(rule.check(program), MOST + 1)) if told is None else told)
    return found


def _told(found: list[Diagnostic]) -> list[Diagnostic]:
    """As many diagnostics as anybody reads, and that there are more."""
    if len(found) <= MOST:
        return found
    message = Message("more than {count} faults, the rest is left out", count=MOST)
    return [*found[:MOST], TooLarge.at(found[MOST].span, message, help=Message("repair these first"))]
