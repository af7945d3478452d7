"""A table of cases as a test of the generated package, for pytest.

It is parametrized by a hook and imports nothing of pytest, so that each module of a package can be imported everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from crmdsl.analysis.boundaries import Column, Row, Special, Table
from crmdsl.backends.python import names
from crmdsl.backends.python.source import docstring, literal
from crmdsl.conditions.regions import Somebody
from crmdsl.conditions.regions.space import instant
from crmdsl.model.chains import Approval
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.spec import Spec
from crmdsl.report.tables.words import Words

USUAL_DAY = date(2026, 1, 12)
HEAD = """from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from .. import records
from .._kernel.conditions import Facts, holds
from .._kernel.verdicts import Refusal
from ..approvals import {module} as approval
from ..calendars import CLOCK, ZONE
from ..chains.{module} import CHAIN
from ..organisation import ORGANISATION, Organisation, Person

"""
BODY = '''

def pytest_generate_tests(metafunc: Any) -> None:
    """One test a case."""
    if "record" in metafunc.fixturenames:
        metafunc.parametrize(("record", "day", "people", "requester", "levels"), CASES)


def test_who_signs_each_level() -> None:
    """The roles of each level (or the manager of who asks, or the field that names a person), and how many sign."""
    found: dict[str, tuple[tuple[str, ...], int | str]] = {{}}
    for level in CHAIN.levels:
        roles = level.approvers.names if level.approvers else ("manager of requester",) if level.manager else ()
        found[level.name] = (roles or (".".join(level.named),), "all" if level.all_roles else level.count)
    assert found == SIGNERS


def test_who_decides(
    record: records.{record}, day: dt.date, people: tuple[Person, ...], requester: str, levels: tuple[str, ...]
) -> None:
    """The levels that sign a case, by the conditions; where it is started without a requester, it stands there."""
    organisation = Organisation(people) if people else ORGANISATION
    at = dt.datetime.combine(day, dt.time(12))  # without a zone: the company's local time
    facts = Facts(organisation, ZONE, CLOCK.seconds(at), (), organisation.person(requester))
    signing = tuple(level.name for level in CHAIN.levels if holds(level.when, record, facts))
    assert (signing if CHAIN.ladder else signing[:1]) == levels
    if not requester:
        case = approval.{case}.start(None, at, record, organisation)
        if isinstance(case, Refusal):
            assert case.rule == "out-of-years"  # the calendar ends before the level's time limit
        else:
            assert case.state == (levels[0] if levels else {otherwise})
'''
Tree = dict[str, Any]


class Unwritable(Exception):
    """A value that no literal of Python is exactly."""


def tests(table: Table, words: Words) -> str | None:
    """The text of the test; `None` where it would have no case."""
    spec, chain = words.spec, table.chain
    entity = chain.entity.name if chain.entity else ""
    cases = [case for row in table.rows if (case := _case(spec, entity, table, row)) is not None]
    if not cases:
        return None
    ending = "approved" if chain.otherwise == "approve" else "rejected"
    head = docstring(f"Who decides the cases at the limits of `{chain.name}`.", indent=0) + "\n\n"
    listed = "".join(f"    {case},\n" for case in cases)
    kinds = f"tuple[records.{names.class_of(entity)}, dt.date, tuple[Person, ...], str, tuple[str, ...]]"
    body = BODY.format(record=names.class_of(entity), case=names.class_of(chain.name), otherwise=literal(ending))
    imports = HEAD.format(module=names.module(chain.name))
    listed = f"# fmt: off\nCASES: list[{kinds}] = [\n{listed}]\n{_signers(chain)}# fmt: on\n"  # a line, however long
    if "Decimal(" not in listed:
        imports = imports.replace("from decimal import Decimal\n", "")
    return head + imports + listed + body


def _signers(chain: Approval) -> str:
    """Who signs each level, and how many."""
    found = []
    for level in chain.levels.values():
        names = tuple(ref.name for ref in level.approver)
        if level.manager_of:
            names = ("manager of requester",)
        elif level.named_in is not None:
            names = (level.named_in.name,)
        many = "all" if level.quorum == "all" and level.approver else level.quorum
        found.append(f"    {literal(level.name)}: ({literal(names)}, {literal(1 if many == 'any' else many)}),\n")
    return f"SIGNERS: dict[str, tuple[tuple[str, ...], int | str]] = {{\n{''.join(found)}}}\n"


def _case(spec: Spec, entity: str, table: Table, row: Row) -> str | None:
    """A case as the arguments of the test, `None` where it cannot be written in Python."""
    tree: Tree = {}
    people: dict[str, Somebody] = {}
    day, requester = USUAL_DAY, ""
    for column, value in zip(table.columns, row.filled, strict=True):
        if isinstance(value, Somebody):
            people[value.name] = value
        if column.name == "requester":
            requester = value.name if isinstance(value, Somebody) else ""
        elif column.name == "today" and not isinstance(value, Somebody):
            day = date.fromordinal(value)
        else:
            _put(tree, column, value)
    if not 2020 < day.year < 2040:
        return None
    try:
        record = _record(spec, entity, tree)
    except Unwritable:
        return None
    staff = "".join(f"{_person(one)}, " for one in people.values())
    levels = "".join(f"{literal(name)}, " for name in row.levels)
    on = f"dt.date({day.year}, {day.month}, {day.day})"
    return f"({record}, {on}, ({staff.rstrip()}), {literal(requester)}, ({levels.rstrip()}))"


def _put(tree: Tree, column: Column, value: Any) -> None:
    """Put a value where its path leads; a record that is missing has no fields."""
    *way, last = column.path
    for part in way:
        inner = tree.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    if value is Special.MISSING:
        if column.base == "reference":
            tree[last] = None
        return
    if column.base == "reference":
        tree.setdefault(last, {})
    else:
        tree[last] = (column.base, value)


def _record(spec: Spec, entity: str, tree: Mapping[str, Any]) -> str:
    """A record with some fields, as Python."""
    given = []
    for name, value in tree.items():
        if value is None:
            continue
        field = spec.entities[entity].fields[name]
        if isinstance(value, dict):
            text = _record(spec, field.type.entity if field.type else "", value)
        else:
            text = _literal(spec, *value)
        given.append(f"{names.attribute(name)}={text}")
    return f"records.{names.class_of(entity)}({', '.join(given)})"


def _literal(spec: Spec, base: str, value: Any) -> str:
    """A value as Python gives it to a field. Raises `Unwritable`."""
    if base == "money":
        digits = DECIMALS.get(spec.company.currency if spec.company else "", 2)
        return _decimal(Fraction(value, 10**digits))
    if base == "percent":
        return _decimal(Fraction(value, 100))
    if base == "number":
        return _decimal(Fraction(value))
    if base == "date":
        day = date.fromordinal(value)
        return f"dt.date({day.year}, {day.month}, {day.day})"
    if base == "instant":
        return repr(instant(value)).replace("datetime.", "dt.", 1)
    return literal(value.name if isinstance(value, Somebody) else value)


def _decimal(value: Fraction) -> str:
    """An exact decimal. Raises `Unwritable` where it has no end."""
    for digits in range(19):
        if (value * 10**digits).denominator == 1:
            whole = int(value * 10**digits)
            text = str(abs(whole)).rjust(digits + 1, "0")
            sign = "-" if whole < 0 else ""
            return f'Decimal("{sign}{text[: len(text) - digits]}{"." if digits else ""}{text[len(text) - digits :]}")'
    raise Unwritable


def _person(one: Somebody) -> str:
    """A person as Python."""
    more = "".join(
        f", {key}={literal(value)}" for key, value in (("unit", one.unit), ("territory", one.territory)) if value
    )
    return f"Person({literal(one.name)}, {literal(tuple(sorted(one.roles)))}{more})"
