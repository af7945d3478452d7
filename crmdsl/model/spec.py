"""A whole spec, read."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdsl.model.access import Access
from crmdsl.model.chains import Approval, Handoff
from crmdsl.model.declaration import Declaration
from crmdsl.model.entities import Entity
from crmdsl.model.network import Channel, Integration, ProductLine, Territory, Unit
from crmdsl.model.organisation import Calendar, Company, Department, Person, Role
from crmdsl.model.processes import Process
from crmdsl.model.quality import Dashboard, Kpi, Scenario
from crmdsl.model.values import FieldType
from crmdsl.syntax.nodes import Source

SECTIONS: dict[str, type[Declaration]] = {
    "calendars": Calendar, "departments": Department, "roles": Role, "people": Person,
    "territories": Territory, "product_lines": ProductLine, "sales_network": Unit, "channels": Channel,
    "entities": Entity, "processes": Process, "approvals": Approval, "handoffs": Handoff,
    "kpis": Kpi, "dashboards": Dashboard, "integrations": Integration, "scenarios": Scenario,
}  # fmt: skip
"""Sections that map a name to a declaration (`company` and `access` have shapes of their own)."""


@dataclass(slots=True, kw_only=True)
class Spec:
    """Every declaration of a spec, by section and name, in the order of the files."""

    name: str
    company: Company | None = None
    calendars: dict[str, Calendar] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    territories: dict[str, Territory] = field(default_factory=dict)
    product_lines: dict[str, ProductLine] = field(default_factory=dict)
    sales_network: dict[str, Unit] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    approvals: dict[str, Approval] = field(default_factory=dict)
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    access: Access = field(default_factory=Access)
    kpis: dict[str, Kpi] = field(default_factory=dict)
    dashboards: dict[str, Dashboard] = field(default_factory=dict)
    integrations: dict[str, Integration] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    section_spans: dict[str, object] = field(default_factory=dict)
    """The key node of each section where it stands first (`sales_network` -> Scalar)."""
    sources: dict[str, Source] = field(default_factory=dict)
    """The files by their paths, also those of which nothing could be read."""
    unsound: set[str] = field(default_factory=set)
    """Processes that are faulty, run themselves, or use something that is faulty: no machine is made of them."""
    faulty: set[str] = field(default_factory=set)
    """Processes with an unresolved name, `step-kind` or `missing-key` in them: rules on graphs leave them out."""
    incomplete: set[str] = field(default_factory=set)
    """Where something could not be read, so that a name which seems to be missing may stand there: a section
    (`roles`), or a declaration in one (`processes.order_to_cash`, `entities.order`)."""
    overrun: bool = False
    """Whether there were so many faults that not all are told, and what is left is not worth looking at."""
    unread: set[str] = field(default_factory=set)
    """Keys that somebody wrote and that could not be read, misspelt or with a bad value: `roles.agent.reports_to`.

    The key is named alone, however deep it stands in the declaration. What seems to follow from its absence does not.
    """

    def dangles(self, kind: FieldType) -> bool:
        """Whether a type refers to an entity that does not exist."""
        return kind.base == "reference" and kind.entity not in self.entities
