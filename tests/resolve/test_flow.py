"""The graph of a process against definitions taken word by word, on random graphs."""

from __future__ import annotations

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from crmdsl.api import check_text
from crmdsl.model.processes import Process, Step
from crmdsl.resolve.flow import Scope, chances, rings, scopes

COMPANY = """\
crmdsl: 1
company: {name: T, currency: EUR, timezone: Europe/Rome, calendar: c}
calendars: {c: {hours: {mon-fri: "09:00-17:00"}}}
departments: {d: {head: r, functions: [acquire, manage, quote, order, approve_order, collect]}}
roles: {r: {department: d}}
entities: {e: {fields: {amount: money}}}
"""
NAMES = [f"s{number}" for number in range(7)]
WAYS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([None, 0, 10, 50])), max_size=3)
)


def spec_of(ways: dict[str, list[tuple[str, int | None]]]) -> str:
    lines = ["processes:", "  p:", "    entity: e", "    start: s0", "    steps:"]
    for name in NAMES:
        if not ways.get(name):
            lines.append(f"      {name}: {{end: success}}")
            continue
        outcomes = ", ".join(
            f"o{number}: {{to: {to}{'' if chance is None else f', chance: {chance}%'}}}"
            for number, (to, chance) in enumerate(ways[name])
        )
        lines.append(f"      {name}: {{role: r, outcomes: {{{outcomes}}}}}")
    return COMPANY + "\n".join(lines) + "\n"


def leads(ways: dict[str, list[tuple[str, int | None]]], start: str) -> set[str]:
    """The steps that one can come to from a step, in one move or more."""
    found: set[str] = set()
    last: set[str] = {start}
    while last:
        last = {to for name in last for to, _ in ways.get(name, [])} - found
        found |= last
    return found


@given(WAYS)
def test_what_the_rules_say_of_a_graph_is_what_their_words_say(ways):
    checked = check_text({"spec.yaml": spec_of(ways)})
    found = {(one.code, one.span.line) for one in checked.diagnostics}
    line = {name: spec_of(ways).split("\n").index(f"      {name}:" + rest) + 1 for name, rest in rests(ways).items()}
    ends = {name for name in NAMES if not ways.get(name)}
    dead = {name for name in NAMES if name not in ends and not leads(ways, name) & ends}
    assert {at for code, at in found if code == "dead-end"} == {line[name] for name in dead}
    reached = {"s0", *leads(ways, "s0")}
    unreached = set() if reached & dead else set(NAMES) - reached
    assert {at for code, at in found if code == "unreachable-step"} == {line[name] for name in unreached}
    step = checked.program.spec.processes["p"].steps
    endless = set()
    for name in NAMES:
        ring = {other for other in leads(ways, name) if name in leads(ways, other)}
        out = [
            chances(step[inner], checked.program.spec)[f"o{number}"]
            for inner in ring
            for number, (to, _) in enumerate(ways[inner])
            if to not in ring
        ]
        if name in ring and out and not sum(out):
            endless.add(min(ring))
    assert {at for code, at in found if code == "endless-rework"} == {line[name] for name in endless}


def rests(ways: dict[str, list[tuple[str, int | None]]]) -> dict[str, str]:
    lines = spec_of(ways).split("\n")
    return {name: next(text for text in lines if text.startswith(f"      {name}:"))[8 + 1 :] for name in NAMES}


@given(WAYS)
def test_rings_are_the_steps_that_lead_to_each_other(ways):
    graph = {name: tuple(to for to, _ in ways.get(name, [])) for name in NAMES}
    expected = {
        frozenset(other for other in leads(ways, name) if name in leads(ways, other))
        for name in NAMES
        if name in leads(ways, name)
    }
    assert {frozenset(ring) for ring in rings(NAMES, graph)} == expected


def test_a_long_process_needs_no_recursion():
    names = [str(number) for number in range(50_000)]
    graph = {name: (following,) for name, following in zip(names, [*names[1:], "0"], strict=True)}
    assert rings(names, graph) == [set(names)]
    scope = Scope(cast(Process, None), cast("dict[str, Step]", dict.fromkeys(names)), "0", ways=graph)
    assert scope.reached() == set(names)
    assert scope.ending() == set()


def test_scopes_are_worked_out_once():
    resolved = check_text({"spec.yaml": spec_of({"s0": [("s1", None)]})}).program.resolved
    assert scopes(resolved) is scopes(resolved)
