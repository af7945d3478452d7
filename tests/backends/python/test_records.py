"""Records: exact values at the boundary, whatever the context of decimals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdsl import api
from tests.backends.python.packages import World, imported, program

ALL = """
processes:
  p: {entity: thing, start: s, steps: {s: {role: clerk, outcomes: {go: e}}, e: {end: success}}}
"""
THING = """
  thing:
    fields:
      money: {type: money, min: -10 EUR, default: 5 EUR}
      percent: percent
      number: {type: number, min: 0}
      integer: integer
      text: text
      flag: {type: flag, default: false}
      duration: duration
      date: date
      instant: instant
      ordered: C < B < A
      person: person
      class: optional text
      owner: optional text
      share: {type: number, derived: money / 3 EUR}
      part: {type: money, derived: money * 33.33%}
      other: optional deal
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    from tests.backends.python import packages

    text = packages.COMPANY.replace("  client: {owner", THING.lstrip("\n") + "  client: {owner")
    checked = api.check_text({"spec.yaml": text + ALL}, "things")
    assert not checked.failed, checked.diagnostics
    with imported(api.emit(checked.program), tmp_path_factory.mktemp("things"), "things") as package:
        yield World(package)


MONEY = st.decimals(-10, 10**12, places=2)


@given(MONEY, st.decimals(0, 100, places=2), st.fractions(0, 10**6, max_denominator=10**6))
def test_values_are_exact(world: World, money: Decimal, percent: Decimal, number: Any) -> None:
    with localcontext() as context:
        context.prec = 3
        exact = Decimal(number.numerator)
        thing = world.Thing(money=money, percent=percent, number=exact)
        assert (thing.money, thing.percent, thing.number) == (money, percent, exact)
        kept = world.Thing.from_json(thing.as_json())
    assert kept == thing
    assert thing.replace(money=Decimal(1)).replace(money=money) == thing


def test_derived_fields_are_exact_inside_and_rounded_outside(world: World) -> None:
    thing = world.Thing(money=Decimal(10))
    assert thing.part == Decimal("3.33")
    assert thing.share == Decimal("3." + "3" * 28)
    assert world.Thing().part is None


@pytest.mark.parametrize(
    "given",
    [
        {"money": Decimal("-10.01")}, {"money": Decimal("0.001")}, {"money": 1.5}, {"money": "1"},
        {"money": Decimal("NaN")}, {"money": Decimal("Infinity")}, {"money": Decimal("1E+999999")}, {"money": True},
        {"percent": Decimal("100.01")}, {"percent": Decimal(-1)}, {"number": Decimal(-1)}, {"number": 0.5},
        {"integer": Decimal(1)}, {"integer": True}, {"text": 1}, {"flag": 1}, {"flag": "yes"}, {"duration": "4h"},
        {"date_": datetime(2026, 1, 1)}, {"date_": "2026-01-01"}, {"instant": date(2026, 1, 1)}, {"ordered": "D"},
        {"ordered": 1}, {"person": 1}, {"other": "deal"},
    ],
)  # fmt: skip
def test_values_out_of_range(world: World, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(given)).rstrip("_")):
        world.Thing(**given)


def test_names_of_the_api_get_an_underscore(world: World) -> None:
    thing = world.Thing(class_="c", owner_="o", date_=date(2026, 1, 2), owner="anna")
    assert (thing.class_, thing.owner_, thing.owner, thing.date_) == ("c", "o", "anna", date(2026, 1, 2))
    assert thing.as_json()["fields"]["class"] == "c"


def test_defaults_are_filled_when_a_case_starts(world: World) -> None:
    from tests.backends.python.packages import NOON

    case = world.P.start(None, NOON, world.Thing())
    assert case.record.money == Decimal(5)
    assert case.record.flag is False


def test_records_are_values(world: World) -> None:
    one, two = world.Thing(text="a", id="7"), world.Thing(text="a", id="7")
    assert one == two
    assert hash(one) == hash(two)
    assert one != world.Thing(text="b", id="7")
    assert repr(one) == "Thing(text='a')"


def test_the_same_program_twice_is_the_same(world: World) -> None:
    text = (
        "processes:\n  p: {entity: deal, start: s, steps: {s: {role: clerk, outcomes: {go: e}}, e: {end: success}}}\n"
    )
    assert api.emit(program(text)) == api.emit(program(text))
