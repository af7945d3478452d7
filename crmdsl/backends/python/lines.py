"""Lines that are too long, laid out as formatters do: what stands in the outermost brackets on lines of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crmdsl.backends.python.source import WIDTH

OPENING, CLOSING = "([{", ")]}"
IMPORT = re.compile(r"( *)from (\S+) import ([\w, ]+)")
ENDING = re.compile(r"(\.\w+)?[,:]*$")
"""What may stand behind the last bracket of a line: an attribute, a comma, a colon."""


def tidied(text: str) -> str:
    """A module without spaces at the ends of lines, more than two empty lines, or lines that are too long."""
    kept: list[str] = []
    within_text = False
    for line in map(str.rstrip, text.split("\n")):
        if not line and kept[-2:] == ["", ""]:
            continue
        kept.extend([line] if within_text or len(line) <= WIDTH else wrapped(line))
        within_text ^= line.count('"""') % 2 == 1
    return "\n".join(kept).strip("\n") + "\n"


def wrapped(line: str) -> Iterator[str]:
    """A line, over several where it is too long and imports names or ends in a bracket."""
    imported = IMPORT.fullmatch(line) if len(line) > WIDTH else None
    if imported:
        margin, module, names = imported.groups()
        yield f"{margin}from {module} import ("
        yield from (f"{margin}    {name}," for name in names.split(", "))
        yield f"{margin})"
        return
    found = _outermost(line) if len(line) > WIDTH and "#" not in line and '"""' not in line else None
    if found is None:
        yield line
        return
    start, end = found
    called = line[start - 1].isalnum() or line[start - 1] == "_"
    if line[start] == "(" and not called and "," not in _level(line, found):
        yield line
        return
    margin = line[: len(line) - len(line.lstrip())] + "    "
    parts = list(_parts(line[start + 1 : end]))
    yield line[: start + 1]
    whole = margin + ", ".join(parts)
    alone = len(parts) == 1 and line[start + 1 : end].rstrip().endswith(",")
    if len(whole) <= WIDTH and called and not alone:
        yield whole
    else:
        for part in parts:
            yield from wrapped(f"{margin}{part},")
    yield margin[4:] + line[end:]


def _outermost(line: str) -> tuple[int, int] | None:
    """The first bracket that closes at the end of the line, but for an attribute, comma or colon, and where it does."""
    ending = ENDING.search(line)
    last = (ending.start() if ending else len(line)) - 1
    if last < 0 or line[last] not in CLOSING:
        return None
    opened: list[int] = []
    for at, char in _code(line):
        if char in OPENING:
            opened.append(at)
        elif char in CLOSING:
            if not opened:  # a bracket deep inside, closed on a line of its own
                return None
            start = opened.pop()
            if at == last:
                return (start, last) if line[start + 1 : last] else None
    return None


def _level(line: str, brackets: tuple[int, int]) -> str:
    """The characters right inside of two brackets: without a comma round ones are parentheses, and no tuple."""
    depth, found = 0, ""
    for _, char in _code(line[brackets[0] + 1 : brackets[1]]):
        depth += (char in OPENING) - (char in CLOSING)
        found += char if depth == 0 else ""
    return found


def _parts(inside: str) -> Iterator[str]:
    """What stands between the commas of the outermost level."""
    depth = start = 0
    for at, char in _code(inside):
        depth += (char in OPENING) - (char in CLOSING)
        if char == "," and depth == 0:
            yield inside[start:at].strip()
            start = at + 1
    if inside[start:].strip():
        yield inside[start:].strip()


def _code(line: str) -> Iterator[tuple[int, str]]:
    """The characters of a line that are not within a string, with their places."""
    quote, at = "", 0
    while at < len(line):
        char = line[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        else:
            yield at, char
        at += 1
