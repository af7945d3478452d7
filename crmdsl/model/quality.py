"""Figures people look at, and the tests of a spec."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crmdsl.model.declaration import Declaration
from crmdsl.model.kinds import (
    ChoiceKind,
    ConditionKind,
    DurationKind,
    InlineKind,
    InstantKind,
    IntegerKind,
    ListKind,
    MapKind,
    RefKind,
    SectionValuesKind,
    TargetKind,
    TextKind,
    ValueKind,
    WordKind,
    key,
)
from crmdsl.model.organisation import Person
from crmdsl.model.values import Condition, Duration, Ref, Target
from crmdsl.syntax.nodes import Mapping, Node

MEASURES = (
    "cycle_time", "waiting_time", "cost", "on_time", "first_time_right", "throughput", "utilisation",
    "conversion", "satisfaction", "sum", "count",
)  # fmt: skip
KPI_SECTIONS = ("processes", "handoffs", "approvals", "roles", "channels", "entities")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Kpi(Declaration):
    """A figure and its target."""

    of: Ref | None = key(RefKind(KPI_SECTIONS), "What is measured", "order_to_cash")
    measure: str = key(ChoiceKind(MEASURES), "How", "cycle_time", default="")
    field: Ref | None = key(RefKind(("field",)), "The field summed", "amount")
    when: Condition | None = key(ConditionKind(), "Only of cases where this holds", "kind = special")
    by: str | None = key(
        ChoiceKind(("person", "unit", "territory", "channel", "product_line", "month")), "Split by", "territory"
    )
    against: str | None = key(ChoiceKind(("previous_period", "previous_year")), "Compared with", "previous_year")
    at: str | None = key(ChoiceKind(("mean", "p50", "p90", "p95")), "Which figure of the distribution", "p90")
    target: Target | None = key(TargetKind(), "The target", "at most 90d")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Dashboard(Declaration):
    """What a role sees at a glance."""

    audience: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "For whom", "[agent]", name="for", default=())
    shows: tuple[Ref, ...] = key(
        RefKind(("kpis",), many=True, also=("work", "due", "overdue")), "What it shows", "[work, due]", default=()
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Action(Declaration):
    """One thing that happens in a scenario: somebody does, time passes, or an event arrives."""

    by: str | None = key(TextKind(), "A role, `role 2` for its second person, or a person", "agent")
    do: Ref | None = key(WordKind(dotted=True, known=True), "The outcome or event; or `reassign`, `reopen`", "submit")
    to: str | None = key(TextKind(), "Who gets the record with `do: reassign`, written as in `by`", "agent 2")
    set: Node | None = key(ValueKind("map"), "Fields written with it", "{discount: 8%}")
    after: Duration | None = key(DurationKind(), "Time that passes", "5h")
    event: Ref | None = key(WordKind(dotted=True, known=True), "An event from outside", "goods_shipped")
    reason: str | None = key(TextKind(), "The reason given", "too high")
    score: int | None = key(IntegerKind(low=None), "The score given", "2")
    date: Node | None = key(ValueKind(), "The date promised", "2026-03-31T09:00")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Expectation(Declaration):
    """What must hold at the end of a scenario."""

    state: tuple[str, ...] = key(TextKind(many=True), "Where the case is", "credit_check.requested", default=())
    fields: Node | None = key(ValueKind("map"), "Values of fields", "{paid: true}")
    refused: tuple[Action, ...] = key(ListKind(Action), "What is refused", "[{by: agent, do: approve}]", default=())
    visible_to: Node | None = key(ValueKind("lists"), "Exactly the fields that roles see", "{agent: [amount]}")
    inbox: Node | None = key(ValueKind("lists"), "Exactly the events open to roles", "{agent: [submit]}")
    emitted: tuple[Ref, ...] | None = key(WordKind(many=True, dotted=True), "The events emitted", "[order_confirmed]")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Scenario(Declaration):
    """A test of the spec: given, when, then. Exactly one of `process`, `approval`, `handoff`."""

    process: Ref | None = key(RefKind(("processes",)), "The process that runs", "order_to_cash")
    approval: Ref | None = key(RefKind(("approvals",)), "Or the chain alone", "discount")
    handoff: Ref | None = key(RefKind(("handoffs",)), "Or the handoff alone", "credit_rating")
    at: datetime | None = key(InstantKind(), "When it starts", "2026-03-31T09:00")
    given: Mapping | None = key(SectionValuesKind(), "The records", "{order: {amount: 20_000 EUR}}")
    people: dict[str, Person] = key(MapKind(Person), "People in place of the section", "{anna: {roles: agent}}")
    when: tuple[Action, ...] = key(ListKind(Action), "What happens", "[{by: agent, do: submit}]", default=())
    then: Expectation | None = key(InlineKind(Expectation), "What must hold", "{state: won}")
