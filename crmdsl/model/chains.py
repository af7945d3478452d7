"""Approval chains and internal customer-supplier handoffs."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.model.declaration import Declaration
from crmdsl.model.kinds import (
    ChoiceKind,
    ConditionKind,
    DurationKind,
    EffortKind,
    FlagKind,
    InlineKind,
    IntegerKind,
    LateKind,
    ManagerOfKind,
    MapKind,
    MoneyKind,
    PercentKind,
    QuorumKind,
    RefKind,
    key,
)
from crmdsl.model.values import Condition, Duration, Effort, Late, Ref


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Level(Declaration):
    """A level of an approval chain; exactly one of `approver`, `manager_of`, `named_in` says who signs."""

    when: Condition | None = key(ConditionKind(), "Signs only while this holds", "amount > 10_000 EUR")
    approver: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "The roles that sign", "area_manager", default=())
    manager_of: bool = key(ManagerOfKind(), "The requester's manager signs", "requester", default=False)
    named_in: Ref | None = key(RefKind(("field",)), "The field that holds the person who signs", "project_lead")
    quorum: str | int = key(QuorumKind(), "How many must sign", "any", default="any")
    reads: tuple[Ref, ...] = key(RefKind(("field",), many=True), "Fields the signer must see", "[margin]", default=())
    effort: Effort | None = key(EffortKind(), "Touch time of a signature", "10m")
    chance: int | None = key(PercentKind(), "Share of cases, for analysis", "35%")
    within: Duration | None = key(DurationKind(), "The time it should take", "4h")
    late: Late | None = key(LateKind(), "What happens after that time", "escalate")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Approval(Declaration):
    """A chain of approval levels."""

    entity: Ref | None = key(RefKind(("entities",)), "What is approved", "order", required=True)
    requester: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "Who asks", "agent", required=True, default=())
    levels: dict[str, Level] = key(
        MapKind(Level), "The levels, in order", "{lead: {approver: team_lead}}", required=True
    )
    mode: str = key(
        ChoiceKind(("bands", "ladder")), "One level decides, or each that holds signs", "bands", default="bands"
    )
    otherwise: str | None = key(ChoiceKind(("approve", "reject")), "For what no level covers", "approve")
    separation: tuple[str, ...] = key(
        ChoiceKind(("requester", "levels"), many=True), "Who may not sign twice", "[requester, levels]", default=()
    )
    on_reject: str = key(ChoiceKind(("end", "previous_level")), "What a reject does", "end", default="end")
    recall: bool = key(FlagKind(), "Whether the requester may take it back", "true", default=False)
    substitutes: str = key(ChoiceKind(("none", "superior", "named")), "Who stands in", "superior", default="none")
    locks: bool = key(FlagKind(), "Whether the record is locked while pending", "true", default=True)
    reason: str = key(
        ChoiceKind(("on_reject", "always", "never")), "Who must say why", "on_reject", default="on_reject"
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Feedback(Declaration):
    """What a bad score of the internal customer sets off."""

    scale: int | None = key(IntegerKind(low=2), "The best score", "5", required=True)
    below: int | None = key(IntegerKind(low=1), "Scores under this open a case", "3")
    chance: int | None = key(PercentKind(), "Share of deliveries with a bad score, for analysis", "5%")
    opens: Ref | None = key(RefKind(("processes",)), "The process that improves", "service_improvement")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Handoff(Declaration):
    """An internal customer asks, an internal supplier promises and delivers, the customer verifies."""

    entity: Ref | None = key(RefKind(("entities",)), "What it is about", "customer", required=True)
    customer: tuple[Ref, ...] = key(
        RefKind(("roles",), many=True), "Who asks and verifies", "agent", required=True, default=()
    )
    supplier: tuple[Ref, ...] = key(
        RefKind(("roles",), many=True), "Who promises and delivers", "credit_clerk", required=True, default=()
    )
    gives: tuple[Ref, ...] = key(
        RefKind(("field",), many=True), "Fields that the customer gives", "[vat_number]", default=()
    )
    returns: tuple[Ref, ...] = key(
        RefKind(("field",), many=True), "Fields that the supplier fills", "[rating]", default=()
    )
    effort: Effort | None = key(EffortKind(), "The supplier's touch time", "{mean: 30m, cv: 0.8}")
    cost: int | None = key(MoneyKind(), "What it costs besides time", "12 EUR")
    fulfilled_by: Ref | None = key(RefKind(("processes",)), "A process that does the work", "lab_test")
    respond: Duration | None = key(DurationKind(), "Time to promise", "2h")
    deliver: Duration | None = key(DurationKind(), "Time to deliver", "1d")
    verify: Duration | None = key(DurationKind(), "Time to verify", "4h")
    accept_when: Condition | None = key(ConditionKind(), "What a delivery must satisfy", "rating is known")
    rework: int | None = key(PercentKind(), "Share of deliveries rejected, for analysis", "8%")
    decline: int | None = key(PercentKind(), "Share of requests declined, for analysis", "3%")
    rework_limit: int | None = key(IntegerKind(), "Rejects before the next one ends it", "3")
    late: Late | None = key(LateKind(), "What happens after a missed time", "{escalate: chief_accountant}")
    feedback: Feedback | None = key(InlineKind(Feedback), "Scores and what a bad one opens", "{scale: 5, below: 3}")
