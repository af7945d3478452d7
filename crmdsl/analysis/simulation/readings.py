"""What a key figure reads of the records of cases: its `when`, its `field`, and what it is split by.

A simulation knows the values of fields as far as the spec says something of them: what an outcome sets, and what a way
drawn by its chance has shown. All others are drawn evenly over what conditions tell apart, and a figure that hangs on
them is no forecast; how often that is so is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from crmdsl.backends.python.builder import Builder
from crmdsl.conditions.ast import Path as Read
from crmdsl.conditions.ast import walk
from crmdsl.model.entities import Field
from crmdsl.model.quality import Kpi
from crmdsl.model.values import Assignment

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.course import Path
    from crmdsl.analysis.simulation.engine import Engine
    from crmdsl.analysis.simulation.seen import Seen

CALLS = {"Fraction": Fraction, "date": date, "datetime": datetime, "timedelta": timedelta}
"""What a condition as Python may call."""
Test = Callable[[Any, Any], bool]


class _Asked(NamedTuple):
    """A condition for records at a path from that of the case: its test and the fields that it reads."""

    base: Path
    test: Test
    reads: tuple[Path, ...]


class Readings:
    """The readings of a kpi. `arbitrary` is the share of what was counted in which a field's value is drawn evenly."""

    def __init__(self, engine: Engine, kpi: Kpi) -> None:
        self.engine = engine
        self.kpi = kpi
        self.facts = engine.mover.facts
        self.arbitrary: dict[str, float] = {}
        self._given = _given(engine)
        self._asked: dict[str, _Asked | None] = {}
        self._fields: dict[tuple[str, str], Path | None] = {}

    def counted(self, found: list[Seen]) -> list[Seen]:
        """Those for which `when` holds; how far that is arbitrary is noted."""
        often: Counter[str] = Counter()
        for one in found:
            often.update(self._unknown(one))
        self.arbitrary = {name: often[name] / len(found) for name in sorted(often)}
        return [one for one in found if self._holds(one)]

    def value(self, one: Seen) -> float | None:
        """What stands in the field, as it is kept; `None` where nothing does."""
        path = self._path_of(one, self.kpi.field.name) if self.kpi.field else None
        if path is None:
            return None
        found = self._read(one, path)
        if isinstance(found, bool | int | float | Fraction):
            return float(found)
        return None if found is None else 1.0

    def part(self, one: Seen) -> str:
        """The part that something belongs to, by what the kpi is split by."""
        by = self.kpi.by
        if by == "month":
            return f"{self.engine.staff.calendars.day(one.at):%Y-%m}"
        if by == "channel":
            return one.course.channel
        if by == "person":
            return one.person
        if by == "product_line":
            path = self._line(one)
            return str(self._read(one, path) or "") if path is not None else ""
        person = self.engine.compiled.organisation.person(one.person) if one.person else None
        return str(getattr(person, by or "", None) or "")

    # fields and conditions of the record that is meant

    def _entity(self, one: Seen) -> str:
        return self.facts.entity_at(one.course.case.record.entity, one.base)

    def _bases(self, entity: str) -> Iterator[tuple[Path, str]]:
        """The record itself and those that it refers to, with their entities."""
        yield (), entity
        for name, field in self.engine.spec.entities[entity].fields.items():
            if field.type is not None and field.type.base == "reference":
                yield (name,), field.type.entity

    def _path_of(self, one: Seen, name: str) -> Path | None:
        return self._first(one, name, lambda declared: declared.name == name)

    def _line(self, one: Seen) -> Path | None:
        """The field that names a product line."""
        return self._first(one, "", lambda declared: declared.type is not None and declared.type.base == "product_line")

    def _first(self, one: Seen, asked: str, fits: Callable[[Field], bool]) -> Path | None:
        """The first field that fits, of the record or of one that it refers to; found once for what is `asked`."""
        key = self._entity(one), asked
        if key not in self._fields:
            fields = (
                (*base, field.name)
                for base, at in self._bases(key[0])
                for field in self.engine.spec.entities[at].fields.values()
                if fits(field)
            )
            self._fields[key] = next(fields, None)
        found = self._fields[key]
        return None if found is None else (*one.base, *found)

    def _holds(self, one: Seen) -> bool:
        if self.kpi.when is None:
            return True
        asked = self._condition(self._entity(one))
        if asked is None:
            return False
        record = self.facts.follow(one.course.case.record, (*one.base, *asked.base))
        return record is not None and bool(asked.test(record, self._around(one)))

    def _around(self, one: Seen) -> Any:
        machine = one.course.cls.MACHINE
        facts = self.engine.compiled.kernel("conditions").Facts
        return facts(self.engine.compiled.organisation, machine.zone, one.at, one.course.case.states)

    def _read(self, one: Seen, path: Path) -> Any:
        return self.facts.follow(one.course.case.record, path, self._around(one))

    def _condition(self, entity: str) -> _Asked | None:
        if entity not in self._asked:
            program, when = self.engine.compiled.program, self.kpi.when
            self._asked[entity] = None
            for base, at in self._bases(entity) if when is not None else ():
                if when is not None and program.resolved.typed_for(when, at) is not None:
                    view = Builder(program).when(when, at, "kpi")
                    if view is not None:
                        source = f"lambda {view.record}, facts: {view.test_source}"
                        test = eval(source, dict(CALLS))  # noqa: S307 - our own output
                        self._asked[entity] = _Asked(base, test, view.reads)
                        break
        return self._asked[entity]

    # what hangs on arbitrary values

    def _unknown(self, one: Seen) -> set[str]:
        """The fields that a figure hangs on of which the spec does not say how often they have which value."""
        entity, found = one.course.case.record.entity, set()
        asked = self._condition(self._entity(one)) if self.kpi.when is not None else None
        for read in asked.reads if asked is not None else ():
            for path in self.facts.inputs(entity, (*one.base, *asked.base, *read)):  # type: ignore[union-attr]
                if path not in one.course.read and not self._is_given(entity, path):
                    found.add(path)
        paths = [self._line(one)] if self.kpi.by == "product_line" else []
        if self.kpi.field is not None and self.kpi.measure == "sum":
            paths.append(self._path_of(one, self.kpi.field.name))
        for whole in paths:
            for path in self.facts.inputs(entity, whole) if whole is not None else ():
                if not self._is_given(entity, path):
                    found.add(path)
        return {".".join(path) for path in found}

    def _is_given(self, entity: str, path: Path) -> bool:
        return (self.facts.entity_at(entity, path[:-1]), path[-1]) in self._given


def _given(engine: Engine) -> frozenset[tuple[str, str]]:
    """The fields that outcomes set, to what does not hang on other fields."""
    spec, resolved = engine.spec, engine.compiled.resolved
    found: set[tuple[str, str]] = set()
    for process in spec.processes.values():
        entity = process.entity.name if process.entity else ""
        for one in _assignments(process):
            target, tree = resolved.target(one), resolved.typed(one.value)
            free = tree is not None and not any(isinstance(part, Read) and part.root == "record" for part in walk(tree))
            if target is not None and free:
                found.add((engine.mover.facts.entity_at(entity, target[:-1]), target[-1]))
    return frozenset(found)


def _assignments(process: Any) -> Iterable[Assignment]:
    outcomes = [*process.anytime.values()]
    for step in process.all_steps.values():
        outcomes += getattr(step, "outcomes", {}).values()
    return (one for outcome in outcomes for one in outcome.set)
