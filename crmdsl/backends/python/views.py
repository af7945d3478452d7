"""What templates see: data only, every decision made. Documented for users in docs/how-to/templates.md.

Texts that come from the spec are plain strings here; the filter `py` makes Python source of any of them, `doc` a
docstring and `note` a comment. What ends in `_source` is Python source already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crmdsl.backends.python.names import module as module_of


@dataclass(slots=True)
class Header:
    """What stands on top of every file."""

    spec: str
    hash: str
    version: str


@dataclass(slots=True)
class WhenView:
    """A condition: `test_source` is true of `record` (of class `record_class`) exactly if it holds.

    With `several` it consists of several tests, and Python is quicker to branch on them than to make a value of each.
    """

    function: str
    text: str
    place: str
    record: str
    record_class: str
    test_source: str
    reads: tuple[tuple[str, ...], ...] = ()
    parts: tuple[WhenView, ...] = ()
    several: bool = False


@dataclass(slots=True)
class ValueView:
    """An expression whose value an outcome sets, at a path; `value_source` is its exact value."""

    function: str
    text: str
    place: str
    path: tuple[str, ...]
    record: str
    record_class: str
    value_source: str


@dataclass(slots=True)
class FieldView:
    """A field of an entity. `kind` is its class in the kernel; `arguments` are what is said of it by name."""

    name: str
    attribute: str
    constant: str
    kind: str
    place: str
    doc: tuple[str, ...]
    annotation: str
    given: str
    kept: str
    converted: bool
    arguments: dict[str, Any]
    entity_class: str = ""
    derived_source: str = ""
    situated: bool = False
    """Derived from the day or from what a person is, so that it is asked with the facts."""


@dataclass(slots=True)
class EntityView:
    """An entity and its fields."""

    name: str
    class_name: str
    place: str
    doc: tuple[str, ...]
    fields: list[FieldView]

    @property
    def stored(self) -> list[FieldView]:
        """The fields that are kept: all but derived ones."""
        return [one for one in self.fields if not one.derived_source]

    @property
    def slots(self) -> tuple[str, ...]:
        """The slots of a record, sorted."""
        return tuple(sorted(f"_{one.attribute}" for one in self.stored))


@dataclass(slots=True)
class LateView:
    """What a missed time limit sets off."""

    action: str
    roles: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(slots=True)
class TimerView:
    """A time limit; `calendar` is the constant of a calendar, empty for clock time."""

    kind: str
    place: str
    minutes: int
    calendar: str
    late: LateView | None


@dataclass(slots=True)
class OpensView:
    """A case of another process that is opened."""

    process: str
    record_class: str
    values: list[ValueView]


@dataclass(slots=True)
class OutcomeView:
    """A way out of a step."""

    name: str
    place: str
    to: str
    when: WhenView | None = None
    by: tuple[str, ...] = ()
    sets: list[ValueView] = field(default_factory=list)
    emits: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    opens: OpensView | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it does nothing but lead on."""
        return not (self.when or self.by or self.sets or self.emits or self.notify or self.opens)


@dataclass(slots=True)
class StepView:
    """A step. `kind` is its class in the kernel; which of the rest is filled depends on it."""

    kind: str
    name: str
    place: str
    doc: tuple[str, ...]
    timers: list[TimerView] = field(default_factory=list)
    outcomes: list[OutcomeView] = field(default_factory=list)
    roles: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    event: str = ""
    fields: tuple[tuple[str, ...], ...] = ()
    part: str = ""
    part_folder: str = ""
    of: tuple[str, ...] = ()
    success: bool = False
    hidden: bool = False
    branches: list[BodyView] = field(default_factory=list)
    join: int = 0
    then: OutcomeView | None = None
    on_failure: OutcomeView | None = None
    ambiguous: tuple[str, ...] = ()

    @property
    def part_prefix(self) -> str:
        """What stands in front of a name of that module; nothing for a chain or handoff on its own."""
        return f"{self.part_alias}." if self.part else ""

    @property
    def part_alias(self) -> str:
        """What the module of the chain, handoff or process that it runs is called here."""
        ending = {"chains": "approval", "agreements": "handoff", "processes": "process"}
        return f"{self.part}_{ending[self.part_folder]}"

    @property
    def module(self) -> str:
        """The module of what it runs."""
        return module_of(self.part)


@dataclass(slots=True)
class BodyView:
    """The steps of a process or branch."""

    name: str
    start: str
    steps: list[StepView]
    place: str = ""
    owner: tuple[str, ...] = ()
    anytime: list[OutcomeView] = field(default_factory=list)
    single: bool = False


@dataclass(slots=True)
class LevelView:
    """A level of a chain."""

    name: str
    place: str
    doc: tuple[str, ...]
    when: WhenView | None
    approvers: tuple[str, ...]
    manager: bool
    named: tuple[str, ...]
    quorum: int | str
    timers: list[TimerView]


@dataclass(slots=True)
class ChainView:
    """An approval chain; `options` are what is said of it by name."""

    name: str
    place: str
    requester: tuple[str, ...]
    levels: list[LevelView]
    options: dict[str, Any]


@dataclass(slots=True)
class FeedbackView:
    """Scores of a handoff."""

    scale: int
    below: int | None
    opens: str
    record_class: str


@dataclass(slots=True)
class AgreementView:
    """A handoff; `timers` by their kinds."""

    name: str
    place: str
    customer: tuple[str, ...]
    supplier: tuple[str, ...]
    gives: tuple[tuple[str, ...], ...]
    returns: tuple[str, ...]
    timers: dict[str, TimerView]
    late: LateView | None
    accept_when: WhenView | None
    rework_limit: int | None
    fulfilled_by: str
    feedback: FeedbackView | None


@dataclass(slots=True)
class ParameterView:
    """A field that may come with an event; one that is `required` must, if only to say that it stays as it is."""

    name: str
    attribute: str
    annotation: str
    required: bool


@dataclass(slots=True)
class RouteView:
    """A level of a chain that is entered if a condition holds."""

    guard_source: str
    node: str


@dataclass(slots=True)
class QuickView:
    """A state in which an event can be decided on the spot: a task of the process itself.

    `node`, `opening`, `target` and the masks are constants of the module; `known` slots must not be `None`;
    `target` is empty where the event leads into a chain, whose levels are `routes`.
    """

    node: str
    opening: str
    by_mask: str
    known: tuple[str, ...]
    guard_source: str
    when: WhenView | None
    effects_source: str
    target: str
    routes: list[RouteView]
    requester_mask: str
    """Whom the chain counts as its requester; empty where whoever may fire the event is one."""
    certain: bool
    """Whether one of the routes surely holds."""
    owner_mask: str

    @property
    def routed_source(self) -> str:
        """That one of the routes holds."""
        guards = [route.guard_source for route in self.routes]
        return " or ".join(f"({guard})" if " and " in guard or " or " in guard else guard for guard in guards)


@dataclass(slots=True)
class EventView:
    """An event: a method of its own. `by` is `required`, `optional` or `never`."""

    name: str
    method: str
    doc: tuple[str, ...]
    by: str
    values: list[ParameterView]
    reason: bool
    score: bool
    date: bool
    states: tuple[str, ...]
    quick: list[QuickView] = field(default_factory=list)
    signs: bool = False
    """Whether it is the `approve` of a chain that a process runs in a step of its own."""


@dataclass(slots=True)
class MachineView:
    """A process, or a chain or handoff on its own: a class of cases in a module of its own."""

    kind: str
    name: str
    class_name: str
    module: str
    place: str
    doc: tuple[str, ...]
    entity_class: str
    body: BodyView
    events: list[EventView]
    functions: list[WhenView | ValueView]
    promise: TimerView | None
    safe: tuple[int, int]
    states: tuple[str, ...]
    priorities: list[tuple[str, WhenView]] = field(default_factory=list)
    """The priorities of its cases, in order."""
    owner_mask: str = ""
    """The constant of the roles that own its records; empty where nobody does."""
    owner_places: tuple[str, str] | None = None
    """Where `owner` stands in the process and in its entity; `None` where the process has none."""
    nodes: dict[str, str] = field(default_factory=dict)
    """Constants for states -> the names of the states."""
    openings: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Constants for events -> state and event."""
    constants: dict[str, str] = field(default_factory=dict)
    """Other constants -> their source."""
    export: str = ""
    """Its name in the package, where another class may have the same."""
    chain: ChainView | None = None
    agreement: AgreementView | None = None

    @property
    def folder(self) -> str:
        """The sub-package of its module."""
        return {"process": "processes", "approval": "approvals", "handoff": "handoffs"}[self.kind]

    @property
    def part_folder(self) -> str:
        """The sub-package of its chain or agreement, which processes run as a part; empty for a process."""
        return {"process": "", "approval": "chains", "handoff": "agreements"}[self.kind]


@dataclass(slots=True)
class GrantView:
    """What a grant says of one entity. `when` is its condition, which may look around (at persons, states, the day)."""

    place: str
    roles: tuple[str, ...]
    actions: tuple[str, ...]
    scope: str
    fields: tuple[str, ...]
    when: WhenView | None
    around: bool = False


@dataclass(slots=True)
class AccessView:
    """All grants on an entity; fields in `written` are written in these places alone (process and state), those in
    `closed` by nobody; in those of `locked` an approval locks its records."""

    entity: str
    place: str
    fields: tuple[str, ...]
    owner: tuple[str, ...]
    grants: list[GrantView]
    written: dict[str, tuple[tuple[str, str], ...]]
    closed: tuple[str, ...]
    locked: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class SeparationView:
    """A separation of duties as decisions on access know it: its actions, and the roles that have each of them."""

    name: str
    place: str
    actions: tuple[tuple[str, str], ...]
    may: tuple[tuple[str, ...], ...]
    per_person: bool


@dataclass(slots=True)
class HierarchyView:
    """What scopes and reading from above need."""

    departments: dict[str, str]
    territories: dict[str, str]
    private: tuple[str, ...]


@dataclass(slots=True)
class RuleView:
    """A separation of duties on one record."""

    name: str
    place: str
    entity: str
    actions: tuple[str, ...]


@dataclass(slots=True)
class CalendarView:
    """Open hours of a calendar, compiled."""

    name: str
    constant: str
    place: str
    doc: tuple[str, ...]
    weekly: tuple[tuple[tuple[int, int], ...], ...]
    closed: dict[int, tuple[int, ...]]
    years: tuple[int, int]


@dataclass(slots=True)
class RoleView:
    """A role."""

    name: str
    constant: str
    place: str
    doc: tuple[str, ...]
    superior: str
    headcount: int


@dataclass(slots=True)
class PersonView:
    """Somebody who is listed."""

    name: str
    place: str
    roles: tuple[str, ...]
    unit: str | None
    territory: str | None
    substitute: str | None
    absent: tuple[tuple[Any, Any], ...]


@dataclass(slots=True)
class UnitView:
    """A unit of the sales network."""

    name: str
    kind: str
    manager: str | None
    territories: tuple[str, ...]


@dataclass(slots=True)
class PackageView:
    """The whole package."""

    header: Header
    name: str
    title: str
    doc: tuple[str, ...]
    zone: tuple[str, tuple[int, ...], tuple[int, ...]]
    calendars: list[CalendarView]
    roles: list[RoleView]
    people: list[PersonView]
    units: list[UnitView]
    entities: list[EntityView]
    access: list[AccessView]
    hierarchy: HierarchyView
    separations: list[SeparationView]
    sql: list[tuple[str, str | None]]
    """The conditions of grants, by constant, as PostgreSQL says them; `None` where it cannot."""
    rules: list[RuleView]
    machines: list[MachineView]
    functions: list[WhenView | ValueView]
    """The conditions of grants."""
    exports: list[tuple[str, tuple[str, str]]]
    """Each name of the package with its module and attribute."""

    @property
    def export_names(self) -> list[str]:
        """The names of the package, sorted."""
        return sorted(name for name, _ in self.exports)

    @property
    def owned(self) -> list[AccessView]:
        """The entities whose records have owners."""
        return [one for one in self.access if one.owner]

    @property
    def dates(self) -> bool:
        """Whether somebody is absent."""
        return any(person.absent for person in self.people)
