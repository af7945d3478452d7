"""A process, chain or handoff as a flat machine: states, events, transitions, time limits.

Approvals, handoffs, parallel blocks and called processes are expanded in place, so that states have the names that
people see: `step`, `approval_step.level`, `handoff_step.requested`, `parallel_step.branch.step`, `call_step.inner`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from crmdsl.diagnostics import Span
from crmdsl.model.declaration import Declaration
from crmdsl.model.values import Condition, Duration, Late

COMPOSITE = frozenset(("approval", "handoff", "parallel", "call"))


class Deadline(NamedTuple):
    """A time limit of a state: `kind` is `within level respond deliver verify timeout`."""

    kind: str
    duration: Duration
    late: Late | None
    calendar: str
    """The calendar that it runs on; nothing of it matters where the duration is `elapsed`."""
    span: Span


class State(NamedTuple):
    """Somewhere that a case can be.

    `kind` is `task wait decide end level requested promised delivered`, or for what has states inside
    `approval handoff parallel call`. `path` leads from the case's record to the one that the state is about,
    which is of `entity`. `roles` act in it; `around` is the state that it is inside of.
    """

    name: str
    kind: str
    declaration: Declaration
    path: tuple[str, ...]
    entity: str
    around: str = ""
    roles: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    success: bool = False

    @property
    def is_leaf(self) -> bool:
        """Whether no other state is inside it."""
        return self.kind not in COMPOSITE

    @property
    def span(self) -> Span:
        """Where it is declared."""
        return self.declaration.name_span


class Transition(NamedTuple):
    """A way from a state to another. `kind` is `event` (somebody fires it), `decide`, `timeout`, `late`, `join`,
    `failure` (of a join), `result` (of what ran inside) or `anytime`."""

    source: str
    target: str
    event: str
    kind: str
    guard: Condition | None = None
    declaration: Declaration | None = None


class Opening(NamedTuple):
    """An event as it is open in one state.

    `meaning` is `task wait anytime approve reject recall promise decline deliver agree accept return cancel`;
    `fields` are those of the state's entity that may come with it.
    """

    state: str
    meaning: str
    roles: tuple[str, ...]
    fields: tuple[str, ...] = ()
    declaration: Declaration | None = None


@dataclass(slots=True)
class Event:
    """Something that a person fires or that comes from outside, by the name under which it is fired."""

    name: str
    local: str
    openings: list[Opening] = field(default_factory=list)


@dataclass(slots=True)
class Machine:
    """A flat machine. `kind` is `process`, `approval` or `handoff`."""

    name: str
    kind: str
    declaration: Declaration
    entity: str
    states: dict[str, State] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    ambiguous: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Parallel block -> the events that more than one of its branches has."""
    initial: str = ""
