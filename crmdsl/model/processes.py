"""Processes: steps, outcomes, branches."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdsl.model.declaration import Declaration
from crmdsl.model.kinds import (
    AssignmentsKind,
    ChoiceKind,
    ConditionKind,
    ConditionsKind,
    DurationKind,
    EffortKind,
    InlineKind,
    JoinKind,
    LabelKind,
    LateKind,
    MapKind,
    MoneyKind,
    PercentKind,
    RateKind,
    RefKind,
    TextKind,
    WordKind,
    key,
)
from crmdsl.model.organisation import CLASSES
from crmdsl.model.values import Assignment, Condition, Duration, Effort, Label, Late, Rate, Ref


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Opens(Declaration):
    """A case of another process that an outcome opens (`opens`)."""

    process: Ref | None = key(RefKind(("processes",)), "The process to open", "service_improvement", required=True)
    values: tuple[Assignment, ...] = key(
        AssignmentsKind(), "Fields of the new record", "{about: nature}", name="with", default=()
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Outcome(Declaration):
    """A way out of a step; its name is the event that a person or a system fires."""

    to: Ref | None = key(RefKind(("step",)), "The step it leads to", "credit_check", required=True)
    when: Condition | None = key(ConditionKind(), "Open only while this holds", "discount <= 5%")
    chance: int | None = key(PercentKind(), "Share of visits, for analysis", "85%")
    by: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "Who may fire it", "sales_director", default=())
    set: tuple[Assignment, ...] = key(AssignmentsKind(), "Fields that the case sets", "{paid: true}", default=())
    emits: tuple[Ref, ...] = key(WordKind(many=True), "Events it tells the integrations", "order_confirmed", default=())
    notify: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "Roles it tells", "[agent]", default=())
    opens: Opens | None = key(InlineKind(Opens), "A case of another process that it opens", "{process: complaint}")


OUTCOMES = MapKind(Outcome, shorthand="to")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Step(Declaration):
    """A step of a process; its subclass is its kind. `process` names the process it belongs to.

    `path` is its name with the parallel steps and branches around it: `fulfilment.shipping.shipped`.
    """

    process: str = ""
    path: str = ""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class TimedStep(Step):
    """A step that can last: any but `decide` and `end`."""

    within: Duration | None = key(DurationKind(), "The time it should take", "2d")
    late: Late | None = key(LateKind(), "What happens after that time", "escalate")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Task(TimedStep):
    """A task that somebody does."""

    role: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "Who does it", "agent", required=True, default=())
    effort: Effort | None = key(EffortKind(), "Touch time", "{mean: 1h, cv: 0.6}")
    cost: int | None = key(MoneyKind(), "What doing it costs besides time", "15 EUR")
    reads: tuple[Ref, ...] = key(RefKind(("field",), many=True), "Fields the role must see", "[margin]", default=())
    edits: tuple[Ref, ...] = key(RefKind(("field",), many=True), "Fields it may write", "[amount]", default=())
    needs: tuple[Ref, ...] = key(RefKind(("field",), many=True), "Fields known to leave it", "[amount]", default=())
    outcomes: dict[str, Outcome] = key(OUTCOMES, "Its ways out", "{submit: discount_check}")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class ApprovalStep(TimedStep):
    """Runs an approval chain in place."""

    approval: Ref | None = key(RefKind(("approvals",)), "The chain to run", "discount", required=True)
    of: Ref | None = key(RefKind(("field",)), "The field that refers to the record", "customer")
    outcomes: dict[str, Outcome] = key(OUTCOMES, "`approved` and `rejected`", "{approved: next, rejected: lost}")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class HandoffStep(TimedStep):
    """Runs an internal customer-supplier handoff in place."""

    handoff: Ref | None = key(RefKind(("handoffs",)), "The handoff to run", "credit_rating", required=True)
    of: Ref | None = key(RefKind(("field",)), "The field that refers to the record", "customer")
    outcomes: dict[str, Outcome] = key(
        OUTCOMES, "`accepted`, `declined` and perhaps `cancelled`", "{accepted: next, declined: lost}"
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Decide(Step):
    """Routes at once, by the first `when` that holds."""

    decide: dict[str, Outcome] = key(
        OUTCOMES, "Ways out in order; the last without `when` is the rest", "{rest: {to: next}}", required=True
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Branch(Declaration):
    """A branch of a parallel block. Of one task alone the branch has `done`, `single` is true.

    A single-task branch is read as the steps `{<branch name>: that task}` whose outcome `done` ends it,
    with `start` the task; its state is `parallel_step.branch`.
    """

    start: Ref | None = key(RefKind(("step",)), "Its first step", "await_shipping", required=True)
    steps: dict[str, Step] = key(MapKind(Step, special="steps"), "Its steps", "{won: {end: success}}", required=True)
    single: bool = False


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Parallel(TimedStep):
    """A block of branches that run at the same time."""

    parallel: dict[str, Branch] = key(
        MapKind(Branch, special="branches"), "The branches", "{a: {role: clerk}}", required=True
    )
    join: str | int = key(JoinKind(), "How many branches must succeed", "all", default="all")
    then: Ref | None = key(RefKind(("step",)), "Where it goes when the join is met", "collection", required=True)
    on_failure: Ref | None = key(RefKind(("step",)), "Where it goes when it cannot be met any more", "lost")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class WaitFor(Declaration):
    """What a wait waits for."""

    event: Ref | None = key(WordKind(), "The event", "goods_shipped", required=True)
    source: Ref | None = key(RefKind(("integrations", "roles")), "Who sends it", "erp", name="from")
    timeout: Duration | None = key(DurationKind(), "How long it waits", "75d elapsed")
    takes: Effort | None = key(EffortKind(), "How long it lasts, for analysis", "{mean: 12d, cv: 0.5}")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Wait(TimedStep):
    """Waits for an event from outside."""

    wait: WaitFor | None = key(
        InlineKind(WaitFor), "What it waits for", "{event: goods_shipped, from: erp}", required=True
    )
    outcomes: dict[str, Outcome] = key(OUTCOMES, "Of the event's name, and `timeout`", "{goods_shipped: next}")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Call(TimedStep):
    """Runs another process as a part."""

    called: Ref | None = key(RefKind(("processes",)), "The process to run", "returns", required=True, name="process")
    of: Ref | None = key(RefKind(("field",)), "The field that refers to the record", "customer")
    outcomes: dict[str, Outcome] = key(OUTCOMES, "`success` and `failure`", "{success: next, failure: lost}")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class End(Step):
    """An end."""

    end: str = key(ChoiceKind(("success", "failure")), "How it ends", "success", required=True, default="")
    reason: Label | None = key(LabelKind(), "Why it ended so", "{it: Insoluto, en: Unpaid}")


STEP_KINDS: dict[str, type[Step]] = {
    "role": Task, "approval": ApprovalStep, "handoff": HandoffStep, "decide": Decide, "parallel": Parallel,
    "wait": Wait, "process": Call, "end": End,
}  # fmt: skip
"""The key that tells the kind of a step -> its class."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Process(Declaration):
    """A process: the life of a case about a record of one entity."""

    entity: Ref | None = key(RefKind(("entities",)), "What its cases are about", "order", required=True)
    start: Ref | None = key(RefKind(("step",)), "Its first step", "prepare_quote", required=True)
    steps: dict[str, Step] = key(MapKind(Step, special="steps"), "Its steps", "{won: {end: success}}", required=True)
    porter_class: str | None = key(ChoiceKind(CLASSES), "Its class (Porter)", "primary", name="class")
    owner: tuple[Ref, ...] = key(
        RefKind(("roles",), many=True),
        "The process owner, who sees, reassigns and reopens its cases",
        "sales_director",
        default=(),
    )
    customer: tuple[Ref, ...] = key(
        RefKind(("roles",), many=True, also=("anyone",)), "The role served, or `anyone` inside", "customer", default=()
    )
    inputs: tuple[str, ...] = key(TextKind(many=True), "What it needs", "[request]", default=())
    outputs: tuple[str, ...] = key(TextKind(many=True), "What it yields", "[delivery]", default=())
    arrivals: Rate | None = key(RateKind(), "How many cases start", "17 per day")
    promise: Duration | None = key(DurationKind(), "Start to end, as promised", "100d")
    priority: tuple[tuple[Ref, Condition], ...] = key(
        ConditionsKind(), "Priorities, first that holds wins", "{high: customer.segment = key}", default=()
    )
    anytime: dict[str, Outcome] = key(
        OUTCOMES, "Outcomes open in every step", "{cancel: {by: sales_director, to: cancelled}}"
    )
    all_steps: dict[str, Step] = field(default_factory=dict)
    """Every step by its path, those of branches included, in the order of the file."""
