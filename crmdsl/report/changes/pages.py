"""Differences as text for a terminal, and as Markdown for the comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crmdsl.analysis.changes.change import Change, Class, Kind
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.message import Row
from crmdsl.report.changes.entries import sections
from crmdsl.report.changes.entry import Entry
from crmdsl.report.changes.speaker import CLASSES, Speaker

SPECIAL = re.compile(r"([\\*_\[\]<>|#~])")
CODE = re.compile(r"(`[^`]*`)")
BOLD, YELLOW = "1", "33"


def text(changes: Sequence[Change], speaker: Speaker, *, colour: bool = False) -> str:
    """Each section with its entries, indented."""
    lines: list[str] = []
    for heading, entries in sections(changes, speaker):
        lines += ["", painted(heading, BOLD, colour)]
        last = None
        for entry in gathered(entries):
            if entry.heading != last:
                lines.append(f"  {entry.heading}")
                last = entry.heading
            tags = f"  [{', '.join(entry.tags)}]" if entry.tags else ""
            lines.append(f"    {entry.sign} {entry.line}{painted(tags, YELLOW, colour)}")
            lines += [f"        {_detail(label, shown)}" for label, shown in entry.details]
    return "".join(f"{line}\n" for line in lines[1:])


def gathered(entries: Sequence[Entry]) -> list[Entry]:
    """The entries with those of one heading together, in the order in which headings come first."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.heading, []).append(entry)
    return [entry for group in found.values() for entry in group]


def _detail(label: str, shown: str) -> str:
    return f"{label}: {shown}" if label else shown


def painted(shown: str, code: str, colour: bool) -> str:
    """A text in a colour, if there are colours."""
    return f"\x1b[{code}m{shown}\x1b[0m" if colour and shown else shown


def markdown(changes: Sequence[Change], speaker: Speaker, title: str) -> str:
    """The same for a pull request: what can break stands first."""
    lines = [f"## {_plain(title)}", "", f"{_plain(speaker.say(summary(changes)))}"]
    for heading, entries in sections(changes, speaker):
        lines += ["", f"### {_plain(heading)}"]
        last = None
        for entry in gathered(entries):
            if entry.heading != last:
                lines += ["", f"**{_plain(entry.heading)}**", ""]
                last = entry.heading
            lines += _item(entry)
    return "".join(f"{line}\n" for line in lines)


def _item(entry: Entry) -> list[str]:
    tags = "".join(f" `{tag}`" for tag in entry.tags)
    sign = {"+": "➕ ", "-": "➖ "}.get(entry.sign, "")
    details = [f"  - {f'{label}: ' if label else ''}{_plain(shown)}" for label, shown in entry.details]
    return [f"- {sign}{_plain(entry.line)}{tags}", *details]


def _plain(shown: str) -> str:
    """A text in which Markdown sees nothing but text, and what stands in backticks."""
    parts = CODE.split(" ".join(shown.split()))
    return "".join(part if part.startswith("`") else SPECIAL.sub(r"\\\1", part) for part in parts)


def summary(changes: Sequence[Change]) -> Message:
    """`3 changes; who decides: 2`."""
    if not changes:
        return Message("no differences")
    parts: list[Message] = [Message.counted("{count} change", "{count} changes", count=len(changes))]
    for one in Class:
        count = sum(one in change.classed for change in changes)
        if count:
            parts.append(Message("{what}: {count}", what=CLASSES[one], count=count))
    left = sum(change.kind is Kind.UNKNOWN for change in changes)
    if left:
        parts.append(Message("not compared: {count}", count=left))
    return Row(parts, "; ")
