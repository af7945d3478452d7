"""What a case remembers: the steps that are active, one inside the other, its records, and who did what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from crmdsl.model.chains import Approval, Handoff
from crmdsl.model.processes import ApprovalStep, End, HandoffStep, Process, Step
from tests.reference.evaluation import Record
from tests.reference.naming import Names

Path = tuple[str, ...]
"""Where a record is, seen from the case's own: `()` itself, `("customer",)` the one that it refers to."""


class Refused(Exception):
    """An act that is not allowed, by the rule named."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule
        self.detail = detail


@dataclass
class Refusal:
    """What an act that is not allowed gives."""

    rule: str
    detail: str = ""

    def __bool__(self) -> bool:
        return False


@dataclass(eq=False)
class Scope:
    """A process or a branch that runs: exactly one of its steps is active. `prefix` stands before its states."""

    process: Process
    steps: dict[str, Step]
    prefix: str
    path: Path
    parent: Active | None = None
    active: Active | None = None
    ended: str | None = None
    single: bool = False


@dataclass(eq=False)
class Active:
    """A step that the case is in, with what its kind remembers."""

    step: Step
    scope: Scope
    name: str
    path: Path
    entered: int = 0
    timers: dict[str, int] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)
    escalated: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    """Kind of the deadline missed -> the roles that `escalate` names, `None` for the superiors."""
    scopes: list[Scope] = field(default_factory=list)
    """What runs inside: the branches, or the process called."""
    person: str | None = None
    """The requester of the chain, the customer of the handoff."""
    # an approval
    chain: Approval | None = None
    levels: list[str] = field(default_factory=list)
    position: int = 0
    signatures: dict[str, list[tuple[str, frozenset[str]]]] = field(default_factory=dict)
    """Level -> who signed it, and the listed roles that he can sign for."""
    seen: list[Any] = field(default_factory=list)
    # a handoff
    handoff: Handoff | None = None
    phase: str = ""
    rejects: int = 0
    agreed: bool = False

    @property
    def level(self) -> str:
        return self.levels[self.position]

    @property
    def state(self) -> str:
        # while a chain chooses its levels the case is in the step
        inner = self.level if self.levels else self.phase
        return ".".join(part for part in (self.name, inner) if part)


@dataclass
class Act:
    """Somebody did something on a record: `create`, `update`, `approve`."""

    person: str
    action: str
    path: Path


@dataclass
class CaseData:
    """A whole case."""

    root: Scope
    record: Record
    at: int
    creator: str | None
    events: Names
    """What the events are called (it belongs to the process, not to the case)."""
    promise: int | None = None
    stood: str | None = None
    """The step of the process in which the case was when something last happened to it."""
    actors: list[str] = field(default_factory=list)
    """Everybody who acted, the last one last."""
    acts: list[Act] = field(default_factory=list)
    effects: list[tuple[Any, ...]] = field(default_factory=list)
    trail: tuple[str, ...] = ()
    """What has happened, in words: to read, and to count which constructs of the language were at work."""


def owner_of(record: Record) -> str | None:
    """Who a record was given to, or who claimed it."""
    found = record.get("#owner")
    return None if found is None else str(found)


def active_steps(scope: Scope) -> Iterator[Active]:
    """The active steps, outer before inner, in the order of the spec."""
    if scope.active is not None:
        yield scope.active
        for inner in scope.active.scopes:
            yield from active_steps(inner)


def ancestors(active: Active) -> Iterator[Active]:
    """The steps around a step, the nearest first."""
    around = active.scope.parent
    while around is not None:
        yield around
        around = around.scope.parent


def states(scope: Scope, without: str = "") -> tuple[str, ...]:
    """The active leaf states; ended branches stay in their end. `without` is a prefix to leave off."""
    return tuple(
        active.state.removeprefix(without)
        for active in active_steps(scope)
        if isinstance(active.step, ApprovalStep | HandoffStep | End) or not active.scopes
    )


def record_at(data: CaseData, path: Path) -> Record | None:
    """The record at a path, `None` where a reference is unknown."""
    record: Record | None = data.record
    for name in path:
        record = record.get(name) if record is not None else None
    return record


def copied(data: CaseData) -> CaseData:
    """A copy of a case that an act may change; the declarations are shared."""
    return replace(
        data, root=copied_scope(data.root, None), record=copied_record(data.record), actors=list(data.actors),
        acts=list(data.acts), effects=[],
    )  # fmt: skip


def copied_scope(scope: Scope, parent: Active | None) -> Scope:
    new = replace(scope, parent=parent)
    new.active = copied_active(scope.active, new) if scope.active is not None else None
    return new


def copied_active(active: Active, scope: Scope) -> Active:
    new = replace(
        active, scope=scope, timers=dict(active.timers), fired=set(active.fired), escalated=dict(active.escalated),
        levels=list(active.levels), signatures={level: list(signed) for level, signed in active.signatures.items()},
    )  # fmt: skip
    new.scopes = [copied_scope(inner, new) for inner in active.scopes]
    return new


def copied_record(record: Record) -> Record:
    return {name: copied_record(value) if isinstance(value, dict) else value for name, value in record.items()}
