"""How the company sells: territories, product lines, sales network, channels, integrations."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.model.declaration import Declaration
from crmdsl.model.kinds import ChoiceKind, PercentKind, RateKind, RefKind, WordKind, key
from crmdsl.model.organisation import FUNCTIONS
from crmdsl.model.values import Rate, Ref

UNIT_KINDS = (
    "employees", "single_mandate_agents", "multi_mandate_agents", "distributors", "resellers",
    "export_managers", "temporary_managers", "owners", "back_office", "partner_companies",
)  # fmt: skip
INTEGRATION_KINDS = ("erp", "email", "bi", "marketing", "credit_bureau", "telephony", "other")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Territory(Declaration):
    """A sales territory."""

    parent: Ref | None = key(RefKind(("territories",)), "The territory it is a part of", "italy", name="in")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class ProductLine(Declaration):
    """A product line."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Unit(Declaration):
    """A unit of the sales network."""

    kind: str = key(ChoiceKind(UNIT_KINDS), "What kind of sellers", "single_mandate_agents", required=True, default="")
    role: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "Their role", "agent", required=True, default=())
    manager: Ref | None = key(RefKind(("roles",)), "The role that manages it", "area_manager")
    territories: tuple[Ref, ...] = key(RefKind(("territories",), many=True), "Where it sells", "[north]", default=())
    product_lines: tuple[Ref, ...] = key(
        RefKind(("product_lines",), many=True), "What it sells", "[valves]", default=()
    )
    functions: tuple[str, ...] = key(
        ChoiceKind(FUNCTIONS, many=True), "What it does", "[acquire, quote, order]", default=()
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Channel(Declaration):
    """A way in which contacts arrive."""

    kind: str = key(ChoiceKind(("online", "offline")), "Online or offline", "online", required=True, default="")
    medium: Ref | None = key(WordKind(), "The medium, a word", "web_form")
    handled_by: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "Who handles it", "telemarketing", default=())
    volume: Rate | None = key(RateKind(), "How many arrive", "12 per day")
    qualified: int | None = key(PercentKind(), "Share that is qualified (for reports)", "35%")
    feeds: Ref | None = key(RefKind(("processes",)), "The process that they start", "lead_qualification")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Integration(Declaration):
    """Another system."""

    kind: str = key(ChoiceKind(INTEGRATION_KINDS), "What kind of system", "erp", required=True, default="")
    owner: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "Who answers for it", "back_office_lead", default=())
    sends: tuple[Ref, ...] = key(WordKind(many=True), "Events that come in from it", "[goods_shipped]", default=())
    receives: tuple[Ref, ...] = key(WordKind(many=True), "Events it is told", "[order_confirmed]", default=())
