"""Repairs that are certain, put into the text of a spec."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from crmdsl.diagnostics import Diagnostic, Severity
from crmdsl.editing.files import Change
from crmdsl.syntax.loader import Entry, Found

ROUNDS = 100
"""Each round repairs what the one before brought to light; a spec in which they never end would be a fault of ours."""

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_MARK = b"\xef\xbb\xbf"


class Fixing(NamedTuple):
    """A repair: the region to replace (line and column, the end exclusive), its new text, and what it repairs."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class Fixed:
    """A spec after its repairs: the diagnostics that they answered, in the order in which they were made, and the
    files that changed."""

    repaired: tuple[Diagnostic, ...]
    changes: tuple[Change, ...]


def fix(found: Found, check: Callable[[Found], Iterable[Diagnostic]]) -> tuple[Fixed, Found]:
    """Repair what is certain, check again, and so on until nothing is left to repair. Gives the spec as it is then."""
    done: list[Diagnostic] = []
    now = found
    for _ in range(ROUNDS):
        wanted = _certain(check(now))
        texts = {entry.path: entry.data for entry in now.entries if isinstance(entry.data, bytes)}
        chosen = {path: ones for path, ones in _apart(wanted).items() if path in texts}
        changed = {path: _applied(texts[path], ones) for path, ones in chosen.items()}
        if all(texts[path] == data for path, data in changed.items()):
            break
        done += [one.diagnostic for path, ones in chosen.items() for one in ones if changed[path] != texts[path]]
        entries = (Entry(entry.path, changed.get(entry.path, entry.data), entry.place) for entry in now.entries)
        now = Found(found.name, found.root, tuple(entries))
    changes = [
        Change(old.path, old.place, old.data, new.data)
        for old, new in zip(found.entries, now.entries, strict=True)
        if old.place and isinstance(old.data, bytes) and isinstance(new.data, bytes) and old.data != new.data
    ]
    return Fixed(tuple(done), tuple(changes)), now


def _certain(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those with a repair. What an error hides may make a warning come or go: warnings wait for the errors."""
    found = list(diagnostics)
    failed = any(one.severity is Severity.ERROR for one in found)
    return [one for one in found if one.fix and (one.severity is Severity.ERROR or not failed)]


def _apart(wanted: Iterable[Diagnostic]) -> dict[str, list[Fixing]]:
    """The repairs of each file, in order; of those that touch each other only the first."""
    chosen: dict[str, list[Fixing]] = {}
    for diagnostic in wanted:
        if diagnostic.fix:
            span = diagnostic.fix.span
            chosen.setdefault(span.file, []).append(
                Fixing((span.line, span.column), (span.end_line, span.end_column), diagnostic.fix.text, diagnostic)
            )
    for path, ones in chosen.items():
        ones.sort(key=lambda one: (one.start, one.end))
        kept: list[Fixing] = []
        for one in ones:
            if not kept or kept[-1].end < one.start:
                kept.append(one)
        chosen[path] = kept
    return chosen


def _applied(data: bytes, ones: Sequence[Fixing]) -> bytes:
    """The bytes of a file with its repairs; a repair that needs a new line ends it as the file does."""
    mark = _MARK if data.startswith(_MARK) else b""
    text = data[len(mark) :].decode("utf-8", "surrogateescape")
    lines = _LINES.findall(text)
    starts = [0, *accumulate(map(len, lines))]
    line_end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"

    def offset(line: int, column: int) -> int:
        return min(starts[min(line, len(starts)) - 1] + column - 1, len(text))

    parts: list[str] = []
    at = 0
    for one in ones:
        parts += [text[at : offset(*one.start)], one.text.replace("\n", line_end)]
        at = offset(*one.end)
    return mark + "".join([*parts, text[at:]]).encode("utf-8", "surrogateescape")
