"""The places of a machine with the figures that the spec gives them: shares of outcomes and levels, efforts, waits."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crmdsl.analysis.simulation.compiled import Compiled
from crmdsl.analysis.simulation.draws import number
from crmdsl.ir.casespace import day_of
from crmdsl.ir.operations.shares import level_shares, outcome_shares
from crmdsl.ir.operations.week import NEVER, shared, weeks
from crmdsl.model.chains import Approval, Handoff, Level
from crmdsl.model.processes import ApprovalStep, HandoffStep, Step, Task, Wait
from crmdsl.model.values import Duration, Effort

Shares = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A state with what the spec says of it. `number` addresses its draws; `minutes` is the mean of its effort.

    `elapsed` tells that the minutes are of the clock. `levels` are the shares of a chain's levels, `""` that of none.
    """

    number: int
    process: str
    step: str
    shares: Shares = ()
    levels: Shares = ()
    ladder: bool = False
    effort: Effort | None = None
    minutes: float = 0.0
    elapsed: bool = False
    cost: int = 0
    handoff: Handoff | None = None
    cv: float = 0.0
    """The variation of its effort."""
    usual: tuple[str, ...] = ()
    """The outcomes that have a share, the greatest first."""
    name: str = ""
    """The process and the step."""

    def __post_init__(self) -> None:
        if self.effort is not None:
            object.__setattr__(self, "cv", float(self.effort.cv))
        object.__setattr__(self, "name", f"{self.process}.{self.step}")
        found = sorted(self.shares, key=lambda one: -one[1])
        object.__setattr__(self, "usual", tuple(name for name, share in found if share > 0))


class Places:
    """The places of all machines, each looked up once."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.spec = compiled.spec
        self.weeks = weeks(self.spec)
        self.day = day_of(compiled.resolved)
        self._found: dict[int, Place] = {}

    def of(self, node: Any) -> Place:
        """The place of a node of a machine."""
        place = self._found.get(id(node))
        if place is None:
            place = self._found[id(node)] = self._place(node)
        return place

    def _place(self, node: Any) -> Place:
        step = self.compiled.step(node)
        process = node.body.process
        local = node.name.removeprefix(process.prefix)
        key = number(f"{process.name}:{node.name}")
        if step is None:
            return Place(key, process.name, local)
        shares = tuple(outcome_shares(step, self.spec).items())
        if isinstance(step, ApprovalStep) and step.approval:
            return self._approval(node, step, self.spec.approvals[step.approval.name], key, local)
        if isinstance(step, HandoffStep) and step.handoff:
            handoff = self.spec.handoffs[step.handoff.name]
            minutes = self.minutes(handoff.effort, tuple(ref.name for ref in handoff.supplier))
            return Place(
                key, process.name, local, shares, effort=handoff.effort, minutes=minutes, cost=handoff.cost or 0,
                handoff=handoff,
            )  # fmt: skip
        if isinstance(step, Task):
            minutes = self.minutes(step.effort, tuple(ref.name for ref in step.role))
            return Place(
                key, process.name, local, shares, effort=step.effort, minutes=minutes, cost=step.cost or 0
            )  # fmt: skip
        if isinstance(step, Wait):
            effort, elapsed = self._lasting(step)
            minutes = float(effort.mean.total_minutes(self.day)) if effort else 0.0
            return Place(key, process.name, local, shares, effort=effort, minutes=minutes, elapsed=elapsed)
        return Place(key, process.name, local, shares)

    def _approval(self, node: Any, step: Step, chain: Approval, key: int, local: str) -> Place:
        shares = tuple(outcome_shares(step, self.spec).items())
        level: Level | None = chain.levels.get(node.local) if hasattr(node, "step") else None
        if level is not None:
            roles = tuple(ref.name for ref in level.approver)
            minutes = self.minutes(level.effort, roles)
            return Place(key, node.body.process.name, local, shares, effort=level.effort, minutes=minutes)
        asked = level_shares(chain)
        ladder = chain.mode == "ladder"
        levels = tuple(asked.items()) if ladder else (*asked.items(), ("", max(0.0, 1 - sum(asked.values()))))
        return Place(key, node.body.process.name, local, shares, levels, ladder)

    def minutes(self, effort: Effort | None, roles: tuple[str, ...]) -> float:
        """The mean minutes of an effort on the calendar of some roles."""
        if effort is None:
            return 0.0
        return float(effort.mean.total_minutes((self.weeks.get(shared(self.spec, roles)) or NEVER).day))

    def _lasting(self, step: Wait) -> tuple[Effort | None, bool]:
        """How long a wait lasts: what it takes, else half its timeout, else half its `within`."""
        wait = step.wait
        if wait is None:
            return None, False
        if wait.takes is not None:
            return wait.takes, wait.takes.mean.elapsed
        whole = wait.timeout or step.within
        if whole is None:
            return None, False
        minutes = whole.total_minutes(self.day) // 2
        return Effort(Duration(minutes=minutes, elapsed=whole.elapsed), Fraction(0)), whole.elapsed
