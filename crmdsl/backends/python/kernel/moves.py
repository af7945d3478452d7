"""How a case goes on: outcomes taken, steps entered, branches joined."""

from __future__ import annotations

from . import approvals, handoffs
from .calendar import OutOfYears
from .conditions import holds
from .effects import Emit, Notify, Open, Set
from .records import field_at, follow
from .shapes import ApprovalStep, Block, Call, Decide, End, HandoffStep, Level, Phase
from .tokens import PENDING, Errand, Pending, Token
from .verdicts import Refusal, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .acts import Act
    from .people import Person
    from .shapes import Body, Node, Outcome, Timer


def take(act: Act, token: Token, outcome: Outcome) -> None:
    """Take an outcome of the step at a token: what it sets and tells, then the step it leads to."""
    consequences(act, token.node.body, outcome)
    enter(act, token, outcome.target)


def consequences(act: Act, body: Body, outcome: Outcome) -> None:
    """What an outcome sets, tells and opens. Every expression reads the record as it was before."""
    record = act.record_at(body.path)
    if outcome.sets:
        _assign(act, body, outcome)
    act.effects.extend(Emit(event) for event in outcome.emits)
    if outcome.notify:
        act.effects.append(Notify(outcome.notify, outcome.name))
    if outcome.opens is not None:
        opens, values = outcome.opens, {}
        record, facts = act.record_at(body.path), act.facts(body, act.starter())
        for assign in opens.values:
            field = opens.record().FIELDS[assign.path[0]]
            value = None if record is None else assign.value(record, facts)
            values[field.name] = field.as_json(None if value is None else field.rounded(value))
        act.effects.append(Open(opens.process, values, None if record is None else record.as_json()))


def _assign(act: Act, body: Body, outcome: Outcome) -> None:
    record, facts = act.record_at(body.path), act.facts(body, act.starter())
    if record is None:
        return
    found = [(assign.path, assign.value(record, facts)) for assign in outcome.sets]
    for path, value in found:
        field = field_at(type(record), path)
        kept = None if value is None else field.rounded(value)
        holder = follow(act.record, body.path + path[:-1])
        if holder is not None:
            act.write(body.path + path, kept)
            act.effects.append(Set(holder.entity, field.name, field.as_json(kept)))


def enter(act: Act, token: Token, node: Node) -> None:
    """Make a token stand in a step from now on. What ran inside the old step is gone."""
    token.node, token.since, token.late = node, act.at, PENDING
    token.data, token.children = None, []
    timely(act, node.timers, act.at)
    if isinstance(node, Decide):
        decide(act, token, node)
    elif isinstance(node, End):
        finish(act, token, node)
    elif isinstance(node, ApprovalStep):
        approvals.begin(act, token, node)
    elif isinstance(node, HandoffStep):
        handoffs.begin(act, token, node)
    elif isinstance(node, Block):
        _fork(act, token, node)
    elif isinstance(node, Call):
        inner = Token(node, act.at, parent=token)
        token.children = [inner]
        enter(act, inner, node.inner.nodes[node.inner.start])


def timely(act: Act, timers: tuple[Timer, ...], since: int) -> None:
    """Note the refusal of a state whose time limits leave the years of their calendars."""
    first, last = act.machine.safe
    if act.timed or act.beyond is not None or first <= since <= last:
        return
    for timer in timers:
        try:
            timer.due(since)
        except (OutOfYears, OverflowError, ValueError):
            message = f"the time limit `{timer.kind}` lies beyond the years of its calendar"
            act.beyond = Refusal("out-of-years", timer.place, message, {"limit": timer.kind})
            return


def decide(act: Act, token: Token, node: Decide) -> None:
    """Route by the first outcome whose condition holds. Refuses where none does."""
    record, facts = act.record_at(node.body.path), act.facts(node.body, act.starter())
    for outcome in node.outcomes:
        if holds(outcome.when, record, facts):
            take(act, token, outcome)
            return
    raise Refused(Refusal("guard", node.place, f"no outcome of {node.name} is open", {"state": node.name}))


def _fork(act: Act, token: Token, node: Block) -> None:
    """Enter all branches, then look at the join."""
    token.late = ENTERING
    for branch in node.branches:
        start = branch.nodes[branch.start]
        child = Token(start, act.at, parent=token)
        token.children.append(child)
        enter(act, child, start)
    token.late = PENDING
    join(act, token, node)


ENTERING = -3
"""`late` of a block whose branches are just being entered."""


def finish(act: Act, token: Token, node: End) -> None:
    """A process or branch has come to its end."""
    around = token.parent
    if around is None:
        return
    if isinstance(around.node, Block):
        join(act, around, around.node)
    elif isinstance(around.node, Call):
        take(act, around, around.node.outcomes["success" if node.success else "failure"])


def join(act: Act, token: Token, node: Block) -> None:
    """Leave a block whose join is met, or cannot be met any more."""
    if token.late == ENTERING:
        return
    ends = [child.node.success for child in token.children if isinstance(child.node, End)]
    succeeded, running = sum(ends), len(token.children) - len(ends)
    if succeeded >= node.join:
        enter(act, token, node.then.target)
    elif succeeded + running < node.join and node.on_failure is not None:
        enter(act, token, node.on_failure.target)


def note_actor(act: Act, person: Person, besides: Token | None) -> None:
    """Let whoever acts become the requester or customer that a pending chain or handoff did not have yet."""
    if not act.root.children and act.root.data is None:
        return
    for token in act.root.walk():
        if token is besides or token.data is None:
            continue
        data, node = token.data, token.node
        if isinstance(data, Pending) and isinstance(node, Level):
            if data.requester is None and person.mask & node.step.chain.requester.mask:
                data.requester = person
        elif (
            isinstance(data, Errand) and isinstance(node, Phase)
            and data.customer is None and person.mask & node.step.agreement.customer.mask
        ):  # fmt: skip
            data.customer = person
