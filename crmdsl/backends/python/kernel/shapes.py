"""A process as the compiler hands it over: steps, outcomes, time limits. Constants, made once on import.

`place` is always `file:line` in the spec. Names of states are full: `step`, `approval_step.level`,
`parallel_step.branch.step`, `called_step.inner`.
"""

from __future__ import annotations

from .verdicts import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .calendar import Calendar
    from .conditions import Facts, When
    from .people import Group

    Path = tuple[str, ...]

REMIND, ESCALATE, OUTCOME = "remind", "escalate", "outcome"


class Late:
    """What a missed time limit sets off: `remind`, `escalate` (to `roles` if given), or an outcome."""

    __slots__ = ("action", "outcome", "roles")

    def __init__(self, action: str, roles: Group | None = None, outcome: str = "") -> None:
        self.action = action
        self.roles = roles
        self.outcome = outcome


class Timer:
    """A time limit: `minutes` of open hours on a calendar, of the clock without one."""

    __slots__ = ("calendar", "kind", "late", "minutes", "place")

    def __init__(
        self, kind: str, place: str, minutes: int, calendar: Calendar | None = None, late: Late | None = None
    ) -> None:
        self.kind = kind
        self.place = place
        self.minutes = minutes
        self.calendar = calendar
        self.late = late

    def due(self, since: int) -> int:
        """When it passes. Raises `OutOfYears` beyond the calendar's years."""
        return since + self.minutes * 60 if self.calendar is None else self.calendar.add(since, self.minutes)


class Assign:
    """A field, at a path from the record at hand, that an outcome sets to the value of an expression."""

    __slots__ = ("path", "value")

    def __init__(self, path: Path, value: Callable[[Any, Facts], Any]) -> None:
        self.path = path
        self.value = value


class Opens:
    """A case of another process that an outcome opens; `values` are fields of its new record."""

    __slots__ = ("process", "record", "values")

    def __init__(self, process: str, record: Callable[[], Any], values: tuple[Assign, ...] = ()) -> None:
        self.process = process
        self.record = record
        self.values = values


class Outcome:
    """A way out of a step."""

    __slots__ = ("by", "emits", "name", "notify", "opens", "place", "sets", "target", "to", "when")
    target: Node

    def __init__(
        self,
        name: str,
        place: str,
        to: str,
        *,
        when: When | None = None,
        by: Group | None = None,
        sets: tuple[Assign, ...] = (),
        emits: tuple[str, ...] = (),
        notify: tuple[str, ...] = (),
        opens: Opens | None = None,
    ) -> None:
        self.name = name
        self.place = place
        self.to = to
        self.when = when
        self.by = by
        self.sets = sets
        self.emits = emits
        self.notify = notify
        self.opens = opens

    @property
    def is_plain(self) -> bool:
        """Whether it does nothing but lead on, whoever takes it."""
        return not (self.when or self.by or self.sets or self.emits or self.notify or self.opens)


class Node:
    """A step, level or phase: somewhere that a case can be.

    A level that one signature decides is `quick`: `mask` may sign it, `own_request` and `created` refuse who
    requested it or made its record, `wrong_role` whoever else (unless `stands_in`), and `approved` is where a
    signature leads if nothing else follows from it.
    """

    __slots__ = (
        "approved", "body", "calm", "closed", "created", "local", "mask", "name", "note", "openings", "order",
        "own_request", "path", "place", "quick", "stands_in", "timers", "wrong_role",
    )  # fmt: skip
    body: Body
    calm: int
    """Seconds after its entry in which no time limit can pass: open hours never pass quicker than the clock."""
    order: int
    """Its number among all of the machine, in the order of the spec."""
    openings: tuple[Any, ...]
    """The events that are open here."""
    path: Path
    """Where the record is that it acts on, seen from the case's own."""

    def __init__(self, local: str, place: str, timers: tuple[Timer, ...] = ()) -> None:
        self.local = self.name = local
        self.place = place
        self.timers = timers
        self.path = ()
        self.closed: dict[str, Refusal] = {}
        """Events that are not open here, with their refusals, as far as somebody has tried."""
        self.quick = self.stands_in = False
        self.mask = 0
        self.note: tuple[Any, ...] | None = None
        self.approved: Node | None = None
        self.own_request: Refusal | None = None
        self.created: Refusal | None = None
        self.wrong_role: Refusal | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


SEVERAL = Node("", "")
"""Stands for wherever a case is that one node alone does not tell; no event is known to be open or closed in it."""


class Task(Node):
    """A task that somebody does."""

    __slots__ = ("edits", "needs", "outcomes", "roles")

    def __init__(
        self,
        local: str,
        place: str,
        roles: Group,
        outcomes: tuple[Outcome, ...],
        *,
        edits: tuple[str, ...] = (),
        needs: tuple[Path, ...] = (),
        timers: tuple[Timer, ...] = (),
    ) -> None:
        super().__init__(local, place, timers)
        self.roles = roles
        self.outcomes = outcomes
        self.edits = edits
        self.needs = needs


class Wait(Node):
    """Waits for an event from outside; `roles` where it is one of our roles that sends it."""

    __slots__ = ("event", "fields", "outcomes", "roles")

    def __init__(
        self,
        local: str,
        place: str,
        event: str,
        outcomes: tuple[Outcome, ...],
        *,
        roles: Group | None = None,
        fields: tuple[Path, ...] = (),
        timers: tuple[Timer, ...] = (),
    ) -> None:
        super().__init__(local, place, timers)
        self.event = event
        self.outcomes = outcomes
        self.roles = roles
        self.fields = fields
        """Paths to the fields that come with the event, as its integration alone writes them."""


class Decide(Node):
    """Routes at once, by the first outcome whose condition holds."""

    __slots__ = ("outcomes",)

    def __init__(self, local: str, place: str, outcomes: tuple[Outcome, ...]) -> None:
        super().__init__(local, place)
        self.outcomes = outcomes


class End(Node):
    """An end. A branch of a single task ends without a state of its own (`hidden`)."""

    __slots__ = ("hidden", "success")

    def __init__(self, local: str, place: str, success: bool, *, hidden: bool = False) -> None:
        super().__init__(local, place)
        self.success = success
        self.hidden = hidden


class Level(Node):
    """A level of an approval chain that runs in a step."""

    __slots__ = ("all_roles", "approvers", "count", "index", "manager", "named", "step", "when")
    step: ApprovalStep
    index: int

    def __init__(
        self,
        local: str,
        place: str,
        *,
        when: When | None = None,
        approvers: Group | None = None,
        manager: bool = False,
        named: Path = (),
        quorum: int | str = "any",
        timers: tuple[Timer, ...] = (),
    ) -> None:
        super().__init__(local, place, timers)
        self.when = when
        self.approvers = approvers
        self.manager = manager
        self.named = named
        self.all_roles = quorum == "all" and approvers is not None
        """Whether each role listed signs."""
        self.count = quorum if isinstance(quorum, int) else len(approvers.names) if approvers and self.all_roles else 1
        """How many signatures it takes."""

    def running_in(self, step: ApprovalStep, index: int) -> Level:
        """The same level as a state of a step."""
        level = Level(self.local, self.place, when=self.when, approvers=self.approvers, timers=self.timers)
        level.manager, level.named = self.manager, self.named
        level.all_roles, level.count = self.all_roles, self.count
        level.step, level.index, level.path = step, index, step.path
        return level


class Chain:
    """An approval chain as declared; steps run it."""

    __slots__ = (
        "ladder", "levels", "locks", "mentions", "name", "otherwise", "place", "previous_level", "reason", "recall",
        "requested", "requester", "separate_levels", "separate_requester", "signed_before", "substitutes",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        place: str,
        requester: Group,
        levels: tuple[Level, ...],
        *,
        mode: str = "bands",
        otherwise: str = "reject",
        separation: tuple[str, ...] = (),
        on_reject: str = "end",
        recall: bool = False,
        substitutes: str = "none",
        locks: bool = True,
        reason: str = "on_reject",
        mentions: tuple[Path, ...] = (),
    ) -> None:
        self.name = name
        self.place = place
        self.requester = requester
        self.levels = levels
        self.ladder = mode == "ladder"
        self.otherwise = otherwise
        self.separate_requester = "requester" in separation
        self.separate_levels = "levels" in separation
        self.previous_level = on_reject == "previous_level"
        self.recall = recall
        self.substitutes = substitutes
        self.locks = locks
        self.reason = reason
        self.mentions = mentions
        """Paths whose change restarts the chain where it does not lock the record."""
        self.requested = Refusal(
            "four-eyes", place, f"who requested {name} cannot sign it", {"separation": "requester"}
        )
        self.signed_before = Refusal(
            "four-eyes", place, f"who signed another level of {name} cannot sign this one", {"separation": "levels"}
        )


class ApprovalStep(Node):
    """A step that runs an approval chain."""

    __slots__ = ("chain", "events", "levels", "outcomes")

    def __init__(
        self,
        local: str,
        place: str,
        chain: Chain,
        outcomes: tuple[Outcome, ...],
        *,
        of: Path = (),
        timers: tuple[Timer, ...] = (),
    ) -> None:
        super().__init__(local, place, timers)
        self.chain = chain
        self.outcomes = {outcome.name: outcome for outcome in outcomes}
        self.path = of
        self.levels: tuple[Level, ...] = ()


class Phase(Node):
    """A phase of a handoff that runs in a step: requested, promised or delivered."""

    __slots__ = ("step",)
    step: HandoffStep


class Feedback:
    """Scores of deliveries: up to `scale`, and what one under `below` opens."""

    __slots__ = ("below", "opens", "record", "scale")

    def __init__(
        self, scale: int, below: int | None = None, opens: str = "", record: Callable[[], Any] | None = None
    ) -> None:
        self.scale = scale
        self.below = below
        self.opens = opens
        self.record = record


class Agreement:
    """A handoff as declared; steps run it."""

    __slots__ = (
        "accept_when", "customer", "deliver", "feedback", "fulfilled_by", "gives", "late", "name", "place", "respond",
        "returns", "rework_limit", "supplier", "verify",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        place: str,
        customer: Group,
        supplier: Group,
        *,
        gives: tuple[Path, ...] = (),
        returns: tuple[str, ...] = (),
        respond: Timer | None = None,
        deliver: Timer | None = None,
        verify: Timer | None = None,
        late: Late | None = None,
        accept_when: When | None = None,
        rework_limit: int | None = None,
        fulfilled_by: str = "",
        feedback: Feedback | None = None,
    ) -> None:
        self.name = name
        self.place = place
        self.customer = customer
        self.supplier = supplier
        self.gives = gives
        self.returns = returns
        self.respond = respond
        self.deliver = deliver
        self.verify = verify
        self.late = late
        self.accept_when = accept_when
        self.rework_limit = rework_limit
        self.fulfilled_by = fulfilled_by
        self.feedback = feedback


class HandoffStep(Node):
    """A step that runs a handoff."""

    __slots__ = ("agreement", "delivered", "outcomes", "promised", "requested")
    requested: Phase
    promised: Phase
    delivered: Phase

    def __init__(
        self,
        local: str,
        place: str,
        agreement: Agreement,
        outcomes: tuple[Outcome, ...],
        *,
        of: Path = (),
        timers: tuple[Timer, ...] = (),
    ) -> None:
        super().__init__(local, place, timers)
        self.agreement = agreement
        self.outcomes = {outcome.name: outcome for outcome in outcomes}
        self.path = of


class Block(Node):
    """A parallel block. `ambiguous` are the events that more than one branch has."""

    __slots__ = ("ambiguous", "branches", "join", "on_failure", "then")

    def __init__(
        self,
        local: str,
        place: str,
        branches: tuple[Body, ...],
        *,
        join: int,
        then: Outcome,
        on_failure: Outcome | None = None,
        ambiguous: tuple[str, ...] = (),
        timers: tuple[Timer, ...] = (),
    ) -> None:
        super().__init__(local, place, timers)
        self.branches = branches
        self.join = join
        self.then = then
        self.on_failure = on_failure
        self.ambiguous = frozenset(ambiguous)


class Call(Node):
    """A step that runs another process."""

    __slots__ = ("inner", "outcomes")

    def __init__(
        self,
        local: str,
        place: str,
        inner: Body,
        outcomes: tuple[Outcome, ...],
        *,
        of: Path = (),
        timers: tuple[Timer, ...] = (),
    ) -> None:
        super().__init__(local, place, timers)
        self.inner = inner
        self.outcomes = {outcome.name: outcome for outcome in outcomes}
        self.path = of


class Body:
    """The steps of a process, or of a branch: exactly one of them is active while it runs."""

    __slots__ = (
        "anytime", "around", "depth", "name", "nodes", "owner", "path", "prefix", "process", "single", "start", "steps",
    )  # fmt: skip
    around: Node | None
    """The step that it runs in, `None` for the case's own process."""
    depth: int
    nodes: dict[str, Node]
    path: Path
    prefix: str
    process: Body

    def __init__(
        self,
        name: str,
        start: str,
        steps: tuple[Node, ...],
        *,
        owner: Group | None = None,
        anytime: tuple[Outcome, ...] = (),
        single: bool = False,
    ) -> None:
        self.name = name
        self.start = start
        self.steps = steps
        self.owner = owner
        self.anytime = anytime
        self.single = single
        self.nodes = {step.local: step for step in steps}
