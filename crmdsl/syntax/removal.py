"""Taking an entry out of a map: the region of the text that goes with it."""

from __future__ import annotations

import re

from crmdsl.diagnostics import Fix, Span
from crmdsl.syntax.nodes import Mapping, Source

_COMMA_AFTER = re.compile(r"\s*,[ \t]*")
_COMMA_BEFORE = re.compile(r",\s*$")


def removal(around: Mapping, name: str) -> Fix | None:
    """What takes an entry out of its map; `None` where a comment would go with it, or the map would be left empty."""
    key, value = around.entries[name]
    source = around.source
    text = source.text
    if source.shifts or len(around.entries) < 2 or "\r" in text.replace("\r\n", ""):
        return None
    start, end = key.offset, max(key.end_offset, value.end_offset)
    if around.flow:
        after = _COMMA_AFTER.match(text, end)
        before = _COMMA_BEFORE.search(text, around.offset, start)
        if after:
            end = after.end()
        elif before:
            start = before.start()
    else:
        start = text.rfind("\n", 0, start) + 1
        end = text.find("\n", end) + 1 or len(text)
        if text[start : key.offset].strip():
            return None
    return None if "#" in text[start:end] else Fix(_span(source, start, end), "")


def _span(source: Source, start: int, end: int) -> Span:
    """The region between two offsets."""
    return Span(source.path, *_place(source.text, start), *_place(source.text, end))


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
