"""Columns that the author lined up, and that stay lined up: comments behind lines, and values in neighbouring lines.

A gap of several blanks is kept only where the token behind it stands under or over one of its like; everything else
is set apart by a single blank. Where texts change their length, the whole column moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmdsl.editing.tokens import COMMENT, Line, Token

Place = tuple[int, int]
"""A line and a token of it; the comment of a line has the number behind its last token."""


def columns(lines: Sequence[Line]) -> list[list[Place]]:
    """The places that stand in one column each, from left to right."""
    found: set[Place] = set()
    groups: list[tuple[int, list[Place]]] = []
    for number, line in enumerate(lines):
        for index, token in _padded(line):
            if (number, index) not in found:
                group = _group(lines, number, index, token)
                found.update(group)
                # comments on lines of their own go with one behind a line above them only
                group = group[next((at for at, place in enumerate(group) if place[1]), len(group)) :]
                if len(group) > 1:
                    groups.append((token.column, group))
    groups.sort(key=lambda entry: entry[0])
    return [group for _, group in groups]


def _padded(line: Line) -> Iterator[tuple[int, Token]]:
    """The tokens of a line that stand further off than they need to, and its comment."""
    if any(token.more for token in line.tokens):
        return
    for index, token in enumerate(line.tokens):
        if token.gap > 1 and index and line.tokens[index - 1].kind in ":," and token.kind not in ":,}]":
            yield index, token
    if line.comment:
        yield len(line.tokens), line.comment


def _group(lines: Sequence[Line], number: int, index: int, token: Token) -> list[Place]:
    """The places above and below that stand in the column of a token."""
    like = _like(lines[number], index)
    group = [(number, index)]
    for step in (-1, 1):
        at = number + step
        while 0 <= at < len(lines) and not lines[at if step > 0 else at + 1].blank:
            beside = next((i for i in _indices(lines[at]) if _column(lines[at], i) == token.column), None)
            if beside is None or _like(lines[at], beside) != like or any(token.more for token in lines[at].tokens):
                break
            group.append((at, beside))
            at += step
    return sorted(group)


def _indices(line: Line) -> range:
    """Every token of a line but its first, and its comment."""
    return range(1 if line.tokens else 0, len(line.tokens) + (line.comment is not None))


def _column(line: Line, index: int) -> int:
    return token_at(line, index).column


def token_at(line: Line, index: int) -> Token:
    """A token of a line, or its comment."""
    if index < len(line.tokens):
        return line.tokens[index]
    assert line.comment  # noqa: S101 - the number behind the last token is that of a comment
    return line.comment


def _like(line: Line, index: int) -> str:
    """What a place is, for one to stand under another: a comment, or what is behind a certain sign."""
    return COMMENT if index == len(line.tokens) else line.tokens[index - 1].kind
