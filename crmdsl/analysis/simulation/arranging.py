"""What the states of a case ask of people: pieces of work, who may do them, and what was drawn for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from crmdsl.analysis.simulation.course import Course
from crmdsl.analysis.simulation.places import Place
from crmdsl.analysis.simulation.routes import RESULT, TIME, WAY, WORK
from crmdsl.analysis.simulation.work import OVER, WAITING, Item, Worker

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.engine import Engine

_LONGEST = 20
"""How often a wait is drawn anew that would outlast its timeout."""


class Arranging:
    """Makes work of states."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.compiled = engine.compiled
        self.shapes = engine.compiled.shapes
        self.checks = engine.compiled.checks
        self.places = engine.places
        self.draws = engine.draws
        self.staff = engine.staff
        self._signing: list[Item] = []
        """Signatures that wait; who may give them can change with the day."""
        self._pending = engine.compiled.kernel("tokens").PENDING
        self._pools: dict[tuple[Worker, ...], str] = {}
        self._day = 0
        self._number = 0

    def reconcile(self, course: Course, leaves: Iterable[Any]) -> None:
        """Make the work of a case that of the states it is in."""
        active = {token.node.name: token for token in leaves}
        kept, dropped, held = [], [], set()
        for item in course.items:
            if item.status == OVER:
                continue
            token = active.get(item.state)
            if token is not None and token.since == item.entered:
                kept.append(item)
                held.add(item.state)
            else:
                dropped.append(item)
        course.items = kept
        for item in dropped:
            self.engine.drop(item)
        for item in kept:
            self._refresh(item, active[item.state])
        if course.errands:
            steps = {token.node.step.name for token in active.values() if hasattr(token.node, "step")}
            for step in [name for name in course.errands if name not in steps]:
                del course.errands[step]
        for name, token in active.items():
            if name not in held:
                self._arrange(course, token)

    def _arrange(self, course: Course, token: Any) -> None:
        """Make work of a state that a case has just come to."""
        node, shapes = token.node, self.shapes
        if isinstance(node, shapes.Task):
            self._task(course, token)
        elif isinstance(node, shapes.Level):
            self._level(course, token)
        elif isinstance(node, shapes.Phase):
            self._phase(course, token)
        elif isinstance(node, shapes.Wait):
            self._wait(course, token)

    def _item(self, course: Course, kind: str, token: Any, place: Place) -> Item:
        """A piece of work of a state."""
        self._number += 1
        item = Item(course, kind, token.node, token.since, self._number)
        item.place = place
        item.late = _lateness(token)
        item.rank = self._rank(course)
        item.visit = course.visits.get(place.number, 0)
        course.items.append(item)
        return item

    def _rank(self, course: Course) -> int:
        """The place of a case among the priorities of its process; the first of them is 0."""
        priorities = course.cls.MACHINE.priorities
        if not priorities:
            return 0
        found = course.case.priority
        return next((i for i, (name, _) in enumerate(priorities) if name == found), len(priorities))

    def _seconds(self, item: Item, *more: int) -> int:
        """How long the work takes, drawn."""
        place: Place = item.place
        if place.effort is None or place.minutes <= 0:
            return 0
        address = (item.course.key, place.number, item.visit, WORK, *more)
        minutes = self.draws.minutes(place.cv, place.minutes, *address)
        return max(1, round(60 * minutes))

    def _ready(self, item: Item, workers: tuple[Worker, ...], by_role: bool, roles: Any = None) -> None:
        item.workers, item.by_role = workers, by_role
        pool = self._pools.get(workers) if workers else "|".join(roles.names if roles is not None else ["?"])
        if pool is None:
            pool = self._pools[workers] = "|".join(dict.fromkeys(worker.role for worker in workers))
        item.pool = pool
        self.engine.offer(item)

    def _visited(self, course: Course, place: Place) -> None:
        course.visits[place.number] = course.visits.get(place.number, 0) + 1

    # tasks

    def _task(self, course: Course, token: Any) -> None:
        place = self.places.of(token.node)
        item = self._item(course, "task", token, place)
        item.outcome = self.draws.choose(place.shares, course.key, place.number, item.visit, WAY)
        item.seconds = self._seconds(item)
        self._visited(course, place)
        roles = token.node.roles
        workers = self.staff.holding(self._mask(course, token, roles))
        writers = self._writers(course, token.node, workers)
        self._ready(item, writers, writers is workers, roles)

    def _writers(self, course: Course, node: Any, workers: tuple[Worker, ...]) -> tuple[Worker, ...]:
        """Whoever may write what a task edits: the owner of the record, where he alone of all may and is not away."""
        record = self.engine.mover.facts.follow(course.case.record, node.path)
        if not node.edits or record is None or record.owner is None or len(workers) < 2:
            return workers
        writers = course.cls.MACHINE.access[record.entity].writers
        masks = [writers.get(name, (0, 0)) for name in node.edits]
        owners = tuple(one for one in workers if one.name == record.owner)
        if not owners or any(not owners[0].person.mask & (ever | own) for ever, own in masks):
            return workers
        others = (one for one in workers if one.name != record.owner)
        if any(all(one.person.mask & ever for ever, _ in masks) for one in others):
            return workers
        day = self.engine.compiled.clock.zone.day(self.engine.now)
        return workers if owners[0].person.is_absent(day) else owners

    def _mask(self, course: Course, token: Any, roles: Any) -> int:
        """The roles that may act in a state, with those that escalation has added."""
        mask = int(roles.mask)
        if token.parent is None and token.data is None and token.late < 0 and token.late != -2:
            return mask
        act = self.compiled.look(course)
        own = next(one for one in act.root.leaves() if one.node is token.node)
        return mask | int(self.checks.added(act, own, roles.names) | self.checks.added_around(act, own))

    # approvals

    def _level(self, course: Course, token: Any) -> None:
        step = token.node.step
        whole, place = self.places.of(step), self.places.of(token.node)
        if step.name not in course.errands:
            count = course.visits.get(whole.number, 0)
            address = (course.key, whole.number, count, RESULT)
            course.errands[step.name] = self.draws.choose(whole.shares, *address)
        items = []
        for number in range(token.node.count):
            item = self._item(course, "level", token, place)
            item.seconds = self._seconds(item, number)
            items.append(item)
        self._visited(course, place)
        for item in items:
            item.also = [one for one in items if one is not item]
            self._ready(item, self._signers(item), False, token.node.approvers)
            if item.status == WAITING and self.compiled.organisation.absences:
                self._signing.append(item)

    def _signers(self, item: Item) -> tuple[Worker, ...]:
        """Who may sign a level now, without those who have its other signatures in hand."""
        course, level = item.course, item.node
        act = self.compiled.look(course)
        act.at = self.engine.now
        token = next((one for one in act.root.leaves() if one.node is level), None)
        if token is None:
            return ()
        extra = self.checks.added_around(act, token)
        opening = next(one for one in level.openings if one.kind == "approve")
        busy = {one.worker.name for one in item.also if one.worker is not None and one.status != OVER} | item.refused
        persons = [
            person
            for person in self._thinkable(act, token, extra)
            if person.name not in busy
            and self.compiled.signers.signs_for(act, token, person, extra)
            and self.checks.separated(act, opening, token, person, writes=False) is None
        ]
        mask = level.approvers.mask if level.approvers is not None else 0
        return self.staff.of(persons, mask | max(token.late, 0) | extra)

    def _thinkable(self, act: Any, token: Any, extra: int) -> Iterable[Any]:
        """Whoever might sign, in the order of the organisation: no others than the regular where nobody stands in."""
        level = token.node
        everybody: Iterable[Any] = self.compiled.organisation.people
        if extra or token.late != self._pending:
            return everybody
        regular = self.compiled.signers.regular(act, level, token.data.requester)
        if level.step.chain.substitutes != "none":
            today = act.facts().today
            if all(person.is_absent(today) for person in regular):
                return everybody
        return [person for person in everybody if person in regular]

    def morning(self) -> None:
        """Ask anew who may sign what waits, on a new day."""
        day = self.engine.compiled.clock.zone.ordinal(self.engine.now)
        if not self._signing or day == self._day:
            return
        self._day = day
        self._signing = [item for item in self._signing if item.status == WAITING]
        for item in self._signing:
            self._offer_again(item, self._signers(item))

    # handoffs

    def _phase(self, course: Course, token: Any) -> None:
        node = token.node
        step, agreement = node.step, node.step.agreement
        place = self.places.of(step)
        if node is step.delivered:
            item = self._item(course, "verify", token, place)
            self._ready(item, *self._customers(course, token, agreement))
            return
        kind = "deliver"
        if node is step.requested:
            count = course.visits.get(place.number, 0)
            drawn = self.draws.choose(place.shares, course.key, place.number, count, RESULT)
            kind = {"declined": "decline", "cancelled": "cancel"}.get(drawn, "deliver")
            if kind == "deliver" and agreement.fulfilled_by:
                kind = "promise"
        item = self._item(course, kind, token, place)
        self._visited(course, place)
        if kind == "cancel":
            self._ready(item, *self._customers(course, token, agreement))
            return
        if kind == "deliver":
            item.seconds = self._seconds(item)
        item.workers = self.staff.holding(self._mask(course, token, agreement.supplier))
        item.pool = "|".join(agreement.supplier.names)
        if kind == "deliver" and agreement.fulfilled_by:
            self.engine.acting.fulfil(item)  # it is worked on when the case that fulfils it has ended
            return
        self._ready(item, item.workers, True, agreement.supplier)

    def _customers(self, course: Course, token: Any, agreement: Any) -> tuple[tuple[Worker, ...], bool]:
        """Who verifies or cancels: the customer, if it is known who that is, else anybody in his roles."""
        customer = token.data.customer
        if customer is None:
            return self.staff.holding(self._mask(course, token, agreement.customer)), True
        return self.staff.of([customer], agreement.customer.mask), False

    def rejects(self, item: Item) -> bool:
        """Whether what is delivered now will be sent back."""
        handoff = item.place.handoff
        share = (handoff.rework or 0) / 10_000 if handoff else 0.0
        return self.draws.uniform(item.course.key, item.place.number, item.visit, TIME) < share

    def rejected(self, item: Item) -> bool:
        """Whether what was delivered is sent back: drawn with the delivery before."""
        item.visit -= 1
        found = self.rejects(item)
        item.visit += 1
        return found

    # waits

    def _wait(self, course: Course, token: Any) -> None:
        place = self.places.of(token.node)
        item = self._item(course, "wait", token, place)
        drawn = self.draws.choose(place.shares, course.key, place.number, item.visit, WAY)
        self._visited(course, place)
        self.engine.watch.waits(item, self.engine.now)
        if drawn == "timeout":
            return
        timer = next((one for one in token.node.timers if one.kind == "timeout"), None)
        limit = timer.due(token.since) if timer is not None else None
        when = self._lasts(item, place, 0)
        for number in range(1, _LONGEST):
            if limit is None or when <= limit:
                break
            when = self._lasts(item, place, number)
        if limit is not None and when > limit:
            share = self.draws.uniform(course.key, place.number, item.visit, TIME)
            when = token.since + round(share * (limit - token.since))
        self.engine.at(when, self.engine.acting.arrives, item)

    def _lasts(self, item: Item, place: Place, number: int) -> int:
        """When a wait ends that lasts as long as is drawn for it."""
        if place.effort is None:
            return self.engine.now
        address = (item.course.key, place.number, item.visit, WORK, number)
        seconds = round(60 * self.draws.minutes(place.cv, place.minutes, *address))
        if place.elapsed:
            return self.engine.now + seconds
        return self.staff.calendars.company.add(self.engine.now, seconds)

    # what changes meanwhile

    def _refresh(self, item: Item, token: Any) -> None:
        """Who may do a piece of work, after something has happened to its case: an escalation, another signature."""
        if item.status != WAITING or item.kind == "wait":
            return
        if item.kind == "level":
            self._offer_again(item, self._signers(item))
            return
        late = _lateness(token)
        if late == item.late or (item.kind == "deliver" and item.node.step.agreement.fulfilled_by):
            return
        item.late = late
        if item.kind == "task":
            self._offer_again(item, self.staff.holding(self._mask(item.course, token, token.node.roles)))
        elif item.kind in ("deliver", "decline", "promise"):
            roles = item.node.step.agreement.supplier
            self._offer_again(item, self.staff.holding(self._mask(item.course, token, roles)))

    def _offer_again(self, item: Item, workers: tuple[Worker, ...]) -> None:
        if set(workers) != set(item.workers):
            item.workers = workers
            self.staff.offer(item, self.engine.now)

    def again(self, item: Item) -> bool:
        """Let somebody else do what was refused to one; whether there is anybody."""
        if item.kind == "level":
            workers = self._signers(item)
        else:
            workers = tuple(one for one in item.workers if one.name not in item.refused)
        if not workers:
            return False
        item.status, item.worker, item.workers, item.by_role = WAITING, None, workers, False
        self.engine.offer(item)
        return True


def _lateness(token: Any) -> tuple[object, ...]:
    """What the people who may act in a state depend on besides its roles."""
    found = [token.late, token.data.late if token.data is not None else None]
    around = token.parent
    while around is not None:
        found.append(around.late)
        around = around.parent
    return tuple(found)
