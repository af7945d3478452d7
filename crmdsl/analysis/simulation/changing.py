"""A spec with some of its values changed: the question what if, as paths into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

from crmdsl.diagnostics import Diagnostic, Message
from crmdsl.diagnostics.nearest import nearest
from crmdsl.syntax.loader import LoadedSpec
from crmdsl.syntax.nodes import Mapping, Node, Scalar
from crmdsl.syntax.parser import parse

PLACE = "--what-if"
MOST = 64
"""Specs that are compared with the one as it stands."""
_RANGE = re.compile(r"(-?\d{1,6})\.\.(-?\d{1,6})")
Change = tuple[str, str]
"""A path into the spec (`roles.credit_clerk.headcount`) and the value that it gets."""


class BadChange(Exception):
    """What was asked for is no change of this spec."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def grid(asked: Sequence[str]) -> list[tuple[Change, ...]]:
    """The changes of each spec to compare: every value of an axis with every value of the others.

    `path=3` is one value, `path=1..4` four, `path=1,2,4` three. Raises `BadChange`.
    """
    axes = []
    for one in asked:
        path, equals, values = one.partition("=")
        if not equals or not path.strip() or not values.strip():
            raise BadChange(Message("`{text}` is no change: write `path.to.a.key=value`", text=one))
        axes.append([(path.strip(), value) for value in _values(values.strip())])
    count = 1
    for axis in axes:
        count *= len(axis)
    if count > MOST:
        raise BadChange(Message("{count} specs to compare are more than {most}", count=count, most=MOST))
    return [*product(*axes)] if axes else []


def _values(text: str) -> list[str]:
    found = _RANGE.fullmatch(text)
    if found:
        low, high = int(found[1]), int(found[2])
        if low > high or high - low >= MOST:
            raise BadChange(Message("`{text}` is no range of at most {most} values", text=text, most=MOST))
        return [str(value) for value in range(low, high + 1)]
    if text[0] in "{[\"'":
        return [text]
    return [part.strip() for part in text.split(",") if part.strip()] or [text]


def changed(loaded: LoadedSpec, changes: Iterable[Change]) -> LoadedSpec:
    """The spec with values put in their places; it is `loaded` itself that changes. Raises `BadChange`."""
    for path, value in changes:
        _put(loaded, path, _read(path, value))
    return loaded


def _read(path: str, value: str) -> tuple[Scalar, Node]:
    """A value as it would stand in a file."""
    faults: list[Diagnostic] = []
    key = path.rpartition(".")[2]
    _, root = parse(PLACE, f"{key}: {value}\n".encode(), faults)
    entry = root.entries.get(key) if root is not None else None
    if faults or entry is None:
        raise BadChange(Message("`{value}` is no value that could stand in a spec", value=value))
    return entry


def _put(loaded: LoadedSpec, path: str, entry: tuple[Scalar, Node]) -> None:
    *way, last = path.split(".")
    maps = [file.root for file in loaded.files if file.root is not None]
    if not way:
        raise BadChange(Message("`{path}` is a whole section: name a key in it", path=path))
    for depth, name in enumerate(way):
        inside = [one.get(name) for one in maps]
        below = [one for one in inside if isinstance(one, Mapping)]
        if not below:
            raise BadChange(_no_such(".".join(way[: depth + 1]), name, [key for one in maps for key in one.entries]))
        maps = below
    target = next((one for one in maps if last in one.entries), maps[0])
    old = target.entries.get(last)
    if isinstance(old[1] if old else None, Mapping) and not isinstance(entry[1], Mapping) and path.count(".") < 2:
        raise BadChange(Message("`{path}` is a whole declaration: name a key in it", path=path))
    target.entries[last] = entry


def _no_such(path: str, name: str, known: list[str]) -> Message:
    near = nearest(name, known)
    if near:
        return Message("the spec has no `{path}`; did you mean `{name}`?", path=path, name=near)
    return Message("the spec has no `{path}`", path=path)
