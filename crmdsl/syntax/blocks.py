"""Which lines of a file are the text of block scalars (`|` and `>`), told from the text alone."""

from __future__ import annotations

import re

_HEADER = re.compile(r"(?:^|[:\-?]) *(?:[&!]\S* +)*[|>](?:[+-]?([1-9])?|([1-9])[+-])[ \t]*(?:#.*)?\r?$")
_DASHES = re.compile(r" *(?:- +)*")


def block_scalar_lines(text: str) -> dict[int, int]:
    """For each line (1-based) inside a block scalar, the number of spaces that are its indentation."""
    inside: dict[int, int] = {}
    parent: int | None = None
    indent: int | None = None
    for number, line in enumerate(text.split("\n"), 1):
        spaces = len(line) - len(line.lstrip(" "))
        blank = not line.strip(" \r")
        if parent is not None:
            if blank and indent is None:
                continue
            if indent is None and spaces > parent:
                indent = spaces
            if indent is not None and (blank or spaces >= indent):
                inside[number] = indent
                continue
            parent = indent = None
        header = None if line.lstrip().startswith("#") else _HEADER.search(line)
        if header:
            parent = _parent(line)
            digit = header[1] or header[2]
            indent = parent + int(digit) if digit else None
    return inside


def _parent(line: str) -> int:
    """The indentation of the map or list that holds the block scalar whose header is on a line."""
    dashes = _DASHES.match(line)
    return dashes.end() if dashes and ":" in line[dashes.end() :] else len(line) - len(line.lstrip(" "))
