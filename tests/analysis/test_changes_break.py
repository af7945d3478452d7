"""What is called breaking breaks the generated package or a saved case, and what is not does not."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from crmdsl.analysis._memory import InMemory
from crmdsl.analysis.changes import analyze
from crmdsl.analysis.changes.change import Change, Class, Kind
from crmdsl.api import Checked, check_text, compare, emit
from tests.analysis.test_changes import LADDER, SPEC, checked
from tests.e2e.commands import COMPANIES
from tests.generators.specs import generate

NAMED = SPEC.replace("access:\n", "people:\n  ann: {roles: agent}\n  bob: {roles: boss}\n  cid: {roles: owner}\n"
                     "  dan: {roles: clerk}\naccess:\n")  # fmt: skip
API, CASES, DECIDERS = (frozenset([one.value]) for one in (Class.API, Class.CASES, Class.DECIDERS))
NONE: frozenset[str] = frozenset()
LOW = "low: {when: discount > 5% and discount <= 12%, approver: boss}"
CLERK = "  clerk: {department: all, reports_to: boss}\n"
EDITED = "edits: [amount, cost, discount, kind"
EDITS: list[tuple[list[tuple[str, str]], frozenset[str], str]] = [
    ([("urgent: flag", "urgent: flag\n      more: optional text")], CASES, "+ fields more"),
    ([("      urgent: flag\n", "")], API | CASES, "- fields urgent"),
    ([("notes: optional text", "notes: optional date")], API | CASES, "fields notes type"),
    ([("notes: optional text", "notes: text")], NONE, "fields notes type"),
    ([("kind: plain | special", "kind: plain | special | odd")], NONE, "fields kind type"),
    ([("kind: plain | special", "kind: special | plain")], NONE, ""),
    ([("segment: small | big", "segment: small | huge")], API | CASES, "fields segment type"),
    ([("weight: number", "weight: {type: number, max: 10}")], API, "fields weight max"),
    ([("cost: money", "cost: {type: money, min: -5 EUR}")], NONE, "fields cost min"),
    ([("net: {type: money, derived: amount - cost}", "net: money")], CASES, "fields net derived"),
    ([("stop: lost", "halt: lost")], API, "halt renamed"),
    ([("no: lost}", "no: quote}")], NONE, "steps review outcomes no to"),
    ([(EDITED, "edits: [amount, cost, kind")], API, "steps quote edits"),
    ([(EDITED, f"{EDITED}, notes")], NONE, "steps quote edits"),
    ([(EDITED, f"{EDITED}, weight")], API, "steps quote edits"),
    ([("discount, kind], out", "discount, kind], needs: notes, out")], API, "steps quote needs"),
    ([("to: review}", "to: study}"), ("      review: {role", "      study: {role")], CASES, "study renamed"),
    ([("won: {end: success}", "won: {end: success}\n      gone: {end: failure}"), ("no: lost}", "no: gone}")], NONE,
     "+ steps gone"),
    ([("separation: [requester, levels]", "separation: [requester, levels]\n    recall: true")], NONE, "recall"),
    ([("separation: [requester, levels]", "separation: [requester]")], DECIDERS, "separation"),
    ([("separation: [requester, levels]", "separation: [requester, levels]\n    reason: always")], API, "reason"),
    ([(LOW, f"first: {{when: discount > 99%, approver: owner}}\n      {LOW}"),
      ("discount > 12%", "discount > 12% and discount <= 99%")], CASES, "+ levels first"),
    ([(LOW, LOW.replace("low", "small"))], CASES, "small renamed"),
    ([("approver: boss}\n      high", "approver: boss, within: 4h}\n      high")], NONE, "levels low within"),
    ([("  dan: {roles: clerk}\n", "")], CASES, "- people dan"),
    ([(CLERK, ""), ("  dan: {roles: clerk}\n", "")], API | CASES, "- roles clerk"),
    ([("  agent: {department", f"{CLERK.replace('clerk', 'aide')}  agent: {{department")], CASES, "+ roles aide"),
    ([("department: all, reports_to: boss, headcount: 3", "department: all, reports_to: owner, headcount: 3")], NONE,
     "roles agent reports_to"),
    ([("selling:\n    entity", "sales:\n    entity")], API | CASES, "sales renamed"),
    ([("can: [create, read, update]", "can: [create, read, update, export]")], NONE, "+ agent, boss"),
    ([("review: {role: boss,", "review: {role: [boss, owner],")], NONE, "steps review role"),
    ([("name: Acme", "name: Acme Ltd")], NONE, "name"),
]  # fmt: skip


def said(change: Change) -> str:
    sign = {Kind.ADDED: "+ ", Kind.REMOVED: "- "}.get(change.kind, "")
    words = [*(change.place[2:] or change.place), change.key]
    return sign + " ".join(word for word in words if word) + (" renamed" if change.kind is Kind.RENAMED else "")


@pytest.mark.parametrize(("edits", "classes", "told"), EDITS, ids=lambda one: one if isinstance(one, str) else "")
def test_an_edit(edits: list[tuple[str, str]], classes: frozenset[str], told: str) -> None:
    old, new = checked(NAMED), checked(NAMED, *edits)
    assert not new.failed, [str(one.message) for one in new.diagnostics]
    found = [one for one in analyze(old.program, new.program) if one.section != "access"]
    assert frozenset(one.value for change in found for one in change.classed) - (DECIDERS - classes) == classes, found
    assert not told or any(said(change).startswith(told) or said(change).endswith(told) for change in found), [
        said(change) for change in found
    ]
    assert bool(found) == bool(told)
    breaks_api, breaks_cases = broken(new)
    assert not breaks_api or classes >= API
    assert breaks_cases == (classes >= CASES) or told in UNSEEN


def test_who_is_gone_where_nobody_is_listed() -> None:
    for edit, key in ((("headcount: 3", "headcount: 2"), "agent_3"), (("  clerk:", "  aide:"), "clerk_1")):
        found = analyze(checked().program, checked(SPEC, edit).program)
        (effect,) = (one for change in found for one in change.effects if one.kind is Class.CASES)
        assert f"cases in which `{key}` acted" in str(effect.text)
    found = analyze(checked(NAMED).program, checked(NAMED, ("headcount: 3", "headcount: 2")).program)
    assert [change.effects for change in found] == [[]]


UNSEEN = ("+ roles aide", "- roles clerk", "- people dan", "fields notes type", "fields segment type")
"""What does not show in the one case that is saved here."""


def surface(package: InMemory) -> dict[str, set[str]]:
    """Everything that users of a package can name, with what it takes."""
    root = package.module()
    found = {}
    for name in root.__all__:
        thing = getattr(root, name)
        found[name] = {one for one in dir(thing) if not one.startswith("_")}
        for one in found[name].copy() if hasattr(thing, "MACHINE") else ():
            method = inspect.unwrap(getattr(thing, one))
            if callable(method) and not one.isupper():
                found[f"{name}.{one}"] = set(inspect.signature(method).parameters)
    return found


def saved(package: InMemory) -> Iterator[str]:
    """Cases of a package in several states."""
    root, records = package.module(), package.module("records")
    person = root.ORGANISATION.person
    at = datetime(2026, 3, 2, 10, 0)
    given = {"customer": records.Customer(segment="big"), "who": "ann", "amount": 2_000, "cost": 1, "weight": 1}
    if "urgent" in records.Order.FIELDS:
        given["urgent"] = False
    order = records.Order(**given, discount=8, kind="plain")
    case: Any = root.Selling.start(person("ann"), at, order)
    yield case.to_json()
    for event, by in (("submit", "ann"), ("approve", "bob"), ("go", "bob")):
        case = getattr(case, event)(by=person(by), at=at)
        assert type(case).__name__ != "Refusal", case
        yield case.to_json()
    dan: Any = root.Selling.start(None, at, order)
    yield dan.to_json()
    chain: Any = root.Chain_.start(person("ann"), at, order)
    yield chain.to_json()


@cache
def older() -> tuple[dict[str, set[str]], list[str]]:
    """What the package before has, and cases that were saved by it."""
    with InMemory({file.path: file.text for file in emit(checked(NAMED).program)}) as package:
        return surface(package), list(saved(package))


def broken(new: Checked) -> tuple[bool, bool]:
    """Whether a user of the old package, and cases saved by it, have trouble with the new one."""
    before, texts = older()
    with InMemory({file.path: file.text for file in emit(new.program)}) as package:
        now, root, cases = surface(package), package.module(), False
        for text in texts:
            cls = getattr(root, "Chain_" if '"case": "chain"' in text else "Selling", None)
            try:
                if cls is not None:
                    cls.from_json(text)
            except ValueError:
                cases = True
            cases = cases or cls is None
    return any(not names <= now.get(name, set()) for name, names in before.items()), cases


# the order of what has none


def shuffled(value: Any, random: Random, key: str = "") -> Any:
    """A spec with its maps in another order, where order means nothing."""
    if isinstance(value, dict):
        items = list(value.items())
        if key not in ("levels", "decide", "roles", "priority", "scenarios", "given", "given_inside"):
            random.shuffle(items)
        return {name: shuffled(inner, random, name) for name, inner in items if name != "note"}
    return value


@pytest.mark.parametrize("company", COMPANIES, ids=lambda path: path.name)
def test_the_order_of_files_and_keys_is_no_difference(company: Any) -> None:
    texts = {path.relative_to(company).as_posix(): path.read_text("utf-8") for path in company.rglob("*.yaml")}
    random = Random(1)
    other = {
        f"z/{random.random()}.yaml": yaml.safe_dump(
            shuffled(yaml.load(text, yaml.BaseLoader), random), sort_keys=False, allow_unicode=True
        )
        for text in texts.values()
    }
    old, new = check_text(texts, company.name), check_text(other, company.name)
    assert not new.failed, [str(one.message) for one in new.diagnostics]
    found = analyze(old.program, new.program)
    assert found == []


def test_the_order_of_levels_and_roles_is_one() -> None:
    high = "      high: {when: discount > 12%, approver: owner}\n"
    turned = LADDER.replace(high, "").replace("    levels:\n", f"    levels:\n{high}").replace("<= 90%", "<= 12%")
    (found,) = analyze(checked(LADDER.replace("<= 90%", "<= 12%")).program, checked(turned).program)
    assert (found.kind, found.place, [one.value for one in found.classed]) == (
        Kind.ORDER, ("approvals", "chain", "levels"), ["cases"],
    )  # fmt: skip


# what has errors


def test_what_cannot_be_read_is_neither_gone_nor_new() -> None:
    for text in (SPEC + "\nkpis: {a: [\n", SPEC.replace("processes:\n", "processes: [\n")):
        torn = checked(text)
        assert torn.torn
        found = analyze(checked().program, torn.program, (False, True))
        assert not any(one.kind is Kind.REMOVED for one in found)
    misspelt = checked(SPEC, ("edits: [amount", "edit: [amount"))
    assert not any(one.key == "edits" for one in analyze(checked().program, misspelt.program))


def test_an_error_of_a_rule_hides_no_consequence(tmp_path: Path) -> None:
    for name, text in (
        ("old", SPEC),
        ("new", SPEC.replace("stop: lost", "halt: lost").replace("    otherwise: app", "    # app")),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    found = compare(str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"))
    assert [one.code for one in found.now.errors] == ["approval-gap"]
    assert {one.value for change in found.changes for one in change.classed} == {"api", "deciders"}


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_any_two_companies_can_be_compared(seed: int) -> None:
    old, new = (check_text({"a.yaml": generate(one)}) for one in (seed, seed + 20))
    first = analyze(old.program, new.program)
    assert first == analyze(old.program, new.program)
    assert first
