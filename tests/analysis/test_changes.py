"""What is told of two specs is what is different between them, and nothing else."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from crmdsl.analysis.changes import analyze
from crmdsl.analysis.changes.change import Change, Class, Kind, Signer
from crmdsl.api import Checked, check, check_text
from tests.e2e.commands import COMPANIES
from tests.generators import bands
from tests.generators.specs import generate

SPEC = """crmdsl: 1
company: {name: Acme, currency: EUR, timezone: Europe/Rome, language: en, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-13:00", "14:00-18:00"]}}}
departments: {all: {functions: [acquire, manage, quote, order, approve_order, collect]}}
roles:
  agent: {department: all, reports_to: boss, headcount: 3}
  boss: {department: all, reports_to: owner}
  owner: {department: all}
  clerk: {department: all, reports_to: boss}
entities:
  customer: {fields: {rating: optional D < C < B < A, limit: optional money, segment: small | big}}
  order:
    owner: agent
    fields:
      customer: optional customer
      amount: money
      cost: money
      discount: percent
      weight: number
      notes: optional text
      who: person
      urgent: flag
      kind: plain | special
      net: {type: money, derived: amount - cost}
processes:
  selling:
    entity: order
    start: quote
    owner: boss
    steps:
      quote: {role: agent, edits: [amount, cost, discount, kind], outcomes: {submit: {to: check, when: amount > 0 EUR}, stop: lost, wait: quote}}
      check: {approval: chain, outcomes: {approved: route, rejected: lost}}
      route: {decide: {big: {when: amount > 1_000 EUR, to: review}, rest: {to: won}}}
      review: {role: boss, outcomes: {go: won, no: lost}}
      won: {end: success}
      lost: {end: failure}
approvals:
  chain:
    entity: order
    requester: agent
    levels:
      low: {when: discount > 5% and discount <= 12%, approver: boss}
      high: {when: discount > 12%, approver: owner}
    otherwise: approve
    separation: [requester, levels]
access:
  grants:
    - {role: [agent, boss, owner], can: [create, read, update], on: [order, customer]}
"""  # noqa: E501 - a step a line
RATED = "customer is known and customer.rating is known and customer.rating"
DECIDERS = (Class.DECIDERS,)


def checked(text: str = SPEC, *changes: tuple[str, str]) -> Checked:
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return check_text({"acme.yaml": text}, "acme")


def changed(*changes: tuple[str, str]) -> list[Change]:
    found = checked(SPEC, *changes)
    assert not found.failed, [str(one.message) for one in found.diagnostics]
    return analyze(checked().program, found.program)


def told(change: Change) -> str:
    """A region in one line."""
    parts = []
    for one in change.region:
        values = [f"{r.low or ''}{'<' if r.after else ''}..{'<' if r.short else ''}{r.high or ''}" for r in one.ranges]
        words = [*values, *one.values, *["known"] * one.known, *["missing"] * one.missing]
        parts.append(f"{one.name}: {'not ' if one.others else ''}{' | '.join(words)}")
    return "; ".join(parts)


def who(value: Any) -> str:
    return ", ".join(
        f"{one.kind} {' '.join(one.names)} {one.quorum}".strip() if isinstance(one, Signer) else str(one)
        for one in value
    )


BOSS, OWNER, FREE = "roles boss 1", "roles owner 1", "approved  0"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("discount <= 12%", "discount <= 15%"), ("discount > 12%", "discount > 15%")],
         [("discount: 12.01%..15%", OWNER, BOSS)]),
        ([("approver: owner", "approver: [owner, boss], quorum: 2")],
         [("discount: 12.01%..", OWNER, "roles boss owner 2")]),
        ([("approver: owner", "manager_of: requester")], [("discount: 12.01%..", OWNER, "manager  1")]),
        ([("otherwise: approve", "otherwise: reject")], [("discount: ..5%", FREE, "rejected  0")]),
        ([("discount > 5% and discount <= 12%", "discount > 5% and (discount <= 12% and not urgent)")],
         [("discount: 5.01%..12%; urgent: true", BOSS, FREE)]),
        ([("when: discount > 12%", "when: discount > 12% and kind = special")],
         [("discount: 12.01%..; kind: plain", OWNER, FREE)]),
        ([("when: discount > 12%", "when: discount > 12% or discount <= 5% and weight >= 2.5")],
         [("discount: ..5%; weight: 2.5..", FREE, OWNER)]),
        ([("when: discount > 12%", f"when: discount > 12% or discount <= 5% and {RATED} < B")],
         [("discount: ..5%; customer.rating: D | C", FREE, OWNER)]),
        ([("when: discount > 12%", "when: discount > 12% or discount <= 5% and who.role = clerk")],
         [("discount: ..5%; who.role: clerk", FREE, OWNER)]),
        ([("when: discount > 12%", "when: discount > 12% or discount <= 5% and net < 0 EUR")],
         [("discount: ..5%; amount - cost: ..-0.01 EUR", FREE, OWNER)]),
        ([("when: discount > 12%", "when: 12% < discount")], []),
        ([("when: discount > 12%", "when: not (discount <= 12%)")], []),
    ],
)  # fmt: skip
def test_cases_that_others_decide(changes: list[tuple[str, str]], expected: list[tuple[str, str, str]]) -> None:
    found = [one for one in changed(*changes) if one.section == "deciders"]
    assert [(told(one), who(one.before), who(one.now)) for one in found] == expected
    assert all(one.classed == DECIDERS and one.case for one in found)


@pytest.mark.parametrize(
    ("word", "other"), [("discount", "rebate"), ("boss", "chief"), ("review", "study"), ("order", "offer")]
)
def test_what_is_only_called_otherwise_decides_as_it_did(word: str, other: str) -> None:
    text = SPEC.replace("otherwise: approve", "otherwise: reject").replace(
        "discount: percent", "discount: {type: percent, max: 99%}"
    )
    text = text.replace("12%, approver", "12% and who.role = boss, approver")
    found = analyze(checked(text).program, checked(re.sub(rf"\b{word}\b", other, text)).program)
    assert {one.section for one in found} == {"declared"}
    assert (Kind.RENAMED, word, other) in [(one.kind, one.before, one.now) for one in found]
    higher = re.sub(rf"\b{word}\b", other, text.replace("discount > 12%", "discount > 20%"))
    (one,) = (one for one in analyze(checked(text).program, checked(higher).program) if one.section == "deciders")
    field, who_else = ("rebate", "boss") if word == "discount" else ("discount", "chief" if word == "boss" else "boss")
    assert told(one) == f"{field}: 12.01%..20%; who.role: {who_else}"


LADDER = (
    SPEC.replace("    otherwise: approve", "    otherwise: reject\n    mode: ladder")
    .replace("discount <= 12%", "discount <= 90%")
)  # fmt: skip
HIGHER = ("when: discount > 12%", "when: discount > 20%")


def test_a_ladder_tells_all_who_sign() -> None:
    (found,) = analyze(checked(LADDER).program, checked(LADDER, HIGHER).program)
    assert (told(found), who(found.before), who(found.now)) == ("discount: 12.01%..20%", f"{BOSS}, {OWNER}", BOSS)


def test_of_many_conditions_only_what_changed_is_told() -> None:
    fields = "\n".join(f"      f{n}: flag" for n in range(9))
    levels = "\n".join(f"      l{n}: {{when: f{n}, approver: boss}}" for n in range(9))
    text = LADDER.replace("      urgent: flag", f"      urgent: flag\n{fields}")
    text = text.replace("    levels:\n", f"    levels:\n{levels}\n")
    (found,) = analyze(checked(text).program, checked(text, HIGHER).program)
    assert (told(found), who(found.before), found.now, found.partly) == ("discount: 12.01%..20%", OWNER, (), True)


def test_cases_that_there_were_not_before() -> None:
    wider = changed(("discount: percent", "discount: {type: percent, max: 120%}"))
    (found,) = (one for one in wider if one.section == "deciders")
    assert (told(found), found.before, who(found.now)) == ("discount: 100.01%..", None, OWNER)
    kinds = changed(
        ("kind: plain | special", "kind: plain | special | odd"), ("discount > 12%", "discount > 12% and kind != odd"),
        ("discount <= 12%", "(discount <= 12% or kind = odd)"),
    )  # fmt: skip
    assert [(told(one), one.before, who(one.now)) for one in kinds if one.section == "deciders"] == [
        ("discount: ..5%; kind: odd", None, FREE), ("discount: 5.01%..; kind: odd", None, BOSS),
    ]  # fmt: skip


def test_of_new_cases_in_steps_only_those_that_go_elsewhere_are_told() -> None:
    wider = ("amount: money", "amount: {type: money, min: -10 EUR}")
    assert [one.section for one in changed(wider)] == ["declared"]
    (found,) = (one for one in changed(wider, ("amount > 1_000 EUR", "amount > 1_000 EUR or amount < 0 EUR"))
                if one.section == "guards")  # fmt: skip
    assert (told(found), found.before, found.now) == ("amount: ..-0.01 EUR", None, ("review",))


def test_what_cannot_be_compared_is_told() -> None:
    found = changed(("discount: percent", "discount: number"), ("discount > 5% and discount <= 12%", "discount <= 5"),
                    ("discount > 12%", "discount > 5"))  # fmt: skip
    (one,) = (one for one in found if one.section == "deciders")
    assert (one.kind, one.classed) == (Kind.UNKNOWN, DECIDERS)
    assert str(one.reason) == "`discount` of `order` was of another type"


def test_ways_out_of_steps() -> None:
    found = changed(("amount > 0 EUR", "amount > 10 EUR"), ("amount > 1_000 EUR", "amount >= 1_000 EUR"))
    assert [(one.place[3], told(one), str(one.before), str(one.now)) for one in found] == [
        ("quote", "amount: 0.01 EUR..10 EUR", "(Way(outcome='submit', to='check'),)", "()"),
        ("route", "amount: 1_000 EUR..1_000 EUR", "('won',)", "('review',)"),
    ]
    assert all(one.section == "guards" for one in found)


@pytest.mark.parametrize("company", COMPANIES, ids=lambda path: path.name)
def test_a_spec_is_not_different_from_itself(company: Any) -> None:
    assert analyze(check(company).program, check(company).program) == []


@pytest.mark.parametrize("seed", range(6))
def test_no_company_is_different_from_itself(seed: int) -> None:
    text = generate(seed)
    assert analyze(check_text({"a.yaml": text}).program, check_text({"b.yaml": f"# c\n\n{text}"}).program) == []


# bands, decided by hand


def decided(chain: bands.Chain, point: list[int]) -> int | None:
    """The band that a case is in: the first, where a limit was moved."""
    for place, band in enumerate(chain.bands):
        if all(
            (low is None or point[i] > low) and (high is None or point[i] <= high) for i, (low, high) in band.items()
        ):
            return place
    return None


def number(index: int, text: str | None) -> int | None:
    """A value as it is written, in its smallest unit."""
    if text is None:
        return None
    digits = text.removesuffix(" EUR").removesuffix("%").replace("_", "")
    if bands.kind(index) == "integer":
        return int(digits)
    whole, _, part = digits.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") if part else 0)


def inside(change: Change, point: list[int]) -> bool:
    for one in change.region:
        index = int(one.name[1:])
        ends = [(number(index, r.low), number(index, r.high)) for r in one.ranges]
        if not any(
            (low is None or point[index] >= low) and (high is None or point[index] <= high) for low, high in ends
        ):
            return False
    return True


def signing(signers: Any) -> str | None:
    (one,) = signers
    return one.names[0] if one.names else None


@pytest.mark.parametrize("seed", range(30))
def test_random_bands_at_and_around_their_limits(seed: int) -> None:
    random = Random(seed)
    fields = random.choice([1, 2, 3])
    old = bands.divided(random.randint(2, 9), fields, random)
    new = bands.Chain(fields, [dict(band) for band in old.bands])
    if random.random() < 0.5:
        new = bands.planted(new, random, gap=True, overlap=True)
    else:
        new = bands.divided(random.randint(2, 9), fields, random)
    roles = ["agent", "boss"]
    signs = [[random.choice(roles) for _ in chain.bands] for chain in (old, new)]
    specs = []
    for chain, own in zip((old, new), signs, strict=True):
        text = bands.spec(
            chain, [bands.condition(band, lambda *a: bands.disguised(*a, random)) for band in chain.bands]
        )
        for place, role in enumerate(own):
            line = next(line for line in text.splitlines() if line.startswith(f"      l{place}:"))
            text = text.replace(line, line.replace("approver: boss", f"approver: {role}"))
        specs.append(check_text({"b.yaml": text}, "b").program)
    found = [one for one in analyze(*specs) if one.section == "deciders"]
    limits = [{0, bands.TOP} for _ in range(fields)]
    for chain in (old, new):
        for band in chain.bands:
            for index, ends in band.items():
                limits[index] |= {end + step for end in ends if end is not None for step in (-1, 0, 1, 2)}
    for _ in range(400):
        point = [random.choice(sorted(each)) for each in limits]
        places = decided(old, point), decided(new, point)
        truth = [own[at] if at is not None else None for own, at in zip(signs, places, strict=True)]
        said = {tuple(signing(side) for side in (one.before, one.now)) for one in found if inside(one, point)}
        assert said == ({tuple(truth)} if truth[0] != truth[1] else set()), (point, truth)
    assert all(one.case for one in found)
