"""The files of a spec before and after a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from crmdsl.diagnostics import Message, Span
from crmdsl.editing.formatter import Formatted, format_file
from crmdsl.syntax.faults import UnreadableFile
from crmdsl.syntax.loader import Entry


@dataclass(frozen=True, slots=True)
class Change:
    """A file of a spec with the bytes that it has and those that it shall have."""

    path: str
    place: Path
    before: bytes
    after: bytes


def format_all(entries: Iterable[Entry]) -> Iterator[tuple[str, Formatted, Change | None]]:
    """Every file of a spec by its path, formatted, with its change if there is one."""
    for entry in entries:
        if isinstance(entry.data, Message) or entry.place is None:
            reason = entry.data if isinstance(entry.data, Message) else Message("this is no file")
            yield entry.path, Formatted(None, (UnreadableFile.at(Span(entry.path, 1, 1, 1, 1), reason),)), None
            continue
        done = format_file(entry.path, entry.data)
        after = entry.data if done.text is None or done.untouched else done.text.encode()
        change = Change(entry.path, entry.place, entry.data, after) if after != entry.data else None
        yield entry.path, done, change


def diff(changes: Iterable[Change]) -> str:
    """The changes as a unified diff, which `patch` takes in the folder of the spec."""
    return "".join(_diff(change) for change in changes)


def _diff(change: Change) -> str:
    before, after = (_lines(data.decode("utf-8", "replace")) for data in (change.before, change.after))
    lines = unified_diff(before, after, f"a/{change.path}", f"b/{change.path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends; only line feeds divide."""
    *lines, last = text.split("\n")
    return [*(line + "\n" for line in lines), *([last] if last else [])]
