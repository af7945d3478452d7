"""Everything that is declared: what came, what went, what has another name, and which settings are other ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from crmdsl.analysis.changes.change import Change, Class, Kind, Pair, Place
from crmdsl.analysis.changes.consequences import attached
from crmdsl.analysis.changes.values import NOTHING, Value, Values
from crmdsl.analysis.changes.ways import compares, guarded
from crmdsl.diagnostics import Message
from crmdsl.model.access import Grant
from crmdsl.model.declaration import Declaration, keys_of
from crmdsl.model.kinds import InlineKind, ListKind, MapKind
from crmdsl.model.processes import STEP_KINDS, Outcome, Process, Step
from crmdsl.model.spec import SECTIONS, Spec

SECTION = "declared"
LEFT_OUT = frozenset({"scenarios"})
"""Sections that say nothing of the company: its tests."""
SAID: dict[tuple[str, ...], frozenset[str]] = {
    ("approvals", "levels"): frozenset({"when", "approver", "manager_of", "named_in", "quorum"}),
}
"""Keys of which other sections tell: who decides."""
SIGNING: dict[tuple[str, ...], frozenset[str]] = {
    ("approvals",): frozenset({"requester", "separation", "substitutes"}),
    ("approvals", "levels"): frozenset({"late"}),
}
"""Settings that decide who may sign."""
SILENT = frozenset({"note", "allow"})


def find(pair: Pair) -> Iterator[Change]:
    """Every difference of what is declared, with what it does to the package and to running cases."""
    yield from attached(pair, list(_Declared(pair, newer_names(pair)).all()))


def renamed(pair: Pair) -> Iterator[tuple[Place, str]]:
    """What has another name and is the same else: its place, and the name that it had."""
    for change in _Declared(pair).all():
        if change.kind is Kind.RENAMED:
            yield change.place, change.before


def newer_names(pair: Pair) -> Mapping[Place, Mapping[str, str]]:
    """What has another name: by the place of the map that it stands in, older name -> newer name."""
    memo = pair.before.resolved.memo
    found: dict[Place, dict[str, str]] = {}
    if memo.get("newer names", (None,))[0] is not pair.now:  # every section asks
        if any(_both(*maps) for maps in _maps(pair)):
            for place, was in renamed(pair):
                found.setdefault(place[:-1], {})[was] = place[-1]
        memo["newer names"] = pair.now, found
    names: Mapping[Place, Mapping[str, str]] = memo["newer names"][1]
    return names


def _maps(pair: Pair) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
    """The names, on either side, in which something could have another."""
    inside: dict[str, Callable[..., Iterable[str]]] = {
        "roles": lambda _: (), "entities": lambda one: one.fields, "processes": lambda one: one.all_steps,
    }  # fmt: skip
    for section, names in inside.items():
        yield getattr(pair.before.spec, section), getattr(pair.now.spec, section)
        for _, old, new in pair.both(section):
            yield names(old), names(new)


def _both(old: Iterable[str], new: Iterable[str]) -> bool:
    """Whether something went and something came."""
    before, now = set(old), set(new)
    return bool(before - now) and bool(now - before)


class _Declared:
    """Two specs being compared, declaration by declaration."""

    def __init__(self, pair: Pair, newer: Mapping[Place, Mapping[str, str]] = MappingProxyType({})) -> None:
        """`newer` are the names of now by those of before; of what is new and gone, it is found out here."""
        self.pair = pair
        self.specs = pair.before.spec, pair.now.spec
        self.values = Values(pair.before, newer), Values(pair.now)
        self._signers = _signing(pair)

    def all(self) -> Iterator[Change]:
        """All of it, section by section."""
        old, new = (spec.company for spec in self.specs)
        if old is not None and new is not None:
            yield from self.settings(old, new, ("company", ""))
        for section in SECTIONS:
            if section not in LEFT_OUT:
                old_members, new_members = (getattr(spec, section) for spec in self.specs)
                yield from self.members(old_members, new_members, (section,))
        before, now = (spec.access.separation for spec in self.specs)
        yield from self.members(before, now, ("access", "separation"))
        before_named, now_named = (spec.access.actions for spec in self.specs)
        yield from self.members(before_named, now_named, ("access", "actions"))
        yield from self.grants()

    def grants(self) -> Iterator[Change]:
        """Grants, which have no names: those that came and went."""
        before, now = (
            {self.shape(side, grant): grant for grant in spec.access.grants} for side, spec in enumerate(self.specs)
        )  # fmt: skip
        for kind, own, other in ((Kind.REMOVED, before, now), (Kind.ADDED, now, before)):
            for shape, grant in own.items():
                if shape not in other and not self.torn(int(kind is Kind.REMOVED), ("access",)):
                    place = ("access", "grants", _granted(grant))
                    yield Change(SECTION, kind, place, span=grant.name_span)

    # what came and went

    def members(self, old: Mapping[str, Any], new: Mapping[str, Any], place: Place) -> Iterator[Change]:
        """The declarations of a map."""
        gone = [name for name in old if name not in new]
        come = [name for name in new if name not in old]
        renamed = self.renamed(old, new, gone, come) if gone and come else {}
        for name, was in renamed.items():
            span = new[name].name_span
            yield Change(SECTION, Kind.RENAMED, (*place, name), before=was, now=name, span=span)
        for name in gone:
            if name not in renamed.values() and not self.torn(1, place):
                yield self.one(Kind.REMOVED, (*place, name), old[name])
        for name in come:
            if name not in renamed and not self.torn(0, place):
                yield self.one(Kind.ADDED, (*place, name), new[name])
        yield from self.order(old, new, place)
        for name, declaration in new.items():
            if name in old:
                yield from self.pairwise(old[name], declaration, (*place, name))

    def one(self, kind: Kind, place: Place, declaration: Declaration) -> Change:
        """A declaration that came or went."""
        classes = self.classes(place, "", declaration)
        return Change(SECTION, kind, place, classes=classes, span=declaration.name_span)

    def renamed(
        self, old: Mapping[str, Any], new: Mapping[str, Any], gone: list[str], come: list[str]
    ) -> dict[str, str]:
        """What has another name and is the same else: new name -> old name; none where it could be several."""
        shapes: dict[Hashable, list[str]] = {}
        for name in gone:
            shapes.setdefault(self.shape_of(0, name, old[name]), []).append(name)
        found: dict[Hashable, list[str]] = {}
        for name in come:
            found.setdefault(self.shape_of(1, name, new[name]), []).append(name)
        return {
            names[0]: shapes[shape][0] for shape, names in found.items()
            if shape in shapes and len(names) == len(shapes[shape]) == 1 and _telling(new[names[0]])
        }  # fmt: skip

    def shape_of(self, side: int, name: str, declaration: Declaration) -> Hashable:
        """All that a declaration says, whatever its name is, also where it refers to itself."""
        values = self.values[side]
        values.itself = name.rpartition(".")[2]
        found = self.shape(side, declaration)
        values.itself = None
        return found

    def shape(self, side: int, declaration: Declaration) -> Hashable:
        """All that a declaration says."""
        values = self.values[side]
        found: list[Hashable] = [type(declaration).__name__]
        for name, (attribute, key) in keys_of(type(declaration)).items():
            value = getattr(declaration, attribute)
            if name in SILENT or value is None:
                continue
            if isinstance(key.kind, MapKind):
                found.append((name, tuple(sorted((one, self.shape(side, each)) for one, each in value.items()))))
            elif isinstance(key.kind, InlineKind):
                found.append((name, self.shape(side, value)))
            elif isinstance(key.kind, ListKind):
                found.append((name, tuple(self.shape(side, each) for each in value)))
            else:
                found.append((name, values.read(key.kind, value).key))
        return repr(found)

    def order(self, old: Mapping[str, Any], new: Mapping[str, Any], place: Place) -> Iterator[Change]:
        """Where the order of what stands in both means something: who signs first, and how what is saved is counted."""
        if place != ("roles",) and place[-1] != "levels":
            return
        before, now = [name for name in old if name in new], [name for name in new if name in old]
        if before != now:
            span = new[now[0]].name_span
            yield Change(SECTION, Kind.ORDER, place, before=", ".join(before), now=", ".join(now), span=span)

    # settings

    def pairwise(self, old: Declaration, new: Declaration, place: Place) -> Iterator[Change]:
        """A declaration that both have."""
        if isinstance(old, Step) and isinstance(new, Step) and type(old) is not type(new):
            kinds = {kind: name for name, kind in STEP_KINDS.items()}
            yield Change(SECTION, Kind.CHANGED, place, "kind", kinds[type(old)], kinds[type(new)], span=new.name_span)
            return
        for side, spec in enumerate(self.specs):
            where = ".".join(place[:2])
            if len(place) == 2 and where in spec.incomplete and self.shape(0, old) != self.shape(1, new):
                reason = Message("part of it cannot be read")
                yield Change(SECTION, Kind.UNKNOWN, place, reason=reason, span=(old, new)[side].name_span)
                return
        yield from self.settings(old, new, place)

    def settings(self, old: Declaration, new: Declaration, place: Place, prefix: str = "") -> Iterator[Change]:
        """The keys of a declaration that both have."""
        said = self.said(old, new, place)
        for name, (attribute, key) in keys_of(type(new)).items():
            before, now = getattr(old, attribute), getattr(new, attribute)
            if name in SILENT or name in said or self.unread(place, name):
                continue
            if isinstance(key.kind, MapKind):
                yield from self.nested(before, now, place, name)
            elif isinstance(key.kind, InlineKind) and before is not None and now is not None:
                yield from self.settings(before, now, place, f"{prefix}{name}.")
            else:
                first, second = (self.value(side, key.kind, each) for side, each in enumerate((before, now)))
                if first.key != second.key:
                    yield self.setting(new, place, prefix + name, first, second)

    def setting(self, new: Declaration, place: Place, key: str, before: Value, now: Value) -> Change:
        """A setting that changed."""
        classes = self.classes(place, key, new)
        span = new.key_span(key.partition(".")[0])
        return Change(SECTION, Kind.CHANGED, place, key, before.text, now.text, classes, span=span)

    def value(self, side: int, kind: Any, value: Any) -> Value:
        """What stands under a key of one side."""
        if isinstance(kind, InlineKind | ListKind):
            several = [one for one in (value if isinstance(value, tuple) else (value,)) if one is not None]
            shapes = tuple(self.shape(side, one) for one in several)
            return Value(shapes, "; ".join(self.inline(side, one) for one in several)) if shapes else NOTHING
        return self.values[side].read(kind, value)

    def inline(self, side: int, declaration: Declaration) -> str:
        """A declaration without a name in short: `process: complaint, with: about: nature`."""
        read = (
            (name, self.value(side, key.kind, getattr(declaration, attribute)).text)
            for name, (attribute, key) in keys_of(type(declaration)).items()
            if name not in SILENT and not isinstance(key.kind, MapKind)
        )
        return ", ".join(f"{name}: {text}" for name, text in read if text is not None)

    def nested(self, old: Mapping[str, Any], new: Mapping[str, Any], place: Place, name: str) -> Iterator[Change]:
        """A map of declarations inside of one; the steps of a process with those of its branches, by their paths."""
        if name == "parallel":
            for branch in new:
                if branch in old:
                    yield from self.settings(old[branch], new[branch], (*place, name, branch))
        elif name != "steps":
            yield from self.members(old, new, (*place, name))
        elif len(place) == 2:
            olds, news = (spec.processes[place[1]].all_steps for spec in self.specs)
            yield from self.members(olds, news, (*place, name))

    def said(self, old: Declaration, new: Declaration, place: Place) -> frozenset[str]:
        """The keys of a declaration of which other sections tell."""
        found = SAID.get(place[::2], frozenset())
        if place[0] == "processes" and self.told_by_cases(place):
            found |= {"to", "when"}
        return found

    def told_by_cases(self, place: Place) -> bool:
        """Whether where an outcome leads is told by the cases in which it does."""
        processes = [spec.processes.get(place[1]) for spec in self.specs]
        if not all(isinstance(one, Process) for one in processes):
            return False
        if place[2:3] == ("anytime",):
            return any(guarded(one.anytime) for one in processes if one)
        steps = [one.all_steps.get(place[3]) for one in processes if one and len(place) == 6]
        return len(steps) == 2 and None not in steps and compares(*steps)  # type: ignore[arg-type]

    # whom it can break

    def classes(self, place: Place, key: str, declaration: Declaration) -> frozenset[Class]:
        """Whether a difference decides who signs."""
        deciding = key in SIGNING.get(place[::2], ()) or (place[0], key) in self._signers
        if place[:2] == ("access", "separation"):
            actions = " ".join(ref.name for ref in getattr(declaration, "never_both", ()))
            deciding = ".approve" in actions
        return frozenset([Class.DECIDERS]) if deciding else frozenset()

    # what could not be read

    def torn(self, side: int, place: Place) -> bool:
        """Whether what is not there on a side may stand where it could not be read."""
        spec: Spec = self.specs[side]
        return self.pair.torn[side] or place[0] in spec.incomplete or ".".join(place[:2]) in spec.incomplete

    def unread(self, place: Place, key: str) -> bool:
        """Whether a setting of either side could not be read."""
        where = ".".join((*place[:2], key)) if place[0] != "company" else f"company.{key}"
        return any(where in spec.unread for spec in self.specs)


def _granted(grant: Grant) -> str:
    """A grant in short: `agent: read, update on order (own)`."""
    who, on = (", ".join(ref.name for ref in refs) for refs in (grant.role, grant.on))
    only = ", ".join(ref.name for ref in grant.fields)
    but = ", ".join(ref.name for ref in grant.excluded)
    more = [grant.scope, only, f"-{but}" if but else "", " ".join(grant.when.text.split()) if grant.when else ""]
    return f"{who}: {', '.join(grant.can)} on {on} ({'; '.join(one for one in more if one)})"


def _telling(declaration: Declaration) -> bool:
    """Whether a declaration is known by what it says: a way by where it leads, anything else by more than one key.

    Of a map under a key each of its declarations counts.
    """
    said = 0
    for name, (attribute, key) in keys_of(type(declaration)).items():
        if declaration.has(name):
            said += len(getattr(declaration, attribute)) if isinstance(key.kind, MapKind) else 1
    return isinstance(declaration, Outcome) or said > 1


def _signing(pair: Pair) -> frozenset[tuple[str, str]]:
    """Settings of the organisation on which it hangs who signs, as the chains of either spec go."""
    found: set[tuple[str, str]] = set()
    for program in pair.programs:
        for chain in program.spec.approvals.values():
            levels = chain.levels.values()
            if any(level.manager_of for level in levels):
                found |= {("roles", "reports_to"), ("sales_network", "manager"), ("people", "unit")}
            if chain.substitutes == "superior" or any(
                level.late and level.late.action == "escalate" and not level.late.roles for level in levels
            ):
                found.add(("roles", "reports_to"))
            if chain.substitutes == "named":
                found.add(("people", "substitute"))
            if any(level.approver for level in levels):
                found.add(("people", "roles"))
    return frozenset(found)
