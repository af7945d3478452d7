"""Which lines of a file are the text of block scalars (`|` and `>`), told from the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_HEADER = re.compile(r"(?:^|[:\-?]) *(?:[&!]\S* +)*[|>](?:[+-]?([1-9])?|([1-9])[+-])[ \t]*(?:#.*)?\r?$")
_DASHES = re.compile(r" *(?:- +)*")


def block_scalar_lines(lines: Iterable[str]) -> Iterator[int | None]:
    """For each line the number of spaces that are its indentation if it is inside a block scalar, else `None`."""
    parent: int | None = None
    indent: int | None = None
    for line in lines:
        spaces = len(line) - len(line.lstrip(" "))
        blank = not line.strip(" \r")
        if parent is not None:
            if indent is None and spaces > parent and not blank:
                indent = spaces
            if blank or (indent is not None and spaces >= indent):
                yield indent if indent is not None else spaces
                continue
            parent = indent = None
        yield None
        header = None if line.lstrip().startswith("#") else _HEADER.search(line)
        if header:
            parent = _parent(line)
            digit = header[1] or header[2]
            indent = parent + int(digit) if digit else None


def _parent(line: str) -> int:
    """The indentation of the map or list that holds the block scalar whose header is on a line."""
    dashes = _DASHES.match(line)
    return dashes.end() if dashes and ":" in line[dashes.end() :] else len(line) - len(line.lstrip(" "))
