"""The facts of cases: what is drawn of them at the start, and what they must be for a case to go its way.

The chances of a spec say how often a case goes which way, its conditions say which cases go there, and nothing says how
often which facts come. So chance draws the way, and the facts are chosen to fit it: values about the constants that
conditions compare a field with, tried on the compiled conditions themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from crmdsl.analysis.simulation.compiled import Compiled
from crmdsl.analysis.simulation.draws import Draws, number
from crmdsl.conditions.ast import Between, Compare, Expr, In, Literal, Path, walk
from crmdsl.ir.casespace import day_of
from crmdsl.model.values import Duration

TESTS = 1_500
KEPT = 20_000
"""Ways for which facts that fit are kept."""
SORTS = 4
"""Into so many sorts cases are divided, each of which may get facts of its own for the same way."""
FEWEST = 60
"""Combinations of facts that are tried for one way."""
TOGETHER = 3
"""Fields that are changed together at most."""
DEPTH = 4
"""References that are followed to make the records around a case."""
FAR = 10**12
_AROUND = re.compile(r"\b(today|state|requester|actor)\b")
_WHETHER_KNOWN = re.compile(r"[\w.]+\s+is\s+(?:known|missing)\b")
KNOWN = "?"
"""Stands behind the path of a field of which a case has shown whether it is known, but not what it is."""
_DAYS = frozenset({"date", "instant"})
_ABOUT = (0, -1, 1, -7, 7, -30, 30, -90, 90, -400, 400, -4000)
"""Days from today that are thought of."""
_NUMERIC = frozenset({"money", "percent", "number", "integer", "duration", "date", "instant"})


@dataclass(slots=True)
class Wish:
    """That a condition holds, or does not; without a condition, that the field at the path is known."""

    path: tuple[str, ...]
    when: Any
    holds: bool
    facts: Any
    known: bool = False
    paths: tuple[tuple[str, ...], ...] | None = None
    """The fields that it depends on, once they have been looked up."""

    def met(self, record: Any, follow: Any) -> bool:
        """Whether a record is as wished."""
        if self.known:
            return follow(record, self.path) is not None
        if self.when is None:
            return self.holds
        found = follow(record, self.path) if self.path else record
        return bool(found is not None and self.when.test(found, self.facts)) is self.holds


class Facts:
    """What fields can be, by the conditions of a spec."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.spec = compiled.spec
        records = compiled.kernel("records")
        self.follow, self.put = records.follow, records.put
        self.cuts: dict[tuple[str, str], set[Any]] = {}
        self._candidates: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._found: dict[Any, dict[tuple[str, ...], Any]] = {}
        self._reads: dict[tuple[int, str, tuple[str, ...]], tuple[tuple[str, ...], ...]] = {}
        self._shown: dict[tuple[int, str, tuple[str, ...]], tuple[tuple[str, ...], ...]] = {}
        self._failed: Counter[tuple[tuple[int, bool], ...]] = Counter()
        """How often nothing was found for a way, one time after the other: each time less is tried."""
        self._plans: dict[str, list[tuple[str, str, str, tuple[Any, ...]]]] = {}
        self._day = day_of(compiled.resolved)
        resolved = compiled.resolved
        for expr in [*resolved.expressions.values(), *resolved.by_entity.values()]:
            self._cut(expr)

    # what conditions compare fields with

    def _cut(self, expr: Expr) -> None:
        for part in walk(expr):
            if isinstance(part, Compare | In | Between):
                inside = list(walk(part))
                values = [one for one in inside if isinstance(one, Literal)]
                for path in inside if values else ():
                    if isinstance(path, Path) and path.root == "record":
                        for entity, name in self._ends(path.entity, path.parts):
                            self._compare(entity, name, values)

    def _compare(self, entity: str, name: str, values: Sequence[Literal]) -> None:
        declared = self.spec.entities[entity].fields[name].type
        base = declared.base if declared else ""
        for literal in values:
            value = literal.value
            if literal.type.base in {base, "elapsed"} and isinstance(value, Duration):
                value = value.total_minutes(self._day)
            elif literal.type.base != base:
                continue
            if isinstance(value, Duration) or (base in _DAYS and isinstance(value, int)):
                continue
            self.cuts.setdefault((entity, name), set()).add(value)

    def _ends(self, entity: str, parts: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The fields that a path reads at its end, those behind a derived one instead of it."""
        for path in self.inputs(entity, tuple(parts)):
            found = self.entity_at(entity, path[:-1])
            if found:
                yield found, path[-1]

    def entity_at(self, entity: str, path: Sequence[str]) -> str:
        """The entity that references lead to."""
        for name in path:
            field = self.spec.entities[entity].fields.get(name)
            if field is None or field.type is None or field.type.base != "reference":
                return ""
            entity = field.type.entity
        return entity

    def inputs(self, entity: str, parts: tuple[str, ...], around: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        """The paths to the fields that a path reads: the references on its way, and what a derived field is made of."""
        found: list[tuple[str, ...]] = []
        for index, name in enumerate(parts):
            declared = self.spec.entities.get(entity)
            field = declared.fields.get(name) if declared else None
            if field is None or field.type is None:
                break
            if field.derived is not None:
                tree = self.compiled.resolved.typed(field.derived)
                for path in walk(tree) if tree is not None and name not in around else ():
                    if isinstance(path, Path) and path.root == "record":
                        inner = self.inputs(entity, path.parts, (*around, name))
                        found += [(*parts[:index], *one) for one in inner]
                break
            if field.type.base != "reference":
                found.append(parts[: index + 1])
                break
            entity = field.type.entity
        return found

    # values of a field

    def candidates(self, entity: str, name: str) -> tuple[Any, ...]:
        """Values that conditions may tell apart, as they are kept; `None` among them where the field may be missing."""
        key = entity, name
        if key not in self._candidates:
            field = self.compiled.records[entity].FIELDS[name]
            found = list(dict.fromkeys(self._values(entity, name, field)))
            self._candidates[key] = (*found, None) if field.optional else tuple(found)
        return self._candidates[key]

    def _values(self, entity: str, name: str, field: Any) -> Iterable[Any]:
        declared = self.spec.entities[entity].fields[name].type
        base = declared.base if declared else ""
        cuts = self.cuts.get((entity, name), set())
        if base in _NUMERIC:
            return _numbers(base, cuts, getattr(field, "low", None), getattr(field, "high", None))
        if base == "flag":
            return (False, True)
        if base == "person":
            return [person.name for person in self.compiled.organisation.people]
        if hasattr(field, "values"):
            return tuple(field.values)
        if base == "reference":
            return [self.start(field.entity.entity, Draws(0, 0), 0)]
        return sorted(cuts | {name}, key=str)

    def start(self, entity: str, draws: Draws, key: int, depth: int = 0, prefix: str = "") -> Any:
        """The record of a new case: what must be known, drawn evenly over what conditions tell apart.

        What may be missing is, flags are not set, and the records that it refers to are made with it.
        """
        cls, kept = self.compiled.records[entity], {}
        for name, base, inner, values in self._given(entity):
            if base == "reference":
                if depth < DEPTH:
                    kept[name] = self.start(inner, draws, key, depth + 1, f"{prefix}{name}.")
            elif base == "text":
                kept[name] = f"{name} {key % 1_000_000}"
            elif base == "flag":
                kept[name] = False
            elif values:
                kept[name] = values[int(draws.uniform(key, number(prefix + name)) * len(values))]
        return cls().having({name: value for name, value in kept.items() if value is not None}).defaulted()

    def _given(self, entity: str) -> list[tuple[str, str, str, tuple[Any, ...]]]:
        """The fields that must be known: of each its name, its type, the entity it refers to, and what it can be."""
        found = self._plans.get(entity)
        if found is None:
            found = self._plans[entity] = []
            for name, field in self.spec.entities[entity].fields.items():
                if field.type is not None and field.derived is None and not field.type.optional:
                    base = field.type.base
                    plain = base in {"reference", "text", "flag"}
                    usual = () if plain else (one for one in self.candidates(entity, name) if one != FAR)
                    found.append((name, base, field.type.entity, tuple(usual)))
        return found

    # facts that fit

    def fitting(
        self, wishes: Sequence[Wish], record: Any, shift: int, today: date, past: Sequence[Wish] = ()
    ) -> Iterator[dict[tuple[str, ...], Any]]:
        """Changes of a record that make it as wished, those of few fields first; nothing where none are found.

        `shift` says with which values to begin, so that cases differ; days are looked for about `today` too. What the
        case has depended on in the past must come out as it did.
        """
        if any(wish.when is None and not wish.known and not wish.holds for wish in wishes):
            return
        asked, paths = self._coupled(wishes, record, past)
        values = tuple([self.follow(record, path) for path in paths])
        key = shift % SORTS, tuple([(id(wish.when), wish.holds, wish.path) for wish in asked]), values
        known = self._found.get(key)
        if known is not None and self.meets(asked, self.changed(record, known)):
            yield known
        elif known is not None and not known:
            return
        none = True
        way = tuple((id(wish.when), wish.holds) for wish in wishes)
        tests = max(FEWEST, TESTS >> min(10, self._failed[way]))
        for changes in self._searched(asked, record, shift, today, [tests]):
            if none and len(self._found) < KEPT:
                self._found[key] = changes
            none, self._failed[way] = False, 0
            yield changes
        self._failed[way] += none
        if none and len(self._found) < KEPT and not any(wish.facts is not None and _situated(wish) for wish in asked):
            self._found[key] = {}

    def _coupled(
        self, wishes: Sequence[Wish], record: Any, past: Sequence[Wish]
    ) -> tuple[list[Wish], tuple[tuple[str, ...], ...]]:
        """The wishes that are not met and those that share fields with them, one through the other; and all fields."""
        paths: dict[tuple[str, ...], None] = {}
        asked, others = [], []
        for wish in wishes:
            read = self.read(wish, record)
            if wish.met(record, self.follow):
                others.append((wish, read))
            else:
                asked.append(wish)
                paths |= dict.fromkeys(read)
        others += [(wish, self.read(wish, record)) for wish in past]
        if not others:
            return asked, tuple(paths)
        taken = -1
        while taken < len(paths):  # until no field is added
            taken = len(paths)
            for _, read in others:
                if not paths.keys().isdisjoint(read):
                    paths |= dict.fromkeys(read)
        asked += [wish for wish, read in others if not paths.keys().isdisjoint(read)]
        return asked, tuple(paths)

    def _searched(
        self, wishes: Sequence[Wish], record: Any, shift: int, today: date, left: list[int]
    ) -> Iterator[dict[tuple[str, ...], Any]]:
        """Changes that meet one wish after the other, by its own fields, and leave those met that are."""
        met = [wish.met(record, self.follow) for wish in wishes]
        if all(met):
            yield {}
            return
        first = wishes[met.index(False)]
        kept = [first, *(wish for wish, is_met in zip(wishes, met, strict=True) if is_met)]
        own = set(self.read(first, record))
        coupled = [self.read(wish, record) for wish in kept if own.intersection(self.read(wish, record))]
        paths = list(dict.fromkeys(path for read in coupled for path in read))
        values = {path: self._around(record, path, shift, today) for path in paths}
        touched = [wish for wish in kept if any(path in values for path in self.read(wish, record))]
        kept = [first, *(wish for wish in touched if wish is not first)]
        for size in range(1, min(TOGETHER, len(paths)) + 1):
            for chosen in combinations(paths, size):
                for changes in self._combined(kept, record, chosen, values, left):
                    changed = self.changed(record, changes)
                    for more in self._searched(wishes, changed, shift, today, left):
                        yield {**changes, **more}
                if left[0] <= 0:
                    return

    def _combined(
        self, wishes: Sequence[Wish], record: Any, paths: Sequence[tuple[str, ...]], values: Any, left: list[int]
    ) -> Iterator[dict[tuple[str, ...], Any]]:
        """Every combination of the values of some fields that meets the wishes."""
        path, *rest = paths
        for value in values[path]:
            changed = self.put(record, path, value)
            if rest:
                for more in self._combined(wishes, changed, rest, values, left):
                    yield {path: value, **more}
            else:
                left[0] -= 1
                if self.meets(wishes, changed):
                    yield {path: value}
            if left[0] <= 0:
                return

    def meets(self, wishes: Sequence[Wish], record: Any) -> bool:
        """Whether a record is as all of some wish it."""
        return all(wish.met(record, self.follow) for wish in wishes)

    def changed(self, record: Any, changes: dict[tuple[str, ...], Any]) -> Any:
        """A record with some fields changed."""
        for path, value in changes.items():
            record = self.put(record, path, value)
        return record

    def read(self, wish: Wish, record: Any) -> Sequence[tuple[str, ...]]:
        """The fields that a wish depends on, by their paths from the record."""
        if wish.paths is None:
            if wish.known:
                wish.paths = (wish.path,)
            else:
                wish.paths = () if wish.when is None else self.reads(wish.when, record.entity, wish.path)
        return wish.paths

    def reads(self, when: Any, entity: str, base: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """The fields that a condition of the record at a path reads, by their paths from the record."""
        key = id(when), entity, base
        if key not in self._reads:
            at = self.entity_at(entity, base)
            paths = [base + path for read in when.reads for path in self.inputs(at, read)] if at else []
            self._reads[key] = tuple(dict.fromkeys(paths))
        return self._reads[key]

    def shown(self, when: Any, entity: str, base: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """What a case shows by a condition: the fields that it reads, with `KNOWN` behind those of which it says no
        more than whether they are known."""
        key = id(when), entity, base
        if key not in self._shown:
            others = _WHETHER_KNOWN.sub("", when.text)
            at = self.entity_at(entity, base)
            found: dict[tuple[str, ...], None] = {}
            for read in when.reads if at else ():
                valued = re.search(rf"(?<![\w.]){re.escape('.'.join(read))}(?![\w.])", others) is not None
                found |= dict.fromkeys(base + path + (() if valued else (KNOWN,)) for path in self.inputs(at, read))
            self._shown[key] = tuple(found)
        return self._shown[key]

    def _around(self, record: Any, path: tuple[str, ...], shift: int, today: date) -> Sequence[Any]:
        """The values to try at a path, without the one that stands there."""
        entity = self.entity_at(record.entity, path[:-1])
        values = self.candidates(entity, path[-1])
        usual = [value for value in values if value != FAR]
        at = shift % len(usual) if usual else 0
        found = [*usual[at:], *usual[:at], *(value for value in values if value == FAR)]
        field = self.spec.entities[entity].fields[path[-1]].type
        if field is not None and field.base in _DAYS:
            found += _days(field.base, today)
        now = self.follow(record, path)
        return [value for value in found if value != now]


def _situated(wish: Wish) -> bool:
    """Whether a condition depends on more than the record: the day, the state, who acts."""
    return wish.when is not None and _AROUND.search(wish.when.text) is not None


def _numbers(base: str, cuts: set[Any], low: Any, high: Any) -> list[Any]:
    """Values about some constants, within bounds: each constant, its neighbours, and what lies between them."""
    step: Any = {"number": Fraction(1, 100), "date": timedelta(1), "instant": timedelta(minutes=1)}.get(base, 1)
    least, most = _ends(base, cuts, low, high)
    points = sorted({least, most, *(cut for cut in cuts if least <= cut <= most)})
    found = set(points)
    for point in points:
        found |= {value for value in (point - step, point + step) if least <= value <= most}
    for before, after in pairwise(points):
        found.add(_between(base, before, after))
    if high is None and base in {"money", "integer", "number", "duration"}:
        found.add(Fraction(FAR) if base == "number" else FAR)
    return sorted(found)


def _days(base: str, today: date) -> list[Any]:
    """Days about today, as a field keeps them."""
    found = [today + timedelta(days) for days in _ABOUT]
    return [datetime(one.year, one.month, one.day, 9) for one in found] if base == "instant" else found  # noqa: DTZ001


def _between(base: str, before: Any, after: Any) -> Any:
    return before + (after - before) / 2 if base in {"number", "date", "instant"} else (before + after) // 2


def _ends(base: str, cuts: set[Any], low: Any, high: Any) -> tuple[Any, Any]:
    """The least and the greatest value that are thought of."""
    if base in _DAYS:
        usual: Any = date(2026, 1, 1) if base == "date" else datetime(2026, 1, 1, 9)  # noqa: DTZ001 - local time
        month = timedelta(30)
        return low or min(cuts, default=usual) - month, high or max(cuts, default=usual) + month
    if low is None:
        low = 0 if base in {"money", "percent", "duration"} else min([0, *cuts]) - 1
    if high is None:
        usual_high = {"money": 1_000_000, "percent": 10_000, "duration": 480}.get(base, 10)
        high = max([usual_high, *cuts]) * (1 if base == "percent" else 2)
    if base == "number":
        low, high = Fraction(low), Fraction(high)
    return low, max(low, high)
