"""A report as Markdown: what the page says, without its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import catalogue
from crmdsl.report.company.content import Content
from crmdsl.report.company.processes import ProcessView
from crmdsl.report.company.speech import Figure
from crmdsl.report.company.words import SEVERITIES, VERDICTS, WORDS

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
Cell = str | int | Figure | None


def as_markdown(found: Content) -> str:
    """The text."""
    return _Page(found).text()


def escape(text: str) -> str:
    """Text in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


class _Page:
    """Writes the page down, part by part."""

    def __init__(self, found: Content) -> None:
        self.found = found
        self.catalogue = catalogue(found.language)

    def word(self, key: str) -> str:
        """A word of the page with a capital letter."""
        return self.say(WORDS[key])

    def say(self, message: Message) -> str:
        """A message with a capital letter."""
        text = message.text(self.catalogue)
        return text[:1].upper() + text[1:]

    def text(self) -> str:
        """All of it."""
        found = self.found
        parts = [f"# {escape(found.company)}"]
        if found.about:
            parts.append(escape(found.about))
        if found.refused:
            parts.append(escape(found.refused))
        if found.headline:
            parts += [f"**{escape(found.headline.claim)}**", *map(escape, found.headline.sentences)]
        for heading, lines in (
            ("reliefs", self._reliefs()), ("goals", self._goals()), ("people", self._people()),
            ("processes", self._processes()),
            ("services", self._services()), ("borders", self._borders()), ("approvals", self._approvals()),
            ("faults", self._faults()), ("method", [f"- {escape(line)}" for line in found.assumptions]),
        ):  # fmt: skip
            body = "\n".join(lines)
            if body:
                parts += [f"## {self.word(heading)}", body]
        return "\n\n".join(parts) + "\n"

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
        """A table, nothing where it has no rows; figures stand on the right."""
        body = [list(row) for row in rows]
        if not body:
            return
        right = [isinstance(cell, Figure | int) for cell in body[0]]
        yield "| " + " | ".join(self.word(head) if head in WORDS else head for head in heads) + " |"
        yield "|" + "|".join("---:" if one else "---" for one in right) + "|"
        for row in body:
            yield "| " + " | ".join(map(_cell, row)) + " |"

    def _reliefs(self) -> Iterator[str]:
        yield from self.table(
            ("#", "relief", "days", "money", "wait", "load"),
            (
                (one.rank, one.title, one.days, one.money, f"{one.wait_before.whole} → {one.wait_after.whole}",
                 f"{one.load_before.text} → {one.load_after.text}")
                for one in self.found.reliefs
            ),
        )  # fmt: skip
        for one in self.found.reliefs[:3]:
            yield f"\n{escape(one.title)}: {escape(' '.join(one.sums))}"

    def _goals(self) -> Iterator[str]:
        yield from self.table(
            ("goal", "target", "reckoned", "in_simulation", "verdict"),
            (
                (f"{one.title} {one.part}".strip(), one.target, one.reckoned, one.simulated,
                 self.say(VERDICTS[one.verdict]) if one.verdict else "")
                for one in self.found.goals
            ),
        )  # fmt: skip
        yield from (f"\n{escape(one.title)}: {escape(one.why)}" for one in self.found.goals if one.why)

    def _people(self) -> Iterator[str]:
        return self.table(
            ("role", "persons", "load", "hours", "asked", "wait"),
            (
                (one.title, one.persons, one.load, one.hours, one.asked, one.grows or one.wait)
                for one in self.found.roles
            ),
        )

    def _processes(self) -> Iterator[str]:
        yield from self.table(
            ("process", "cases", "success", "lead", "usual", "promise", "kept", "cost", "rework"),
            (
                (one.title, one.cases, one.success, one.lead, one.usual, one.promise, one.kept, one.cost, one.rework)
                for one in self.found.processes
            ),
        )
        for one in self.found.processes:
            yield from self._process(one)

    def _process(self, one: ProcessView) -> Iterator[str]:
        if one.waits:
            yield f"\n### {escape(one.title)}: {self.word('waits')}\n"
        yield from self.table(
            ("step", "for", "wait"),
            ((wait.place.title, wait.role_title or self.word("outside"), wait.time) for wait in one.waits),
        )

    def _services(self) -> Iterator[str]:
        return self.table(
            ("services", "supplier", "customer", "times", "respond", "deliver", "takes", "in_time"),
            (
                (one.title, ", ".join(one.suppliers), ", ".join(one.customers), use.times, one.respond, one.deliver,
                 use.takes, use.kept)
                for one in self.found.services
                for use in one.uses
            ),
        )  # fmt: skip

    def _borders(self) -> Iterator[str]:
        woven = self.found.woven
        if woven is None:
            return
        yield from self.table(
            ("from", "to", "times"), ((one.giver, one.taker, one.times) for one in woven.borders)
        )  # fmt: skip
        yield from (f"\n{escape(line)}" for line in woven.sentences)

    def _approvals(self) -> Iterator[str]:
        for chain in self.found.chains:
            yield f"\n### {escape(chain.title)}\n"
            yield from self.table(
                ("level", "signer", "when", "share", "wait", "limit"),
                (
                    (level.title, ", ".join(level.signers), level.when, level.share, level.wait, level.within)
                    for level in chain.levels
                ),
            )

    def _faults(self) -> Iterator[str]:
        if not self.found.faults:
            yield self.word("no_faults")
        for one in self.found.faults:
            place = f"{one.file}:{one.line}:{one.column}"
            said = f"{escape(self.say(SEVERITIES[one.severity]))}: {escape(one.message)}"
            yield f"- {said} ({one.code}, {escape(place)})" + (f". {escape(one.help)}" if one.help else "")


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return escape(cell.whole if isinstance(cell, Figure) else str(cell))
