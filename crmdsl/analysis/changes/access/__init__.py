"""Access: who gains and who loses what, on which records, each with a request that is answered otherwise.

Everybody is asked about, once for all whose roles, unit and territory are the same; each action; and each field, once
for all that the same grants open. Where nothing on which the answer hangs has changed, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, NamedTuple

from crmdsl.analysis.changes.access.parties import Party, Right, parties
from crmdsl.analysis.changes.access.question import Asker, Asking, Opening, Question, Standing
from crmdsl.analysis.changes.access.renaming import renaming, without_renamed
from crmdsl.analysis.changes.access.situations import Situations
from crmdsl.analysis.changes.access.witness import AROUND, meeting, region_of, request_of
from crmdsl.analysis.changes.change import Access, Change, Class, Extent, Kind, Pair, Request
from crmdsl.analysis.changes.decisions import Meaning, unknown, values
from crmdsl.conditions.regions import Case, TooManyCases
from crmdsl.conditions.regions.comparison import Difference
from crmdsl.diagnostics import Span
from crmdsl.ir.joint import Incomparable
from crmdsl.ir.policy import BY_FIELD, WRITING
from crmdsl.model.access import ACTIONS

SECTION = "access"
BOTH = frozenset([Class.GAIN, Class.LOSS])
WHOLE = ""
"""The record itself, among its fields."""


class Found(NamedTuple):
    """Something that somebody gains or loses; those of the same `key` are told together."""

    kind: Kind
    entity: str
    region: tuple[Extent, ...]
    action: str
    fields: tuple[str, ...]
    names: tuple[str, ...]
    grants: tuple[Span, ...] = ()
    request: Request | None = None
    text: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    error: Exception | None = None

    @property
    def key(self) -> Hashable:
        """What is the same of all that is told together."""
        return self.kind, self.entity, self.region, self.request is None, type(self.error)


def find(pair: Pair) -> Iterator[Change]:
    """Who gains and loses access. Of specs that have faults nothing is said: a grant may be among what is wrong."""
    if not pair.sound or any(program.spec.unsound for program in pair.programs):
        return
    comparing = Comparing(pair)
    entities = dict.fromkeys((*pair.now.spec.entities, *pair.before.spec.entities))
    found = [one for entity in entities for action in ACTIONS for one in comparing.found(entity, action)]
    kept = without_renamed(found, comparing.names)
    for entity in entities:
        for group in _joined([one for one in kept if one.entity == entity]):
            yield comparing.told(group)


class Comparing:
    """Compares the access of two specs."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.names = renaming(pair)
        before, now, self.empty = parties(pair, self.names)
        self.parties: tuple[Party, Party] = (before, now)
        self.situations = Situations(pair.programs, self.names)
        self.same = before.standing == now.standing
        self.meaning = Meaning()
        self.askers = Asker(before), Asker(now)
        self._alike: dict[Any, tuple[str, ...]] = {}

    # who asks

    def alike(self, *, placed: bool) -> Iterator[tuple[str, ...]]:
        """Everybody by what he is on either side, those who are alike together; by roles alone unless `placed`."""
        found: dict[Any, list[str]] = {}
        for name in dict.fromkeys(name for party in (self.parties[1], self.parties[0]) for name in party.people):
            sides = [party.people.get(name) for party in self.parties]
            key = name if name in self.empty else tuple(
                one and (frozenset(one.roles), *((one.unit, one.territory) if placed else ())) for one in sides
            )  # fmt: skip
            found.setdefault(key, []).append(name)
        yield from map(tuple, found.values())

    def placed(self, entity: str, action: str) -> bool:
        """Whether units or territories of people can make a difference."""
        return any(
            one.scope in ("unit", "territory") or (one.when is not None and ("unit" in (text := one.when.text) or
                                                                           "territory" in text))
            for party in self.parties for one in party.permissions(entity, action)
        )  # fmt: skip

    def found(self, entity: str, action: str) -> Iterator[Found]:
        """What anybody gains or loses of an action on an entity."""
        if not any(party.permissions(entity, action) for party in self.parties) or self._untouched(entity, action):
            return
        groups = list(self.alike(placed=self.placed(entity, action)))
        first = [names[0] for names in groups if names[0] not in self.empty]
        for names in groups:
            rights = tuple(party.rights(names[0], entity, action) for party in self.parties)
            if any(rights):
                others = [*dict.fromkeys((names[0], *names[:2], *first))]
                asking = Asking(
                    self.parties, self.situations, names[0], entity, action, others, (rights[0], rights[1])
                )  # fmt: skip
                yield from _joined_fields(self._of(asking, names))

    def _untouched(self, entity: str, action: str) -> bool:
        """Whether all that an action on an entity hangs on is what it was."""
        return self.same and self._state(0, entity, action) == self._state(1, entity, action)

    def _state(self, side: int, entity: str, action: str) -> Hashable:
        party, resource = self.parties[side], self.parties[side].policy.resources.get(entity)
        return (
            [(one.granted, one.fields, one.scope, self.meaning.of(self.askers[side], [one.tree]))
             for one in party.permissions(entity, action)],
            resource and (resource.owners, {name: (one.by, set(one.edited)) for name, one in resource.fields.items()},
                          set(resource.locked)),
            [(one.per_person, one.actions, one.may) for one in party.policy.separations
             if (entity, action) in one.actions],
        )  # fmt: skip

    # what changed for him

    def _of(self, asking: Asking, names: tuple[str, ...]) -> Iterator[Found]:
        """What somebody, and all who are like him, gain or lose."""
        groups: dict[tuple[Opening, Opening], list[str]] = {}
        for name in self._fields(asking):
            groups.setdefault((self._opening(asking, 0, name), self._opening(asking, 1, name)), []).append(name)
        standings: list[Standing] | None = None
        for openings, fields in groups.items():
            if not any(one.rights for one in openings) or (self.same and self._unchanged(asking, openings)):
                continue
            standings = asking.standings() if standings is None else standings
            if not self._unchanged(asking, openings, standings):
                yield from self._compared(asking, openings, tuple(fields), names, standings)

    def _fields(self, asking: Asking) -> list[str]:
        """What is asked about: the record, its fields, or both."""
        found = dict.fromkeys(
            name for party in reversed(self.parties)
            for name in getattr(party.policy.resources.get(asking.entity), "fields", ())
        )  # fmt: skip
        if asking.action in BY_FIELD:
            return list(found)
        return [WHOLE, *(found if asking.action == "create" else ())]

    def _opening(self, asking: Asking, side: int, field: str) -> Opening:
        """How a side opens a field."""
        rights = enumerate(asking.rights[side])
        if field == WHOLE:
            return Opening(tuple(number for number, _ in rights))
        found = tuple(number for number, one in rights if field in one.permission.fields)
        resource = self.parties[side].policy.resources.get(asking.entity)
        writing = resource.fields.get(field) if resource is not None else None
        if asking.action not in WRITING or writing is None or writing.by == "anybody":
            return Opening(found)
        if writing.by == "nobody":
            return Opening((), ())
        return Opening(found) if asking.action == "create" else Opening(found, writing.edited)

    def _unchanged(
        self, asking: Asking, openings: tuple[Opening, Opening], standings: list[Standing] | None = None
    ) -> bool:
        """Whether all that an answer hangs on is what it was; `standings` tell what scopes come to."""
        sides = []
        for side, opening in enumerate(openings):
            rights = {
                (self._reach(asking.rights[side][number], standings, side, number),
                 self.meaning.of(self.askers[side], [asking.rights[side][number].permission.tree]))
                for number in opening.rights
            }  # fmt: skip
            barred, others, locked = asking.bars(side)
            written = None if opening.written is None else frozenset(opening.written)
            sides.append((rights, written, barred, others, frozenset(locked)))
        return sides[0] == sides[1]

    def _reach(self, right: Right, standings: list[Standing] | None, side: int, number: int) -> Hashable:
        if standings is None:
            return right.way
        return tuple(one.reached[side][number] for one in standings)

    def _compared(
        self, asking: Asking, openings: tuple[Opening, Opening], fields: tuple[str, ...], names: tuple[str, ...],
        standings: list[Standing],
    ) -> Iterator[Found]:  # fmt: skip
        """The regions in which an answer is another."""
        try:
            question = Question(asking, openings, standings)
            differences = question.differences(bool, bool, all_new=False)
        except (TooManyCases, Incomparable) as error:
            yield Found(Kind.UNKNOWN, asking.entity, (), asking.action, fields, names, error=error)
            return
        for one in differences:
            if bool(one.before) != bool(one.now):
                yield self._one(question, one, fields, names)

    def _one(self, question: Question, one: Difference, fields: tuple[str, ...], names: tuple[str, ...]) -> Found:
        kind, side = (Kind.GAINED, 1) if one.now is True else (Kind.LOST, 0)
        asking = question.asking
        person = None if asking.person in self.empty else asking.person
        role = self.empty.get(asking.person) or next(
            (role for party in (self.parties[side], *self.parties) if asking.person in party.people
             for role in party.program.spec.roles if role in party.people[asking.person].roles), "",
        )  # fmt: skip
        request = request_of(question, one.case, role, person, fields[0] or None)
        grants = tuple(dict.fromkeys(
            asking.rights[side][number].permission.declaration.name_span
            for number in meeting(question, side, one.region)
        ))  # fmt: skip
        case = None if one.case is None else _without(question, one.case)
        return Found(
            kind, asking.entity, region_of(question, one.region), asking.action, fields, names, grants, request,
            None if case is None else case.text(question.space),
            () if case is None else tuple(values(question.space, case).items()),
        )  # fmt: skip

    # how it is told

    def told(self, group: list[Found]) -> Change:
        """Findings that are told together as one change."""
        first = group[0]
        actions = tuple(dict.fromkeys(one.action for one in group))
        roles, people = self._who(first.names)
        fields = tuple(name for name in first.fields if name != WHOLE)
        grants = tuple(dict.fromkeys(f"{span.file}:{span.line}" for one in group for span in one.grants))
        access = Access(
            first.entity, roles, people, actions, fields, self._every(first, fields), grants, first.request
        )  # fmt: skip
        span = first.grants[0] if first.grants else self._span(first.entity)
        place = (SECTION, first.entity)
        if first.kind is Kind.UNKNOWN:
            change = unknown(SECTION, place, first.error, BOTH, span)
            change.access = access
            return change
        classes = frozenset([Class.GAIN if first.kind is Kind.GAINED else Class.LOSS])
        return Change(
            SECTION, first.kind, place, classes=classes, region=first.region, case=first.text,
            values=dict(first.values), span=span, access=access,
        )  # fmt: skip

    def _who(self, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The roles of which everybody is among some people, and who is left."""
        wanted = set(names)
        roles: list[str] = []
        covered: set[str] = set()
        for role in dict.fromkeys(role for party in reversed(self.parties) for role in party.program.spec.roles):
            holders = {n for party in self.parties for n, one in party.people.items() if role in one.roles}
            if holders and holders <= wanted and not holders <= covered:
                roles.append(role)
                covered |= holders
        return tuple(roles), tuple(name for name in names if name not in covered)

    def _every(self, found: Found, fields: tuple[str, ...]) -> bool:
        """Whether these are all fields that the action can be about."""
        side = self.parties[0 if found.kind is Kind.LOST else 1]
        resource = side.policy.resources.get(found.entity)
        if resource is None:
            return False
        writing = found.action in WRITING
        return {n for n, one in resource.fields.items() if not writing or one.by != "nobody"} <= set(fields)

    def _span(self, entity: str) -> Span:
        spec = next(program.spec for program in reversed(self.pair.programs) if entity in program.spec.entities)
        return spec.entities[entity].name_span


def _without(question: Question, case: Case) -> Case:
    """A case without what is around the record."""
    named = {one.index for one in question.variables if one.name in AROUND and one.base == one.name}
    return case._replace(values={index: value for index, value in case.values.items() if index not in named})


def _joined_fields(found: Iterable[Found]) -> Iterator[Found]:
    """Findings of one person and action, with the fields of those that are otherwise alike together."""
    groups: dict[Hashable, list[Found]] = {}
    for one in found:
        groups.setdefault(one.key, []).append(one)
    for group in groups.values():
        fields = dict.fromkeys(name for one in group for name in one.fields)
        grants = dict.fromkeys(span for one in group for span in one.grants)
        yield group[0]._replace(fields=tuple(fields), grants=tuple(grants))


def _joined(found: list[Found]) -> Iterator[list[Found]]:
    """Findings that are told together: first those of the same action and fields, then actions of the same people."""
    people: dict[Hashable, list[Found]] = {}
    for one in found:
        people.setdefault((one.key, one.action, one.fields), []).append(one)
    groups: dict[Hashable, list[Found]] = {}
    for several in people.values():
        names = tuple(dict.fromkeys(name for one in several for name in one.names))
        grants = tuple(dict.fromkeys(span for one in several for span in one.grants))
        whole = several[0]._replace(names=names, grants=grants)
        groups.setdefault((whole.key, whole.fields, frozenset(names)), []).append(whole)
    yield from sorted(groups.values(), key=lambda group: group[0].kind is Kind.LOST)
