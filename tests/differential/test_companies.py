"""Generated walks through whole companies: both machines agree, and every state and transition is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from random import Random

import pytest

from crmdsl.model.processes import (
    ApprovalStep,
    Call,
    Decide,
    End,
    HandoffStep,
    Parallel,
    Process,
    Step,
    Task,
    Wait,
)
from crmdsl.model.reader import read
from crmdsl.model.spec import Spec
from crmdsl.resolve.names import resolve
from crmdsl.syntax.loader import load
from tests.differential.generated import Generated
from tests.differential.running import compare
from tests.generators.traces import Trace, begin, next_act, perform, start
from tests.reference.interpreter import RefCase, Reference

SPECS = Path(__file__).parents[2] / "specs"
UNREACHABLE: frozenset[str] = frozenset()
"""States and transitions that guards make unreachable, each with why."""
LONG = frozenset({"eshop_order", "fulfilment", "reseller_order", "reseller_onboarding"})
"""Processes in which chance alone takes thousands of walks to every corner: the machines are only compared."""
PROCESSES = [
    pytest.param(company, process, marks=[pytest.mark.slow] if company != "valvotech" else [])
    for company in sorted(path.name for path in SPECS.iterdir() if path.is_dir())
    for process in read(load(SPECS / company))[0].processes
]


def expected(spec: Spec, process: Process) -> Iterator[str]:
    """Every state and transition of a process, as the trail of the reference words them."""
    for event in process.anytime:
        yield f"took  {event}"
    yield from of_steps(spec, process.steps, "")


def of_steps(spec: Spec, steps: dict[str, Step], prefix: str) -> Iterator[str]:
    for name, step in steps.items():
        yield from of_step(spec, step, f"{prefix}{name}")


def of_step(spec: Spec, step: Step, full: str) -> Iterator[str]:
    yield f"enter {type(step).__name__} {full}"
    outcomes = step.decide if isinstance(step, Decide) else getattr(step, "outcomes", {})
    yield from (f"took {full} {outcome}" for outcome in outcomes)
    if isinstance(step, Parallel):
        for branch in step.parallel.values():
            if branch.single:
                yield from of_step(spec, branch.steps[branch.name], f"{full}.{branch.name}")
            else:
                yield from of_steps(spec, branch.steps, f"{full}.{branch.name}.")
    if isinstance(step, Call) and step.called is not None:
        yield from of_steps(spec, spec.processes[step.called.name].steps, f"{full}.")
    if isinstance(step, ApprovalStep) and step.approval is not None:
        levels = spec.approvals[step.approval.name].levels
        yield from (f"level {step.approval.name} {level}" for level in levels)
    if isinstance(step, HandoffStep):
        phases = ("promise", "deliver", "accept", "reject", "decline")
        yield from (f"phase {full} {phase}" for phase in phases)
    assert isinstance(step, Task | Wait | Decide | Parallel | Call | ApprovalStep | HandoffStep | End)


def walk(random: Random, reference: Reference, process: str) -> tuple[Trace, RefCase | None]:
    """A long walk through a process, mostly of what is open."""
    begun = {**begin(random, reference), "kind": "process", "name": process}
    entity = reference.spec.processes[process].entity
    assert entity is not None
    from tests.generators.values import Values

    begun["record"] = Values(random, reference).record(entity.name)
    begun["by"] = None if random.random() < 0.3 else begun["by"]
    case = start(reference, begun)
    acts = []
    last = case if isinstance(case, RefCase) else None
    while isinstance(last, RefCase) and last.ended is None and len(acts) < 80:
        act = next_act(random, last)
        acts.append(act)
        answer = perform(last, act)
        last = answer if isinstance(answer, RefCase) else last
    return {"start": begun, "acts": acts}, last


def happened(case: RefCase) -> set[str]:
    """What a walk has reached, in the words of `expected`."""
    fired = [words.split(" ") for words in case.data.trail if words.startswith("fired")]
    reached = {words for words in case.data.trail if words.startswith(("enter", "took", "level"))}
    return reached | {f"phase {place} {kind}" for _, kind, _, _, place in fired}


Machines = tuple[Reference, Generated]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Machines]]:
    """Both machines of a company, made once."""
    with ExitStack() as stack:

        @cache
        def made(company: str) -> Machines:
            resolved, faults = resolve(read(load(SPECS / company))[0])
            assert not [fault for fault in faults if fault.severity.value == "error"]
            generated = Generated(resolved, tmp_path_factory.mktemp(company), company)
            stack.callback(generated.close)
            return Reference(resolved), generated

        yield made


@pytest.mark.parametrize(("company", "process"), PROCESSES)
def test_walks_reach_everything(company: str, process: str, machines: Callable[[str], Machines]) -> None:
    reference, generated = machines(company)
    wanted = set(expected(reference.spec, reference.spec.processes[process]))
    missing = set(wanted)
    for seed in range(30 if process in LONG else 2000):
        if not missing:
            break
        trace, last = walk(Random(seed), reference, process)
        reached = happened(last) & missing if last is not None else set()
        if reached or seed < 60:
            difference = compare(reference, generated, trace, seed)
            assert difference is None, (seed, difference)
        missing -= reached
    if process in LONG:
        return
    assert missing <= UNREACHABLE
    assert len(missing) <= len(wanted) * 0.02
