"""Ways out of steps: the cases in which others are open now, or that a decision leads elsewhere."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from crmdsl.analysis.changes.change import Change, Pair, Place, Way
from crmdsl.analysis.changes.decisions import Asked, Meaning, changes, compare, faulty, unknown
from crmdsl.analysis.changes.declared import newer_names
from crmdsl.analysis.changes.older import Names, OlderSpace
from crmdsl.analysis.changes.ways import guarded
from crmdsl.conditions.regions import TooManyCases
from crmdsl.conditions.regions.comparison import Side
from crmdsl.diagnostics import Span
from crmdsl.ir.casespace import nowhere
from crmdsl.ir.joint import Incomparable
from crmdsl.ir.places import inside_step, loose, starters
from crmdsl.ir.program import Program
from crmdsl.model.processes import Decide, Outcome, Process, Step, Task
from crmdsl.resolve.flow import outcomes_of

SECTION = "guards"


def find(pair: Pair) -> Iterator[Change]:
    """Where the ways out of steps that both specs have are open, or taken, otherwise."""
    meaning, newer = Meaning(), newer_names(pair)
    roles = starters(pair.before.spec), starters(pair.now.spec)
    for name, old, new in pair.both("processes"):
        for path, step in new.all_steps.items():
            before = old.all_steps.get(path)
            if before is not None and isinstance(step, Decide) == isinstance(before, Decide):
                where = ("processes", name, "steps", path)
                yield from _Step(pair, (old, new), (before, step), where, roles, newer).compared(meaning)
        if guarded(old.anytime) or guarded(new.anytime):
            anytime = ("processes", name, "anytime")
            yield from _Step(pair, (old, new), (None, None), anytime, roles, newer).compared(meaning)


class _Step:
    """A step (`None`: what is open anytime) as it was and is."""

    def __init__(
        self, pair: Pair, processes: tuple[Process, Process], steps: tuple[Step | None, Step | None], place: Place,
        starting: tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]],
        newer: Names,
    ) -> None:  # fmt: skip
        self.pair = pair
        self.processes = processes
        self.steps = steps
        self.place = place
        self.starting = starting
        self.names: tuple[Names, Names] = (newer, {})
        self.routes = isinstance(steps[1], Decide)
        self.ways = tuple(
            process.anytime if step is None else outcomes_of(step)
            for process, step in zip(processes, steps, strict=True)
        )

    @property
    def span(self) -> Span:
        """Where it stands."""
        return (self.steps[1] or self.processes[1]).name_span

    def compared(self, meaning: Meaning) -> Iterator[Change]:
        """The cases that go another way."""
        if not any(guarded(ways) for ways in self.ways):
            return
        entities = [process.entity.name if process.entity else "" for process in self.processes]
        asked = [self.asked(program, place) for place, program in enumerate(self.pair.programs)]
        before, now = asked
        if before is None or now is None or before.world.entity(entities[0]) != entities[1]:
            if self.texts(0) != self.texts(1):
                yield unknown(SECTION, self.place, None, frozenset(), self.span)
            return
        if self.means(meaning, before) == self.means(meaning, now):
            return
        try:
            found = compare(entities[1], before, now, (self.told, self.told), exclusive=self.routes, all_new=False)
        except (TooManyCases, Incomparable) as error:
            yield unknown(SECTION, self.place, error, frozenset(), self.span)
        else:
            yield from changes(SECTION, self.place, found, frozenset(), self.span)

    def texts(self, place: int) -> list[tuple[str, str, str]]:
        """The ways of a side as they are written."""
        return [(name, way.when.text if way.when else "", way.to.name if way.to else "")
                for name, way in self.ways[place].items()]  # fmt: skip

    def asked(self, program: Program, place: int) -> Asked | None:
        """What the ways of a side ask; `None` where that has a fault."""
        step, process = self.steps[place], self.processes[place]
        ways = self.shown(place)
        entity = process.entity.name if process.entity else ""
        if entity not in program.spec.entities or faulty(program.resolved, [way.when for way in ways.values()]):
            return None
        roles = self.starting[place].get(entity, frozenset())
        needed = frozenset(ref.name for ref in step.needs) if isinstance(step, Task) else frozenset()
        stateful = any(way.when and "state" in way.when.text for way in ways.values())
        inside = inside_step(step) if stateful and step is not None else nowhere
        world = OlderSpace(program.resolved, self.names[place], roles, inside)
        trees = [world.told(tree) if (tree := program.resolved.typed(way.when)) else None for way in ways.values()]
        needed, free = (frozenset(world.of_entity(entity, name) for name in each) for each in (
            needed, loose(process, step)))  # fmt: skip
        means = [Way(name, self.leads(place, way)) for name, way in ways.items()]
        return Asked(world, trees, means, Side(world, (), needed, free, world.roles(roles)))

    def leads(self, place: int, way: Outcome) -> str:
        """The step that a way leads to, by its newer name."""
        name = way.to.name if way.to else ""
        return self.names[place].get((*self.place[:2], "steps"), {}).get(name, name)

    def shown(self, place: int) -> dict[str, Outcome]:
        """The ways of a side that are compared: of a task none that is open always, unless the other side has it
        with a condition, or it leads elsewhere there."""
        own, other = self.ways[place], self.ways[1 - place]
        if self.routes:
            return dict(own)
        return {
            name: way for name, way in own.items()
            if way.when or ((there := other.get(name)) and (there.when or there.to != way.to))
        }  # fmt: skip

    def means(self, meaning: Meaning, asked: Asked) -> Hashable:
        """All on which it hangs what is open."""
        side = asked.side
        return meaning.of(asked.world, asked.trees), tuple(asked.means), side.needed, side.loose, side.requesters

    def told(self, ways: Sequence[Hashable]) -> Hashable:
        """What is open where the conditions of some ways hold: of a decision where it leads."""
        if self.routes:
            return tuple(way.to for way in ways[:1] if isinstance(way, Way))
        return tuple(sorted((way for way in ways if isinstance(way, Way)), key=lambda way: way.outcome))
