"""Differences as entries of a report, before they are text or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from crmdsl.analysis.changes.change import Change, Kind
from crmdsl.diagnostics import Message
from crmdsl.report.changes.speaker import Speaker

SECTIONS: dict[str, Message] = {
    "deciders": Message("Who decides"),
    "guards": Message("Which ways are open"),
}
"""The headings of the sections, in the order in which they are told; see `crmdsl.analysis.changes.SECTIONS`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One difference: under which heading, its sign (`+`, `-` or `~`), a line, what it can break, and details, each
    with its label (empty for a line of its own)."""

    heading: str
    sign: str
    line: str
    tags: tuple[str, ...]
    details: tuple[tuple[str, str], ...] = ()


def sections(changes: Sequence[Change], speaker: Speaker) -> Iterator[tuple[str, list[Entry]]]:
    """The headings of the sections that have something to tell, with their entries."""
    for section, heading in SECTIONS.items():
        found = [entry(change, speaker) for change in changes if change.section == section]
        if found:
            yield speaker.say(heading), found


def entry(change: Change, speaker: Speaker) -> Entry:
    """A difference as an entry."""
    return WRITERS[change.kind](change, speaker)


def _decided(change: Change, speaker: Speaker) -> Entry:
    details = [
        (speaker.say(Message("before")), speaker.decided(change, change.before)),
        (speaker.say(Message("now")), speaker.decided(change, change.now)),
    ]
    if change.case is None:
        details.append(("", speaker.say(Message("whether there is such a case could not be proven"))))
    elif change.case:
        details.append((speaker.say(Message("for example")), change.case))
    region = speaker.region(speaker.entity(change.place), change.region)
    return Entry(speaker.heading(change.place), "~", region, tuple(speaker.tags(change)), tuple(details))


def _unknown(change: Change, speaker: Speaker) -> Entry:
    reason = speaker.say(change.reason) if change.reason else ""
    line = speaker.say(Message("could not be compared: {reason}", reason=reason))
    return Entry(speaker.heading(change.place), "~", line, tuple(speaker.tags(change)))


WRITERS: dict[Kind, Callable[[Change, Speaker], Entry]] = {Kind.DECIDED: _decided, Kind.UNKNOWN: _unknown}
