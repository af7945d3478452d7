"""Values that relate as asked: the search finds them if trying all does, whoever may stand for whom."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from crmdsl.api import check_text
from crmdsl.conditions.regions.words import fitting, representatives
from crmdsl.conditions.regions.world import Somebody

TESTS = [
    lambda a, b: a == b, lambda a, b: a != b, lambda a, b: a.unit == b.unit, lambda a, b: not a.roles & b.roles,
    lambda a, b: a.territory != b.territory,
]  # fmt: skip
COMPANY = """crmdsl: 1
company: {name: T, language: en, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
departments: {sales: {head: boss}}
roles: {boss: {department: sales}, agent: {department: sales}}
people:
  boss: {roles: boss}
PEOPLE
entities: {plan: {owner: agent, fields: {seller: person, chief: person, lead: optional person}}}
approvals:
  a:
    entity: plan
    requester: agent
    levels:
      one: {when: seller = requester and chief != requester, approver: boss}
      two: {when: seller = requester and chief = seller, approver: boss}
      three: {when: seller != requester and not (lead is known and lead = seller), approver: boss}
      four: {when: 'seller != requester and lead is known and lead = seller and REST', approver: boss}
"""


def somebody(random: Random, number: int) -> Somebody:
    return Somebody(f"p{number}", frozenset([random.choice("ab")]), random.choice(["u", None]), random.choice("xy"))


def test_the_search_finds_what_trying_all_does() -> None:
    found = 0
    for seed in range(300):
        random = Random(seed)
        people = [somebody(random, number) for number in range(7)]
        values = {key: random.sample(people, random.randint(1, 7)) for key in "klm"}
        relations: list[Any] = []
        for _ in range(random.randint(1, 4)):
            test = random.choice(TESTS)
            relations.append((tuple(random.sample("klm", 2)), lambda pair, test=test: test(*pair)))
        every = (dict(zip("klm", chosen, strict=True)) for chosen in product(*values.values()))
        exists = any(all(test([at[key] for key in inside]) for inside, test in relations) for at in every)
        at = fitting(representatives(values), relations)
        assert (at is not None) == exists, seed
        assert at is None or all(test([at[key] for key in inside]) for inside, test in relations)
        found += exists
    assert 30 < found < 290


def test_a_company_of_many_is_judged() -> None:
    people = "\n".join(f"  p{number}: {{roles: agent}}" for number in range(80))
    for rest, codes in (("true", []), ("chief != seller", ["approval-gap"])):
        said = check_text({"a.yaml": COMPANY.replace("PEOPLE", people).replace("REST", rest)}).diagnostics
        assert [one.code for one in said if one.code.startswith(("approval", "dead", "unchecked"))] == codes
