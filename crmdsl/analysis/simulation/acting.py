"""What people do with the cases that are before them, and what the world outside does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from crmdsl.analysis.simulation.arranging import Arranging
from crmdsl.analysis.simulation.course import PASS, Course, Deed, Path
from crmdsl.analysis.simulation.draws import mixed, number
from crmdsl.analysis.simulation.facts import Wish
from crmdsl.analysis.simulation.routes import WORK, Route
from crmdsl.analysis.simulation.work import OVER, WORKING, Item, Worker

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.engine import Engine

REASON = "drawn by chance"


class Acting:
    """Makes acts of the work that is done, of the events from outside, and of the time that passes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.compiled = engine.compiled
        self.shapes = engine.compiled.shapes
        self.mover = engine.mover
        self.places = engine.places
        self.draws = engine.draws
        self.arranging = Arranging(engine)

    def reconcile(self, course: Course, leaves: Iterable[Any]) -> None:
        """Make the work of a case that of the states it is in."""
        self.arranging.reconcile(course, leaves)

    def over(self, root: Any) -> bool:
        """Whether a case has ended that is where a token says."""
        return isinstance(root.node, self.shapes.End)

    def morning(self) -> None:
        """Somebody comes on duty: who may sign can be others today."""
        self.arranging.morning()

    # work begins and ends

    def begins(self, item: Item, worker: Worker) -> None:
        """Somebody takes work in hand: whoever will deliver what was asked for promises it first.

        Whom an escalation has added could not deliver what he has promised: he delivers at once.
        """
        if item.kind != "deliver" or item.node is not item.node.step.requested:
            return
        if worker.person.mask & item.node.step.agreement.supplier.mask:
            self.engine.at(self.engine.now, self._promise, item)

    def _promise(self, item: Item) -> None:
        if item.status == WORKING and item.worker is not None and item.node is item.node.step.requested:
            course, step = item.course, item.node.step
            opening = _opening(item.node, "promise")
            deed = Deed(opening.event, item.worker.person, self.engine.now)
            route = self.mover.route(course, self.engine.now, item.worker.person)
            route.rests.append(step.promised.name)
            if self.mover.happen(course, deed, route) is None:
                item.node, item.state, item.entered = step.promised, step.promised.name, self.engine.now
                self.engine.settle(course)

    def finishes(self, item: Item, worker: Worker) -> None:
        """Work is done: it comes to an act."""
        act = {
            "task": self._task, "level": self._sign, "promise": self._promises, "deliver": self._deliver,
            "decline": self._leave, "cancel": self._leave, "verify": self._verify,
        }[item.kind]  # fmt: skip
        act(item, worker)

    def _do(self, item: Item, deed: Deed, route: Route, writable: Any = frozenset) -> bool:
        """Let an act happen to a case; whether the machine takes it."""
        course = item.course
        if course.doomed and self._dooms(course, route):
            return True
        refusal = self.mover.happen(course, deed, route, writable)
        if refusal is None:
            self.engine.settle(course)
            return True
        return self._refused(item, deed, refusal)

    def _refused(self, item: Item, deed: Deed, refusal: Any) -> bool:
        """The machine refuses an act: somebody else is asked, or the case stays where it is."""
        self.engine.watch.refused(item.place, refusal)
        if deed.by is not None:
            item.refused.add(deed.by.name)
        if item.kind != "task" and self.arranging.again(item):
            return True
        self.engine.stopped(item.course, item.node.name, refusal)
        return False

    def _dooms(self, course: Course, route: Route) -> bool:
        """End a case, or a part of it, before it ends by itself, where that was drawn for it."""
        for part in route.left:
            if course.doomed.get(part) and self.anytime(course, part):
                return True
        return bool(course.doomed.get("")) and self._ends(course, route) and self.anytime(course, "")

    @staticmethod
    def _ends(course: Course, route: Route) -> bool:
        ends = course.cls.MACHINE.body.nodes
        return any(name in ends and hasattr(ends[name], "success") for name in route.rests)

    def _writable(self, item: Item, opening: Any, person: Any) -> Any:
        """What says which fields somebody may give with an event."""

        def found() -> frozenset[Path]:
            base, course = opening.node.path, item.course
            act = self.compiled.look(course)
            act.at, act.by = self.engine.now, person
            record = act.record_at(base)
            if record is None or not opening.paths:
                return frozenset()
            if any(locked == base for locked, _ in act.locked()):
                return frozenset()
            paths = {base + path for path in opening.paths}
            if person is None:
                return frozenset(paths)
            grants = act.machine.access[record.entity]
            some = {path for path in paths if not person.mask & grants.writers.get(path[-1], (0, 0))[0]}
            if not some:
                return frozenset(paths)
            held = grants.allowed("update", person, record, act.facts(None, act.starter()))
            return frozenset(path for path in paths if path not in some or path[-1] in held)

        return found

    # tasks

    def _task(self, item: Item, worker: Worker) -> None:
        """Leave a task by the outcome drawn; where that is refused, by another that is open."""
        last: Any = None
        for name in dict.fromkeys((item.outcome, *item.place.usual)):
            opening = next(one for one in item.node.openings if one.kind == "task" and one.name == name)
            person = self._actor(item, worker, opening)
            route = self.mover.route(item.course, self.engine.now, person)
            base = opening.node.path
            route.wishes += [Wish(base + path, None, True, None, known=True) for path in opening.needs]
            outcome = opening.outcome
            route.wish(outcome.when, True, opening.body, opening.body.path)
            route.must = len(route.wishes)
            route.drawn.append((item.place.name, name))
            route.enter(outcome.target)
            deed = Deed(opening.event, person, self.engine.now, base=base, began=item.begun)
            course = item.course
            if course.doomed and self._dooms(course, route):
                return
            last = self.mover.happen(course, deed, route, self._writable(item, opening, person))
            if last is None:
                if name != item.outcome:
                    self.mover.bent[item.place.name, item.outcome] += 1
                self.engine.settle(course)
                return
        self.engine.stopped(item.course, item.node.name, last)

    def _actor(self, item: Item, worker: Worker, opening: Any) -> Any:
        """Who fires the outcome of a task: whoever has done it, else one of those who alone may."""
        allowed = opening.roles
        if opening.outcome.by is None or allowed is None or worker.person.mask & allowed.mask:
            return worker.person
        others = self.engine.staff.holding(allowed.mask)
        now = self.engine.now
        found = next((one for one in others if one.hours.is_open(now)), others[0] if others else None)
        return found.person if found is not None else worker.person

    # approvals

    def _sign(self, item: Item, worker: Worker) -> None:
        """Approve, or reject where that was drawn: with the last signature asked, so that every level has had its
        work; at the first level where a reject goes back a level."""
        course, level = item.course, item.node
        step, chain = level.step, level.step.chain
        route = self.mover.route(course, self.engine.now, worker.person)
        token = next(one for one in route.act.root.leaves() if one.node is level)
        pending = token.data
        position = pending.levels.index(level.index)
        complete = len(pending.signatures_of(level.index)) + 1 >= level.count
        last = complete and position + 1 == len(pending.levels)
        rejects = course.errands.get(step.name) == "rejected" and (position == 0 if chain.previous_level else last)
        opening = _opening(level, "reject" if rejects else "approve")
        if rejects or last:
            course.errands.pop(step.name, None)
            route.enter(step.outcomes["rejected" if rejects else "approved"].target)
        elif complete:
            route.rests.append(step.levels[pending.levels[position + 1]].name)
        wanted = chain.reason == "always" or (rejects and chain.reason == "on_reject")
        deed = Deed(
            opening.event, worker.person, self.engine.now, reason=REASON if wanted else None, began=item.begun
        )  # fmt: skip
        self._do(item, deed, route)

    # handoffs

    def _promises(self, item: Item, worker: Worker) -> None:
        """Promise what another process will do; the case of it delivers."""
        step = item.node.step
        route = self.mover.route(item.course, self.engine.now, worker.person)
        route.rests.append(step.promised.name)
        self._do(item, Deed(_opening(item.node, "promise").event, worker.person, self.engine.now), route)

    def _deliver(self, item: Item, worker: Worker) -> None:
        """Deliver, with what is returned; what was drawn of the verification says what that must be."""
        course, step = item.course, item.node.step
        agreement, person = step.agreement, worker.person
        opening = _opening(item.node, "deliver")
        route = self.mover.route(course, self.engine.now, person)
        writable = self._writable(item, opening, person)
        rejected = self.arranging.rejects(item)
        if not rejected:
            paths = [(*step.path, name) for name in agreement.returns]
            mine = writable()
            route.wishes += [Wish(path, None, True, None, known=True) for path in paths if path in mine]
            if agreement.accept_when is not None:
                token = next(one for one in route.act.root.leaves() if one.node is item.node)
                route.wish(agreement.accept_when, True, step.body, step.path, token.data.customer)
        route.rests.append(step.delivered.name)
        deed = Deed(opening.event, person, self.engine.now, base=step.path, began=item.begun)
        self._do(item, deed, route, writable)

    def _leave(self, item: Item, worker: Worker) -> None:
        """Decline, or cancel."""
        step = item.node.step
        opening = _opening(item.node, item.kind)
        route = self.mover.route(item.course, self.engine.now, worker.person)
        outcome = step.outcomes["declined" if item.kind == "decline" else "cancelled"]
        route.enter(outcome.target)
        reason = REASON if item.kind == "decline" else None
        self._do(item, Deed(opening.event, worker.person, self.engine.now, reason=reason), route)

    def _verify(self, item: Item, worker: Worker) -> None:
        """Accept what was delivered, perhaps with a score, or send it back; that too if it cannot be accepted."""
        if self.arranging.rejected(item):
            self._return(item, worker)
            return
        step = item.node.step
        route = self.mover.route(item.course, self.engine.now, worker.person)
        if step.agreement.accept_when is not None:
            token = next(one for one in route.act.root.leaves() if one.node is item.node)
            route.wish(step.agreement.accept_when, True, step.body, step.path, token.data.customer)
            route.must = len(route.wishes)
        route.enter(step.outcomes["accepted"].target)
        deed = Deed(_opening(item.node, "accept").event, worker.person, self.engine.now, score=self._score(item))
        if item.course.doomed and self._dooms(item.course, route):
            return
        refusal = self.mover.happen(item.course, deed, route)
        if refusal is None:
            self.engine.settle(item.course)
        elif refusal.rule == "guard":
            self.mover.bent[item.place.name, "accepted"] += 1
            self._return(item, worker)
        else:
            self._refused(item, deed, refusal)

    def _return(self, item: Item, worker: Worker) -> None:
        """Send back what was delivered."""
        step = item.node.step
        route = self.mover.route(item.course, self.engine.now, worker.person)
        token = next(one for one in route.act.root.leaves() if one.node is item.node)
        limit = step.agreement.rework_limit
        if limit is not None and token.data.rejects >= limit:
            route.enter(step.outcomes["declined"].target)
        else:
            route.rests.append(step.promised.name)
        self._do(item, Deed(_opening(item.node, "return").event, worker.person, self.engine.now), route)

    def _score(self, item: Item) -> int | None:
        """The score of a delivery: under `below` by its chance; none where no chance is given."""
        feedback = item.place.handoff.feedback if item.place.handoff else None
        if feedback is None or feedback.chance is None or feedback.below is None or not feedback.scale:
            return None
        address = (item.course.key, item.place.number, item.visit, WORK, 7)
        if self.draws.uniform(*address) < feedback.chance / 10_000:
            return int(max(1, feedback.below - 1))
        return int(feedback.scale)

    # what nobody inside does

    def arrives(self, item: Item) -> None:
        """The event that a wait waits for comes from outside."""
        if item.status == OVER:
            return
        item.status = OVER
        opening = _opening(item.node, "wait")
        route = self.mover.route(item.course, self.engine.now)
        outcome = opening.outcome
        route.wish(outcome.when, True, opening.body, opening.body.path)
        route.must = len(route.wishes)
        route.enter(outcome.target)
        deed = Deed(opening.event, None, self.engine.now, base=opening.node.path, began=item.since)
        self.engine.watch.came(item, self.engine.now)
        self._do(item, deed, route, self._writable(item, opening, None))

    def anytime(self, course: Course, part: str) -> bool:
        """End a case, or a part of it, by the outcome of `anytime` drawn for it; whether the machine takes it."""
        name, course.doomed[part] = course.doomed[part], ""
        route = self.mover.route(course, self.engine.now)
        body = course.cls.MACHINE.nodes[part].inner if part else course.cls.MACHINE.body
        leaves = (opening for token in route.act.root.leaves() for opening in token.node.openings)
        found = (one for one in leaves if one.kind == "anytime" and one.name == name and one.body is body)
        opening = next(found, None)
        if opening is None or opening.roles is None:
            return False
        others = self.engine.staff.holding(opening.roles.mask)
        if not others:
            return False
        on_duty = (one for one in others if one.hours.is_open(self.engine.now))
        person = next(on_duty, others[0]).person
        route.act.by = person
        route.wish(opening.outcome.when, True, opening.body, opening.body.path)
        route.must = len(route.wishes)
        route.enter(opening.outcome.target)
        if self.mover.happen(course, Deed(opening.event, person, self.engine.now), route) is not None:
            return False
        self.engine.settle(course)
        return True

    def overdue(self, course: Course) -> None:
        """Let the time limits of a case pass that are due."""
        now, timing = self.engine.now, self.compiled.timing
        route = self.mover.route(course, now)
        dues = [due for due in timing.running(route.act.root, now) if due.at < now and not due.passed]
        if not dues:
            return
        due = min(dues, key=timing.Due.rank)
        route.act.timed = True
        self._passed(course, due, route)
        if course.doomed and self._dooms(course, route):
            return
        self.engine.watch.overdue(course, due)
        refusal = self.mover.happen(course, Deed(PASS, None, now), route)
        if refusal is not None:
            self.engine.stopped(course, due.node.name, refusal)
            return
        self.engine.settle(course)

    def _passed(self, course: Course, due: Any, route: Route) -> None:
        """The way that a missed time limit opens."""
        kind, late, node = due.timer.kind, due.timer.late, due.token.node
        if kind == "timeout":
            route.enter(next(one for one in node.outcomes if one.name == "timeout").target)
        elif kind == "verify":
            step, errand = node.step, due.token.data
            when = step.agreement.accept_when
            record = route.act.record_at(step.path)
            if when is None or (record is not None and when.test(record, route.act.facts(step.body, errand.customer))):
                route.enter(step.outcomes["accepted"].target)
        elif late is not None and late.action == "outcome":
            step = getattr(node, "step", node)
            outcomes = step.outcomes.values() if isinstance(step.outcomes, dict) else step.outcomes
            route.enter(next(one for one in outcomes if one.name == late.outcome).target)

    # what cases set off

    def effect(self, course: Course, effect: Any) -> None:
        """What a case asks of the world; what it opens begins at once."""
        kind = type(effect).__name__
        if kind == "Open":
            course.opened += 1
            self.engine.at(self.engine.now, self._opened, (course, effect, course.opened))
        else:
            self.engine.watch.effect(course, kind)

    def _opened(self, asked: tuple[Course, Any, int]) -> None:
        course, effect, count = asked
        process = effect.process
        if process not in self.compiled.processes:
            return
        key = mixed(course.key, number(process), count)
        supplies = self._supplies(course, process, None if effect.values else effect.about)
        self.engine.arrive(process, "", key, self._record(process, effect, key), supplies)

    def fulfil(self, item: Item) -> None:
        """A delivery waits for the case that does the work: the machine opens it with the promise; after a reject
        the same work is done again in another case."""
        course, step = item.course, item.node.step
        token = next(one for one in self.compiled.root(course).leaves() if one.node is item.node)
        if token.data.rejects:
            process = step.agreement.fulfilled_by
            course.opened += 1
            key = mixed(course.key, number(process), course.opened)
            record = self.mover.facts.follow(course.case.record, step.path)
            self.engine.at(self.engine.now, self._starts, (process, key, record, (course, step.name)))

    def _starts(self, asked: tuple[str, int, Any, Any]) -> None:
        process, key, record, supplies = asked
        if record is None or record.entity != self.compiled.processes[process].MACHINE.record().entity:
            record = None
        self.engine.arrive(process, "", key, record, supplies)

    def _supplies(self, course: Course, process: str, about: Any) -> tuple[Course, str] | None:
        """The handoff that waits for a case of this process, if one does."""
        if about is None:
            return None
        for item in course.items:
            if item.kind == "deliver" and item.node.step.agreement.fulfilled_by == process:
                return course, item.node.step.name
        return None

    def _record(self, process: str, effect: Any, key: int) -> Any:
        """The record of a case that is opened: the one it is about, or a new one with the values given."""
        cls = self.compiled.processes[process].MACHINE.record()
        about = effect.about
        if not effect.values and about is not None:
            kept = {name for name, field in cls.FIELDS.items() if not field.derived}
            if set(about["fields"]) == kept:
                return cls.from_json(about)
        record = self.mover.facts.start(cls.entity, self.draws, key)
        given = {name: cls.FIELDS[name].from_json(value) for name, value in effect.values.items() if value is not None}
        return record.having(given)


def _opening(node: Any, kind: str) -> Any:
    """The event of a kind that is open in a state."""
    return next(one for one in node.openings if one.kind == kind)
