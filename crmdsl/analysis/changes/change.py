"""What is said of a difference between two specs, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from crmdsl.diagnostics import Message, Span

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

Place = tuple[str, ...]
"""Where something stands: `("approvals", "discount", "levels", "area")`."""


class Class(StrEnum):
    """Whom a change can break: who uses the generated package, cases that are running, or who decides what; and
    whether somebody gains access, or loses it."""

    API = "api"
    CASES = "cases"
    DECIDERS = "deciders"
    GAIN = "gain"
    LOSS = "loss"


class Kind(StrEnum):
    """What happened. `DECIDED`: cases are decided otherwise, `UNKNOWN`: whether they are could not be found out;
    `GAINED`, `LOST`: somebody may do something that he could not, or the other way round."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"
    ORDER = "order"
    DECIDED = "decided"
    UNKNOWN = "unknown"
    GAINED = "gained"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Range:
    """Values from one to another, as a condition names them; `None` is no limit. Both are inside, unless `after`
    or `short` say that a number lies beyond the first, or below the last."""

    low: str | None = None
    high: str | None = None
    after: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Extent:
    """The values of one thing in a region: a field by its path, `requester`, `today`, a sum, a comparison.

    `ranges` are those of figures, `values` those of everything else; with `others` all but these. `missing` tells
    that it may also be missing, `known` that there is no condition but that it is there.
    """

    name: str
    base: str
    ranges: tuple[Range, ...] = ()
    values: tuple[str, ...] = ()
    others: bool = False
    missing: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: `kind` is `roles`, `manager` (of the requester) or `named` (in the field `names[0]`).

    `quorum` is how many must, or `all`: one of each role. Where nobody signs `kind` is `approved` or `rejected`, what
    then becomes of the case, or `nobody`: the chain does not say.
    """

    kind: str
    names: tuple[str, ...] = ()
    quorum: int | str = 1


@dataclass(frozen=True, slots=True)
class Way:
    """An outcome and the step that it leads to."""

    outcome: str
    to: str


class Effect(NamedTuple):
    """What a change does to those who use the package (`API`) or to running cases.

    It arose at one of `places`, the likeliest first, and there of one of the settings `keys`, if it is one's.
    """

    kind: Class
    places: tuple[Place, ...]
    text: Message
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is answered otherwise, as data; `on` is the field asked for, `None` the record.

    `person` asks (`None`: nobody holds `role` yet). `values` are those fields of the record that matter, by path, as
    records keep them (money in minor units, percent in hundredths of a percent, working time in minutes); what is not
    named may have any value. `history` tells who wrote and signed it: `writers`, `signers` -> `others`, `actor` or
    `unknown`. What does not matter is `None`.
    """

    person: str | None
    role: str
    action: str
    on: str | None
    standing: str
    creator: str | None = None
    owner: str | None = None
    process: str = ""
    states: tuple[str, ...] = ()
    requester: str | None = None
    today: date | None = None
    history: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, ...], Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Access:
    """Who gains or loses which actions on which fields of an entity, by which grants (their places).

    `roles` are those of which everybody does, `people` the others; without `fields` it is about the whole record.
    Without a `request`, whether there is any could not be proven.
    """

    entity: str
    roles: tuple[str, ...]
    people: tuple[str, ...]
    actions: tuple[str, ...]
    fields: tuple[str, ...]
    every: bool
    grants: tuple[str, ...]
    request: Request | None


@dataclass(slots=True)
class Change:
    """One difference.

    `key` is the setting of the declaration at `place` that changed, `before` and `now` its values: texts as the
    spec has them, or for `DECIDED` who signs (`Signer`s) or which ways are open (`Way`s) in the cases of `region`,
    of which `case` is one (its `values` by name). With `partly`, who else decides there did not change and is left
    out. `before` is `None` there where such a case was not possible.
    """

    section: str
    kind: Kind
    place: Place
    key: str = ""
    before: Any = None
    now: Any = None
    classes: frozenset[Class] = frozenset()
    region: tuple[Extent, ...] = ()
    case: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    partly: bool = False
    reason: Message | None = None
    effects: list[Effect] = field(default_factory=list)
    span: Span | None = None
    access: Access | None = None

    @property
    def classed(self) -> tuple[Class, ...]:
        """Its classes and those of its effects, in order."""
        found = self.classes | {effect.kind for effect in self.effects}
        return tuple(one for one in Class if one in found)


class Pair(NamedTuple):
    """The two programs that are compared.

    `torn` tells of each whether a file of it could not be read; `sound` that both are, so
    that what would be generated of them is known.
    """

    before: Program
    now: Program
    torn: tuple[bool, bool] = (False, False)
    sound: bool = True

    @property
    def programs(self) -> tuple[Program, Program]:
        """Both, the older first."""
        return self.before, self.now

    def both(self, section: str) -> Iterator[tuple[str, Any, Any]]:
        """The declarations of a section that both specs have, by name, in the order of the newer."""
        old, new = getattr(self.before.spec, section), getattr(self.now.spec, section)
        for name, declaration in new.items():
            if name in old:
                yield name, old[name], declaration
