"""What key figures are counted on: cases, runs of chains and handoffs, and pieces of work, in one shape."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdsl.analysis.simulation.observing import NOBODY_FREE, NOBODY_ON_DUTY, Ended, Held, Piece
from crmdsl.analysis.simulation.parts import parts, run_as_parts
from crmdsl.model.quality import KPI_SECTIONS, Kpi
from crmdsl.model.spec import Spec

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.course import Course, Path
    from crmdsl.analysis.simulation.engine import Engine


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that is counted; times in open seconds of the company, `cost` in the minor unit.

    `timed` tells whether its times count, `tried` whether it could be right at once. `base` leads from the record of
    the case to the record it is about, `person` is whoever has it on his account, `worked` what it took of his time.
    A score stands with the least that is good enough.
    """

    at: int
    lead: int
    waited: int
    cost: float
    success: bool
    timed: bool
    tried: bool
    kept: bool
    right: bool
    scores: tuple[tuple[int, int], ...]
    person: str
    course: Course
    base: Path = ()
    worked: int = 0


def section_of(spec: Spec, kpi: Kpi) -> str:
    """The section in which what a kpi is of is found."""
    name = kpi.of.name if kpi.of else ""
    return next((section for section in KPI_SECTIONS if name in getattr(spec, section)), "")


def processes_on(spec: Spec, entity: str) -> dict[str, Path]:
    """The processes whose cases are about a record of an entity; if none are, those whose records refer to one."""
    found: dict[str, Path] = {
        name: () for name, one in spec.processes.items() if one.entity and one.entity.name == entity
    }
    if found:
        return found
    for name, process in spec.processes.items():
        declared = spec.entities.get(process.entity.name) if process.entity else None
        for field, one in declared.fields.items() if declared else ():
            if one.type is not None and one.type.entity == entity:
                found.setdefault(name, (field,))
    return found


def seen(engine: Engine, kpi: Kpi) -> list[Seen]:
    """What a kpi counts, of what happened in a replication."""
    name, section = kpi.of.name if kpi.of else "", section_of(engine.spec, kpi)
    if section in ("handoffs", "approvals"):
        return list(_held(engine, section[:-1], name))
    if section == "roles":
        if kpi.measure in ("first_time_right", "satisfaction"):
            return list(_held(engine, "handoff", "", name))
        if kpi.measure in ("conversion", "sum"):
            return _worked_on(engine, name)
        return [_piece(one) for one in engine.watch.done if one.role == name]
    cases, scores = engine.watch.ended_cases, _scores(engine)
    if section == "channels":
        return [_case(one, scores) for one in cases if one.channel == name]
    bases: dict[str, Path] = {name: ()} if section == "processes" else processes_on(engine.spec, name)
    found = [_case(one, scores, bases[one.process]) for one in cases if one.process in bases]
    inner = run_as_parts(engine.spec).intersection(bases)
    if inner:
        found += _parts(engine, inner, bases)
    if section == "entities":  # a record counts once, however many processes run on it
        return list({(id(one.course), one.base): one for one in reversed(found)}.values())
    return found


Scores = dict[int, tuple[tuple[int, int], ...]]


def _scores(engine: Engine) -> Scores:
    """The scores given in each case."""
    found: Scores = {}
    for one in engine.watch.held:
        if one.score is not None:
            found[id(one.course)] = (*found.get(id(one.course), ()), *_score(engine.spec, one))
    return found


def _score(spec: Spec, one: Held) -> tuple[tuple[int, int], ...]:
    feedback = spec.handoffs[one.name].feedback if one.kind == "handoff" else None
    return () if one.score is None or feedback is None else ((one.score, feedback.below or 0),)


def _case(one: Ended, scores: Scores, base: Path = (), person: str | None = None) -> Seen:
    tally, record = one.tally, one.course.case.record
    waited = tally.get(NOBODY_FREE, 0) + tally.get(NOBODY_ON_DUTY, 0)
    promised = one.course.cls.MACHINE.promise is not None
    return Seen(
        one.at, one.lead, waited, one.cost, one.success, one.success, True,
        one.kept if promised else not tally.get("late"), one.success and one.first_time, scores.get(id(one.course), ()),
        (record.owner or record.creator or "") if person is None else person, one.course, base,
    )  # fmt: skip


def _held(engine: Engine, kind: str, name: str, role: str = "") -> Iterator[Seen]:
    """The runs of a chain or handoff, with the work on them; of all handoffs that somebody in a role delivered."""
    work: dict[tuple[int, str], list[Piece]] = {}
    for piece in engine.watch.done:
        work.setdefault((id(piece.course), piece.step), []).append(piece)
    for one in engine.watch.held:
        if one.kind != kind or (name and one.name != name):
            continue
        pieces = [
            piece
            for piece in work.get((id(one.course), one.step), ())
            if one.since <= piece.begun and piece.at <= one.at
        ]
        last = next((piece for piece in reversed(pieces) if piece.kind in ("deliver", "decline", "level")), None)
        if role and (last is None or last.role != role):
            continue
        right = one.right and (one.success or kind == "handoff")
        yield Seen(
            one.at, one.lead, sum(piece.waited for piece in pieces), sum(piece.cost for piece in pieces), one.success,
            one.delivered, one.delivered, one.in_time, right, _score(engine.spec, one),
            last.person if last is not None else "", one.course, one.course.cls.MACHINE.nodes[one.step].path,
        )  # fmt: skip


def _parts(engine: Engine, inner: Collection[str], bases: dict[str, Path]) -> Iterator[Seen]:
    """The runs of processes as parts, with the work and the handoffs in them."""
    work: dict[int, list[Piece]] = {}
    held: dict[int, list[Held]] = {}
    for piece in engine.watch.done:
        work.setdefault(id(piece.course), []).append(piece)
    for run in engine.watch.held:
        held.setdefault(id(run.course), []).append(run)
    for one in parts(engine, inner):
        key, promise = id(one.course), engine.compiled.processes[one.process].MACHINE.promise
        pieces = [
            piece for piece in work.get(key, ())
            if piece.step.startswith(one.prefix) and one.since <= piece.begun and piece.at <= one.at
        ]  # fmt: skip
        runs = [
            run for run in held.get(key, ())
            if run.step.startswith(one.prefix) and one.since <= run.since and run.at <= one.at
        ]  # fmt: skip
        in_time = all(piece.in_time for piece in pieces) and all(run.in_time for run in runs)
        scores = tuple(one for run in runs for one in _score(engine.spec, run))
        record = engine.mover.facts.follow(one.course.case.record, one.path)
        yield Seen(
            one.at, engine.staff.calendars.company.between(one.since, one.at), sum(piece.waited for piece in pieces),
            sum(piece.cost for piece in pieces), one.success, one.success, True,
            in_time if promise is None else promise.due(one.since) >= one.at,
            one.success and all(run.right for run in runs), scores,
            (record.owner or record.creator or "") if record is not None else "", one.course,
            (*one.path, *bases[one.process]),
        )  # fmt: skip


def _worked_on(engine: Engine, role: str) -> list[Seen]:
    """The cases that ended on which somebody in a role has worked, for each who has."""
    hands: dict[int, dict[str, None]] = {}
    for piece in engine.watch.done:
        if piece.role == role:
            hands.setdefault(id(piece.course), {})[piece.person] = None
    cases = engine.watch.ended_cases
    return [_case(one, {}, (), person) for one in cases for person in hands.get(id(one.course), ())]


def _piece(one: Piece) -> Seen:
    return Seen(
        one.at, one.waited + one.spent, one.waited, one.cost, True, True, True, one.in_time, True, (), one.person,
        one.course, (), one.worked,
    )  # fmt: skip
