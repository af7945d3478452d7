"""Differences as entries of a report, before they are text or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from crmdsl.analysis.changes.change import Change, Kind, Place
from crmdsl.backends.diagrams.words import human
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.numbers import retold
from crmdsl.report.changes.access import entry as access_entry
from crmdsl.report.changes.entry import Entry
from crmdsl.report.changes.speaker import CLASSES, Speaker

SECTIONS: dict[str, Message] = {
    "deciders": Message("Who decides"),
    "guards": Message("Which ways are open"),
    "access": Message("Who may do what"),
    "declared": Message("What is declared"),
}
"""The headings of the sections, in the order in which they are told; see `crmdsl.analysis.changes.SECTIONS`."""

TITLES: dict[str, Message] = {
    "company": Message("Company"), "calendars": Message("Calendars"), "departments": Message("Departments"),
    "roles": Message("Roles"), "people": Message("People"), "territories": Message("Territories"),
    "product_lines": Message("Product lines"), "sales_network": Message("Sales network"),
    "channels": Message("Channels"), "entities": Message("Entities"), "processes": Message("Processes"),
    "approvals": Message("Approvals"), "handoffs": Message("Handoffs"), "access": Message("Access"),
    "kpis": Message("KPIs"), "dashboards": Message("Dashboards"), "integrations": Message("Integrations"),
}  # fmt: skip
"""What the sections of a spec are called."""
INNER: dict[str, Message] = {
    "steps": Message("step `{name}`"), "levels": Message("level `{name}`"), "fields": Message("field `{name}`"),
    "outcomes": Message("outcome `{name}`"), "decide": Message("way `{name}`"),
    "anytime": Message("outcome `{name}` at any time"), "parallel": Message("branch `{name}`"),
    "separation": Message("separation `{name}`"), "grants": Message("grant `{name}`"),
    "actions": Message("action `{name}`"),
}  # fmt: skip
"""What stands inside of a declaration."""


def sections(changes: Sequence[Change], speaker: Speaker) -> Iterator[tuple[str, list[Entry]]]:
    """The headings of the sections that have something to tell, with their entries."""
    for section, heading in SECTIONS.items():
        found = [entry(change, speaker) for change in changes if change.section == section]
        if found:
            yield speaker.say(heading), found


def entry(change: Change, speaker: Speaker) -> Entry:
    """A difference as an entry."""
    if change.section == "declared":
        return _declared(change, speaker)
    if change.section == "access":
        return access_entry(change, speaker)
    return WRITERS[change.kind](change, speaker)


def _decided(change: Change, speaker: Speaker) -> Entry:
    details = [
        (speaker.say(Message("before")), speaker.decided(change, change.before)),
        (speaker.say(Message("now")), speaker.decided(change, change.now)),
    ]
    if change.case is None:
        details.append(("", speaker.say(Message("whether there is such a case could not be proven"))))
    elif change.case:
        details.append((speaker.say(Message("for example")), retold(change.case, speaker.numbers)))
    region = speaker.region(speaker.entity(change.place), change.region)
    return Entry(speaker.heading(change.place), "~", region, tuple(speaker.tags(change)), tuple(details))


def _unknown(change: Change, speaker: Speaker) -> Entry:
    reason = speaker.say(change.reason) if change.reason else ""
    line = speaker.say(Message("could not be compared: {reason}", reason=reason))
    return Entry(speaker.heading(change.place), "~", line, tuple(speaker.tags(change)))


def _declared(change: Change, speaker: Speaker) -> Entry:
    """Something declared that came, went or changed, with what that does."""
    sign = {Kind.ADDED: "+", Kind.REMOVED: "-"}.get(change.kind, "~")
    what = _what(change.place, speaker)
    line = ": ".join(part for part in (what, _happened(change, speaker)) if part)
    details = [("", f"{speaker.say(CLASSES[one.kind])}: {speaker.say(one.text)}") for one in change.effects]
    return Entry(_heading(change.place, speaker), sign, line, tuple(speaker.tags(change)), tuple(details))


def _happened(change: Change, speaker: Speaker) -> str:
    """What changed, and from what to what."""
    before, now = (f"`{value}`" if value is not None else "–" for value in (change.before, change.now))
    if change.kind is Kind.RENAMED:
        return speaker.say(Message("was called {before}", before=before))
    if change.kind is Kind.ORDER:
        return speaker.say(Message("the order is {now}, and was {before}", before=before, now=now))
    if change.kind is Kind.UNKNOWN:
        return speaker.say(change.reason) if change.reason else ""
    return f"`{change.key}` {before} → {now}" if change.key else ""


def _heading(place: Place, speaker: Speaker) -> str:
    """Under what a declaration is told: its section, and what is around it."""
    section, name, *inner = place if len(place) > 1 else (*place, "")
    title = speaker.say(TITLES[section])
    return f"{title} › {speaker.titled(section, name)}" if inner and section != "access" else title


def _what(place: Place, speaker: Speaker) -> str:
    """What a declaration is, inside of what it is told under; nothing for a map as a whole, whose order changed."""
    section, name, *inner = place if len(place) > 1 else (*place, "")
    if section == "access":
        return speaker.say(INNER[name].having(name=inner[0]))
    if not inner:
        label = speaker.called(section, name) if section != "company" else ""
        return f"`{name}` ({label})" if label and label != human(name) else f"`{name}`" if name else ""
    parts = [speaker.say(INNER[kind].having(name=name)) for kind, name in zip(inner[::2], inner[1::2], strict=False)]
    return ", ".join(parts)


WRITERS: dict[Kind, Callable[[Change, Speaker], Entry]] = {Kind.DECIDED: _decided, Kind.UNKNOWN: _unknown}
