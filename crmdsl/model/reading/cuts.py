"""Values that a comma has cut in two: inside of braces `availability: 12,5%` is the value `12` and a key `5%`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from crmdsl.diagnostics import Diagnostic, Message
from crmdsl.model import kinds
from crmdsl.model.faults import UnknownKey
from crmdsl.model.reading import repairs, repairs_times
from crmdsl.model.reading.context import Reading
from crmdsl.model.reading.meant import Repair
from crmdsl.model.reading.refusals import empty, shown
from crmdsl.syntax.nodes import Node, Scalar

Entries = Mapping[str, tuple[Scalar, Node]]
_FIGURE = r"[0-9][0-9_.]*(?:,[0-9]+)+"
REPAIRS: dict[type[kinds.Kind], Repair] = {
    kinds.PercentKind: repairs.percent, kinds.IntegerKind: repairs.integer, kinds.NumberKind: repairs.number,
    kinds.DurationKind: repairs_times.duration, kinds.EffortKind: repairs_times.effort,
}  # fmt: skip
TEXTS = (kinds.TextKind, kinds.LabelKind)


class Cut(NamedTuple):
    """A number in pieces: the key of its value, the value as far as it goes, and the keys that are the rest of it."""

    key: Scalar
    value: Scalar
    rest: tuple[Scalar, ...]

    @property
    def text(self) -> str:
        """The whole as it stands in the file."""
        return self.value.source.text[self.value.offset : self.rest[-1].end_offset]

    @property
    def start(self) -> int:
        """Where in the value the number begins."""
        found = re.search(r"[0-9][0-9_.]*$", self.value.value)
        return found.start() if found else len(self.value.value)

    def message(self) -> Message:
        """What is wrong."""
        return Message("inside of braces a comma ends the value: it cuts `{value}` in two", value=shown(self.text))

    def hint(self, repair: Repair | None) -> Message:
        """How the whole is written: as the kind of the value repairs it, else with a point for the comma."""
        meant = repair(self.text) if repair and len(self.text) < 64 else None
        if meant is not None:
            return meant.hint
        return Message("write `{text}`", text=shown(_pointed(self.text[self.start :])))

    def quoted(self) -> Message:
        """How a text with a comma is written."""
        text = f'{self.key.value}: "{shown(self.text)}"'.replace('""', '"')
        return Message("put the whole value in quotes: `{text}`", text=text)


def _pointed(text: str) -> str:
    """A text whose numbers have a point for their comma."""

    def figure(found: re.Match[str]) -> str:
        meant = repairs.amount(found[0])
        return meant.text if meant else found[0]

    return re.sub(_FIGURE, figure, text).replace(" €", " EUR")


def cuts(entries: Entries) -> list[Cut]:
    """The numbers of a map that commas have cut, in their order."""
    found: list[Cut] = []
    key, value, rest = None, None, []  # type: ignore[var-annotated]
    for at, node in entries.values():
        last = rest[-1] if rest else value
        if key is not None and isinstance(last, Scalar) and empty(node) and _goes_on(last, at):
            rest.append(at)
            continue
        if rest and key is not None and isinstance(value, Scalar):
            found.append(Cut(key, value, tuple(rest)))
        key, value, rest = at, node, []
    if rest and key is not None and isinstance(value, Scalar):
        found.append(Cut(key, value, tuple(rest)))
    return found


def _goes_on(before: Scalar, key: Scalar) -> bool:
    """Whether a key is the rest of the number before it: no name starts with a digit, a space may follow the comma."""
    plain = before.style is None and key.style is None
    near = 1 <= key.offset - before.end_offset <= 2
    return plain and near and before.value[-1:].isdigit() and key.value[:1].isdigit()


def report_cuts(
    reading: Reading,
    entries: Entries,
    kind_of: Callable[[str], kinds.Kind | None],
    fault: Callable[..., Diagnostic] = UnknownKey.at,
) -> list[Cut]:
    """Report the numbers of a map that commas have cut, each once, where the rest of it stands."""
    found = cuts(entries)
    for cut in found:
        reading.miss(cut.key.value)
        if not reading.hushed(cut.rest[0]):
            kind = kind_of(cut.key.value)
            repair = _repair(reading, cut, kind)
            hint = cut.quoted() if isinstance(kind, TEXTS) else cut.hint(repair)
            if isinstance(kind, kinds.IntegerKind) and repairs.integer(cut.text) is None:
                hint = Message("write a whole number")
            reading.report(fault(cut.rest[0].span, cut.message(), help=hint))
        for part in cut.rest:
            reading.said[id(part)] = None
    return found


def _repair(reading: Reading, cut: Cut, kind: kinds.Kind | None) -> Repair | None:
    if isinstance(kind, kinds.MoneyKind):
        return repairs.money(reading.currency)
    if cut.key.value == "rework":
        return repairs.rework
    return REPAIRS.get(type(kind)) if kind else None


def parts_of(found: Iterable[Cut]) -> set[int]:
    """The keys that are but the rest of a number, by `id`."""
    return {id(part) for cut in found for part in cut.rest}
