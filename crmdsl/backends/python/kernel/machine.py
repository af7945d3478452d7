"""A process made ready to run: every state by its full name, with the events that are open in it."""

from __future__ import annotations

from . import openings as kinds
from .openings import Opening
from .shapes import ApprovalStep, Block, Call, End, HandoffStep, Level, Node, Phase, Task, Wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .access import Grants
    from .calendar import Zone
    from .conditions import When
    from .people import Group
    from .records import Record
    from .separation import Rule
    from .shapes import Body, Outcome, Path, Timer


class Machine:
    """A process (or a chain or handoff on its own), linked: constant and shared by all of its cases.

    `alone` is a chain or handoff on its own, whose cases are about a record that is there: nobody needs `create`.
    Between the two instants of `safe` no time limit can leave the years of its calendar. `owner_places` are those of
    `owner` in the process and in its entity, where the process has one.
    """

    __slots__ = (
        "_grants", "alone", "body", "name", "nodes", "owner_places", "owners", "place", "priorities", "promise",
        "record", "rules", "safe", "separates_updates", "zone",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        place: str,
        body: Body,
        record: Callable[[], type[Record]],
        zone: Zone,
        *,
        grants: Callable[[], Mapping[str, Grants]],
        owners: Mapping[str, Group],
        rules: tuple[Rule, ...] = (),
        promise: Timer | None = None,
        safe: tuple[int, int] = (0, 0),
        alone: bool = False,
        owner_places: tuple[str, str] = ("", ""),
        priorities: tuple[tuple[str, When], ...] = (),
    ) -> None:
        self.name = name
        self.place = place
        self.body = body
        self.record = record
        self.zone = zone
        self._grants = grants
        self.owners = owners
        self.rules = rules
        self.separates_updates = any("update" in rule.actions for rule in rules)
        self.promise = promise
        self.safe = safe
        self.alone = alone
        self.owner_places = owner_places
        self.priorities = priorities
        self.nodes: dict[str, Node] = {}
        Linker(self.nodes).body(body, "", (), None)
        for order, node in enumerate(self.nodes.values()):
            node.order = order
        for node in self.nodes.values():
            node.openings = tuple(_openings(node))
            settle(node, [rule for rule in rules if rule.entity == record().entity])

    @property
    def access(self) -> Mapping[str, Grants]:
        """Who may see and write which fields, by entity."""
        return self._grants()

    def opening(self, state: str, event: str) -> Opening:
        """What an event means in a state. Raises `LookupError` where it is not open."""
        for opening in self.nodes[state].openings:
            if opening.event == event:
                return opening  # type: ignore[no-any-return]
        raise LookupError(f"{event} is not open in {state}")

    def entity_at(self, path: Path) -> type[Record]:
        """The class of the record at a path from the case's own."""
        record = self.record()
        for name in path:
            record = record.FIELDS[name].entity  # type: ignore[attr-defined]
        return record


def settle(node: Node, rules: list[Rule]) -> None:
    """Work out what the quick ways of the generated methods rely on."""
    node.calm = calm(node)
    if not isinstance(node, Level):
        return
    chain = node.step.chain
    approved = node.step.outcomes["approved"]
    node.note = (None, None, (), node.path) if rules else None
    ruled = [rule for rule in rules if "approve" in rule.actions]
    node.created = next((rule.refusal for rule in ruled if "create" in rule.actions), None)
    node.quick = (
        node.approvers is not None and node.count == 1 and not chain.ladder and not node.path
        and not any("update" in rule.actions for rule in ruled) and node.body.around is None
        and chain.reason != "always"
    )  # fmt: skip
    node.mask = node.approvers.mask if node.approvers is not None else 0
    node.wrong_role = node.openings[0].wrong_role
    node.own_request = chain.requested if chain.separate_requester else None
    node.stands_in = chain.substitutes != "none"
    if isinstance(approved.target, Task | Wait | End) and approved.is_plain:
        node.approved = approved.target


def calm(node: Node) -> int:
    """The seconds after its entry in which nothing can be late, -1 where that depends on more than the entry."""
    if isinstance(node, Block | Call) or (isinstance(node, Phase) and node is node.step.promised):
        return -1
    timers = node.timers
    if isinstance(node, Level | Phase) and node.step.timers:
        if isinstance(node, Level):
            entered_with_step = node.step.chain.locks and not node.step.chain.ladder
        else:
            entered_with_step = node is node.step.requested
        if not entered_with_step:
            return -1
        timers += node.step.timers
    return min((timer.minutes * 60 for timer in timers), default=FOREVER)


FOREVER = 10**12
"""Seconds that no time limit reaches."""


class Linker:
    """Gives every node its full name, its record and its targets, outer before inner in the order of the spec."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        self.nodes = nodes

    def body(self, body: Body, prefix: str, path: Path, around: Node | None) -> None:
        """Link the steps of a process or branch whose states begin with `prefix`."""
        body.prefix, body.path, body.around = prefix, path, around
        body.depth = 0 if around is None else around.body.depth + 1
        body.process = around.body.process if isinstance(around, Block) else body
        for step in body.steps:
            step.body = body
            step.name = prefix.removesuffix(".") if body.single and not isinstance(step, End) else prefix + step.local
            step.path = path + step.path
            self.nodes.setdefault(step.name, step)
            self.inside(step)
            for outcome in _outcomes(step):
                outcome.target = body.nodes[outcome.to]
        for outcome in body.anytime:
            outcome.target = body.nodes[outcome.to]

    def inside(self, step: Node) -> None:
        """Link what a step consists of."""
        around = f"{step.name}." if step.name else ""
        if isinstance(step, ApprovalStep):
            step.levels = tuple(level.running_in(step, i) for i, level in enumerate(step.chain.levels))
            for level in step.levels:
                self.leaf(level, step, around)
        elif isinstance(step, HandoffStep):
            agreement = step.agreement
            for name, timer in (
                ("requested", agreement.respond), ("promised", agreement.deliver), ("delivered", agreement.verify),
            ):  # fmt: skip
                phase = Phase(name, agreement.place, (timer,) if timer else ())
                phase.step, phase.path = step, step.path
                setattr(step, name, phase)
                self.leaf(phase, step, around)
        elif isinstance(step, Block):
            for branch in step.branches:
                self.body(branch, f"{around}{branch.name}.", step.path, step)
        elif isinstance(step, Call):
            self.body(step.inner, around, step.path, step)

    def leaf(self, node: Node, step: Node, around: str) -> None:
        """Name a level or phase and note it."""
        node.body = step.body
        node.name = around + node.local
        self.nodes[node.name] = node


def _outcomes(step: Node) -> Iterator[Outcome]:
    if isinstance(step, Block):
        yield step.then
        if step.on_failure is not None:
            yield step.on_failure
        return
    outcomes = getattr(step, "outcomes", ())
    yield from outcomes.values() if isinstance(outcomes, dict) else outcomes


def event_name(body: Body, name: str) -> str:
    """An event as it is fired: with the names of the branches around it that need telling apart."""
    inner: Body | None = body
    while inner is not None and inner.around is not None:
        if isinstance(inner.around, Block) and name in inner.around.ambiguous:
            name = f"{inner.name}.{name}"
        inner = inner.around.body
    return name


def _openings(node: Node) -> Iterator[Opening]:
    """The events open in a state: its own, then `anytime` of the processes around, the inner first."""
    if isinstance(node, Task):
        for outcome in node.outcomes:
            yield Opening(
                event_name(node.body, outcome.name), kinds.TASK, node, outcome.place, name=outcome.name,
                roles=outcome.by or node.roles, outcome=outcome,
                paths=tuple((name,) for name in node.edits), needs=node.needs,
            )  # fmt: skip
    elif isinstance(node, Wait):
        yield from _of_wait(node)
    elif isinstance(node, Level):
        yield from _of_level(node)
    elif isinstance(node, Phase):
        yield from _of_phase(node)
    elif isinstance(node, End) and node.body.around is None:
        return
    yield from _anytime(node)


def _anytime(node: Node) -> Iterator[Opening]:
    body: Body | None = node.body
    while body is not None:
        if body.process is body:
            for outcome in body.anytime:
                yield Opening(
                    event_name(body, outcome.name), kinds.ANYTIME, node, outcome.place, name=outcome.name,
                    roles=outcome.by or body.owner, outcome=outcome, body=body,
                )  # fmt: skip
        body = body.around.body if body.around is not None else None


def _of_wait(node: Wait) -> Iterator[Opening]:
    for outcome in node.outcomes:
        if outcome.name == node.event:
            yield Opening(
                event_name(node.body, outcome.name), kinds.WAIT, node, outcome.place, name=outcome.name,
                roles=outcome.by or node.roles, outcome=outcome, paths=node.fields,
                outside=node.roles is None and outcome.by is None,
            )  # fmt: skip


def _of_level(node: Level) -> Iterator[Opening]:
    chain = node.step.chain
    for name in (kinds.APPROVE, kinds.REJECT):
        yield Opening(event_name(node.body, name), name, node, node.place, name=name, roles=node.approvers)
    if chain.recall:
        event = event_name(node.body, kinds.RECALL)
        yield Opening(event, kinds.RECALL, node, chain.place, name=kinds.RECALL, roles=chain.requester)


def _of_phase(node: Phase) -> Iterator[Opening]:
    agreement = node.step.agreement
    cancels = [kinds.CANCEL] if "cancelled" in node.step.outcomes else []
    open_here = {
        "requested": [kinds.PROMISE, kinds.DECLINE, kinds.DELIVER, kinds.AGREE, *cancels],
        "promised": [kinds.DELIVER, *cancels],
        "delivered": [kinds.ACCEPT, kinds.RETURN],
    }[node.local]
    for kind in open_here:
        name = kinds.REJECT if kind == kinds.RETURN else kind
        yield Opening(
            event_name(node.body, name), kind, node, agreement.place, name=name,
            roles=agreement.supplier if kind in kinds.BY_SUPPLIER else agreement.customer,
            paths=tuple((name,) for name in agreement.returns) if kind == kinds.DELIVER else (),
        )  # fmt: skip
