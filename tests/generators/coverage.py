"""Which constructs of the language were at work in a trace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from crmdsl.conditions import ast
from crmdsl.model.chains import Handoff
from crmdsl.model.processes import (
    ApprovalStep,
    Call,
    HandoffStep,
    Outcome,
    Parallel,
    Process,
    Step,
    Task,
    TimedStep,
    Wait,
)  # fmt: skip
from tests.reference.cases import Refusal
from tests.reference.interpreter import RefCase, Reference

CONSTRUCTS = frozenset("""
    step Task|step ApprovalStep|step HandoffStep|step Decide|step Parallel|step Wait|step Call|step End
    end success|end failure|branch single|branch nested|branch failing|join all|join any|join 1|join 2|on_failure
    task edits|task needs|task reads|task effort|task within|outcome when|outcome by|outcome set|outcome set through
    outcome emits|outcome notify|outcome opens|two roles|anytime|anytime when|called on another record|of
    approval bands|approval ladder|quorum any|quorum all|quorum 2|separation requester|separation levels
    otherwise approve|otherwise reject|on_reject previous_level|previous_level|recall|substitutes superior
    substitutes named|signed as approver|signed as manager|signed as named|signed as substitute superior
    signed as substitute named|signed by escalation|did by escalation|locks false|locks true|restart|reason always
    reason never|level within|approval on another record|separation rule
    handoff promise|handoff decline|handoff deliver|handoff agree|handoff accept|handoff reject|handoff cancel
    promise dated|promise agreed dated|rework limit|feedback|fulfilled_by|silent accept|silent reject|gives
    handoff on another record
    wait from integration|wait from role|wait from nobody|timeout|timeout elapsed|values from outside
    late remind|late escalate|late outcome|late escalate role|late within|late level|late respond|late deliver
    late verify|promise|people|headcount|two roles held|absent|substitute|unit
    holidays|closed|several calendars|started by nobody|alone approval|alone handoff
    grant when|grant fields|grant except|inherit false|derived|derived from what is around|unit|territory|product line
    channel|instant|duration|elapsed|person|kind of unit|ordered enum|reference in a condition|actor|requester
    state in a condition|today|arithmetic|division|between|known|not|or|text in a condition|default
    reassign|reopen|reopen Task|reopen ApprovalStep|reopen HandoffStep|reopen what has parts
    branch event|currency without decimals|currency with three decimals|clock change
    refused not-in-state|refused unknown-person|refused wrong-role|refused four-eyes|refused signed-already
    refused later-signer|refused locked|refused not-editable|refused no-grant|refused bad-value|refused reason-missing
    refused missing-field|refused guard|refused gives-missing|refused not-agreed|refused out-of-years
    refused wrong-owner
""".replace("\n", "|").split("|")) - {"", " "}  # fmt: skip
CONSTRUCTS = frozenset(name.strip() for name in CONSTRUCTS if name.strip())


def constructs(reference: Reference, trace: dict[str, Any], answers: list[RefCase | Refusal]) -> set[str]:
    """The constructs that a trace has touched."""
    found = {f"refused {answer.rule}" for answer in answers if isinstance(answer, Refusal)}
    found |= company_of(reference)
    cases = [answer for answer in answers if isinstance(answer, RefCase)]
    begun = trace["start"]
    if begun["kind"] != "process":
        found.add(f"alone {begun['kind']}")
    if begun["by"] is None:
        found.add("started by nobody")
    if not cases:
        return found
    if cases[-1].ended is not None:
        found.add(f"end {cases[-1].ended}")
    for words in cases[-1].data.trail:
        found |= set(of_words(words))
    for case in cases:
        found |= {f"effect {effect[0]}" for effect in case.effects}
    found |= set(of_acts(trace))
    entered = {words.split(" ")[2] for words in cases[-1].data.trail if words.startswith("enter ")}
    for process, name, step in every_step(reference, cases[-1].data.root.process, ""):
        if name in entered:
            found |= set(of_step(reference, process, step))
    return found


@lru_cache(maxsize=8)
def company_of(reference: Reference) -> frozenset[str]:
    return frozenset(of_company(reference))


def of_acts(trace: dict[str, Any]) -> Iterator[str]:
    for act in trace["acts"]:
        if act["do"] == "receive" and act["values"]:
            yield "values from outside"
        if act["do"] == "fire" and "." in act["event"]:
            yield "branch event"
    if any(abs(trace["start"]["at"] - change) < 400_000 for change in (1774745000, 1792890000, 1772950000, 1793510000)):
        yield "clock change"


def of_words(words: str) -> Iterator[str]:
    if words.startswith("enter "):
        yield f"step {words.split()[1]}"
    elif words.startswith("fired "):
        kind = words.split()[1]
        yield f"handoff {kind}"
        yield kind
    elif words.startswith("late "):
        _, kind, action = words.split()
        yield f"late {kind}"
        yield f"late {action if action in ('remind', 'escalate', 'nothing') else 'outcome'}"
    elif words.startswith(("level ", "took ")):
        pass
    else:
        yield words.replace("  ", " ").strip()
        yield words.split(maxsplit=1)[0]


def every_step(reference: Reference, process: Process, prefix: str) -> Iterator[tuple[Process, str, Step]]:
    """The steps of a process and of those that it calls, by the names of their states."""

    def of(steps: dict[str, Step], before: str) -> Iterator[tuple[Process, str, Step]]:
        for key, step in steps.items():
            name = before + key
            yield process, name, step
            if isinstance(step, Parallel):
                for branch in step.parallel.values():
                    if branch.single:
                        yield process, f"{name}.{branch.name}", next(iter(branch.steps.values()))
                    else:
                        yield from of(branch.steps, f"{name}.{branch.name}.")
            if isinstance(step, Call) and step.called is not None:
                yield from every_step(reference, reference.spec.processes[step.called.name], f"{name}.")

    yield from of(process.steps, prefix)


def of_step(reference: Reference, process: Process, step: Step) -> Iterator[str]:
    spec = reference.spec
    for outcome in (*getattr(step, "outcomes", {}).values(), *getattr(step, "decide", {}).values()):
        yield from of_outcome(reference, outcome)
    if isinstance(step, TimedStep) and step.late is not None and step.late.roles:
        yield "late escalate role"
    if isinstance(step, Task):
        yield from (f"task {key}" for key in ("edits", "needs", "reads", "effort", "within") if getattr(step, key))
        if len(step.role) > 1:
            yield "two roles"
    if getattr(step, "of", None) is not None:
        yield "of"
    if isinstance(step, Parallel):
        yield from of_branches(step)
    if isinstance(step, Call) and step.called is not None and differ(spec.processes[step.called.name], process):
        yield "called on another record"
    if isinstance(step, ApprovalStep) and step.approval is not None:
        yield from of_approval(reference, spec.approvals[step.approval.name], process)
    if isinstance(step, HandoffStep) and step.handoff is not None:
        yield from of_handoff(reference, spec.handoffs[step.handoff.name], process)
    if isinstance(step, Wait):
        yield from of_wait(reference, step)
    yield from of_process(reference, process)


def of_process(reference: Reference, process: Process) -> Iterator[str]:
    if process.promise is not None:
        yield "promise"
    for outcome in process.anytime.values():
        yield from ("anytime when",) * bool(outcome.when)
        yield from of_conditions([reference.resolved.typed(outcome.when)])


def of_branches(step: Parallel) -> Iterator[str]:
    for branch in step.parallel.values():
        yield "branch single" if branch.single else "branch several"
        if any(isinstance(one, Parallel) for one in branch.steps.values()):
            yield "branch nested"
        if any(getattr(one, "end", "") == "failure" for one in branch.steps.values()):
            yield "branch failing"


def of_handoff(reference: Reference, handoff: Handoff, process: Process) -> Iterator[str]:
    yield from ("gives",) * bool(handoff.gives) + ("fulfilled_by",) * bool(handoff.fulfilled_by)
    yield from of_conditions([reference.resolved.typed(handoff.accept_when)])
    yield from ("handoff on another record",) * differ(handoff, process)


def of_wait(reference: Reference, step: Wait) -> Iterator[str]:
    if step.wait is not None:
        source = step.wait.source
        yield (
            "wait from nobody"
            if source is None
            else ("wait from role" if source.name in reference.spec.roles else "wait from integration")
        )
        if step.wait.timeout is not None and step.wait.timeout.elapsed:
            yield "timeout elapsed"


def differ(one: Any, other: Any) -> bool:
    return bool(one.entity.name != other.entity.name)


def of_approval(reference: Reference, chain: Any, process: Process) -> Iterator[str]:
    yield f"approval {chain.mode}"
    yield f"on_reject {chain.on_reject}"
    yield f"substitutes {chain.substitutes}"
    yield f"locks {str(chain.locks).lower()}"
    yield f"reason {chain.reason}"
    yield from (f"separation {word}" for word in chain.separation)
    yield from ("approval on another record",) * differ(chain, process)
    for level in chain.levels.values():
        yield f"quorum {level.quorum}"
        yield from ("level within",) * bool(level.within)
        yield from of_conditions([reference.resolved.typed(level.when)])


def of_outcome(reference: Reference, outcome: Outcome) -> Iterator[str]:
    for key in ("when", "by", "set", "emits", "notify", "opens"):
        if getattr(outcome, key):
            yield f"outcome {key}"
    if any("." in one.path for one in outcome.set):
        yield "outcome set through"
    yield from of_conditions([reference.resolved.typed(outcome.when)])
    yield from of_conditions([reference.resolved.typed(one.value) for one in outcome.set])


def of_conditions(trees: Iterable[ast.Expr | None]) -> Iterator[str]:
    """What a condition is made of, by a look at how it is written out."""
    for tree in trees:
        if tree is not None:
            yield from of_text(repr(tree))


@lru_cache(maxsize=1024)
def of_text(text: str) -> tuple[str, ...]:
    """What a condition written out is made of."""
    return tuple(name for name, pattern in PATTERNS.items() if pattern.search(text))


PATTERNS = {
    name: re.compile(pattern) for name, pattern in {
        "actor": "root='actor'", "requester": "root='requester'", "state in a condition": r"State\(",
        "unit": r"base='unit'", "territory": r"base='territory'", "product line": r"base='product_line'",
        "channel": r"base='channel'", "instant": r"base='instant'", "duration": r"base='duration'",
        "elapsed": r"base='elapsed'", "person": r"base='person'", "kind of unit": r"base='unit_kind'",
        "today": r"Today\(", "arithmetic": r"Arithmetic\(", "division": "op='/'", "between": r"Between\(",
        "known": r"Known\(", "not": r"Not\(", "or": r"Or\(", "text in a condition": r"base='text'.*value='",
        "derived": r"'net'",
        "derived from what is around": r"'(?:pressing|home)'",
        "ordered enum": "ordered=True", "reference in a condition": r"parts=\('\w+', '",
    }.items()
}  # fmt: skip


def of_company(reference: Reference) -> Iterator[str]:
    spec = reference.spec
    people = spec.people.values()
    yield "people" if people else "headcount"
    yield from ("two roles held",) * any(len(person.roles) > 1 for person in people)
    for key in ("absent", "substitute", "unit"):
        yield from (key,) * any(getattr(person, key) for person in people)
    yield from ("holidays",) * any(calendar.holidays for calendar in spec.calendars.values())
    yield from ("closed",) * any(calendar.closed for calendar in spec.calendars.values())
    yield from ("several calendars",) * (len({role.calendar for role in spec.roles.values()}) > 1)
    for grant in spec.access.grants:
        yield from ("grant when",) * bool(grant.when) + ("grant fields",) * bool(grant.fields)
        yield from ("grant except",) * bool(grant.excluded)
        yield from of_conditions([reference.resolved.typed(grant.when)])
    yield from ("inherit false",) * any(not role.inherit for role in spec.roles.values())
    yield from ("separation rule",) * bool(spec.access.separation)
    fields = [field for entity in spec.entities.values() for field in entity.fields.values()]
    yield from ("default",) * any(field.default is not None for field in fields)
    assert spec.company is not None
    yield from ("currency without decimals",) * (spec.company.currency == "JPY")
    yield from ("currency with three decimals",) * (spec.company.currency == "KWD")
