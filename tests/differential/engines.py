"""Worlds for engines of policies: what a target can say of a generated spec, its files, and records as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any

from crmdsl.api import emit_for
from crmdsl.backends.faults import NotExpressible
from crmdsl.diagnostics import Diagnostic
from crmdsl.ir.lower import lower
from crmdsl.ir.program import Program
from crmdsl.model.currencies import DECIMALS
from tests.differential.generated import resolved
from tests.generators.policies import World, policy, world
from tests.reference.evaluation import Record

Files = dict[str, str]


def files_of(target: str, program: Program) -> Files:
    return {file.path: file.text for file in emit_for(target, program)}


def sayable(
    targets: Iterable[str], seed: int, requests: int, records: int, written: Callable[[str], str] = str
) -> World:
    """The world of a seed, without the grants and rules that one of some targets cannot say.

    Where Casbin is among them it is a plain one; `written` changes the text of the spec.
    """
    without: set[object] = set()
    while True:
        text = written(policy(seed, without, plain="casbin" in targets))
        program = lower(resolved(text, f"policy_{seed}"))
        wrong = {
            of_line(program, one.span.line, without) for target in targets for one in unsaid(target, program)
        }  # fmt: skip
        if not wrong:
            return world(seed, requests, records, text)
        assert not wrong <= without, wrong
        without |= wrong


def unsaid(target: str, program: Program) -> tuple[Diagnostic, ...]:
    """What a target cannot say of a program."""
    try:
        emit_for(target, program)
    except NotExpressible as refused:
        return refused.diagnostics
    return ()


def of_line(program: Program, line: int, without: set[object]) -> object:
    """The number of the grant, or the name of the rule, that a line is of."""
    access = program.spec.access
    rules = [name for name, rule in access.separation.items() if rule.name_span.line == line]
    before = [place for place, grant in enumerate(access.grants) if grant.name_span.line <= line]
    numbers = [number for number in range(len(access.grants) + len(without)) if number not in without]
    return rules[0] if rules else numbers[before[-1]]


def module(text: str) -> ModuleType:
    """The module of a target that makes requests."""
    found = ModuleType("ask")
    exec(compile(text, "ask.py", "exec"), found.__dict__)
    return found


class Telling:
    """Records of a world as they are told from outside."""

    def __init__(self, world: World) -> None:
        self.spec = world.resolved.spec
        assert self.spec.company is not None
        self.digits = {"money": DECIMALS[self.spec.company.currency], "percent": 2}

    def record(self, record: Record, name: str) -> dict[str, Any]:
        """A record with what is known around it."""
        found = {key.removeprefix("#"): value for key, value in record.items() if key.startswith("#")}
        return found | {"id": name, "fields": self.fields(record)}

    def fields(self, record: Record) -> dict[str, Any]:
        declared = self.spec.entities[record[""]].fields
        return {
            name: self.value(declared[name].type.base, value)  # type: ignore[union-attr]
            for name, value in record.items() if name and not name.startswith("#") and declared[name].derived is None
        }  # fmt: skip

    def value(self, base: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {"fields": self.fields(value)}
        if isinstance(value, date):
            return value.isoformat()
        if base in self.digits and value is not None:
            sign, size = "-" * (value < 0), str(abs(value)).rjust(self.digits[base] + 1, "0")
            cut = len(size) - self.digits[base]
            return f"{sign}{size[:cut]}.{size[cut:]}" if self.digits[base] else sign + size
        return str(value) if isinstance(value, Fraction) else value


NONSENSE: list[dict[str, Any]] = [
    {"actor": "nobody_here"}, {"actor": ""}, {"actor": None}, {"actor": ["anna"]}, {"action": "approve"},
    {"action": ""}, {"action": None}, {"field": "no_such_field"}, {"field": 3}, {"field": ["amount"]},
    {"entity": "no_such_entity"}, {"entity": None}, {"record": None}, {"record": []}, {"record": {"fields": []}},
    {"record": {"amount": "3.00"}}, {"record": {"fields": {"no_such_field": 1}}}, {"actor": "\ud800"},
    *({"record": {"fields": {"amount": amount}}} for amount in (
        3.5, True, "3.001", "NaN", "1e9", "", "٣", 10**30, "9" * 50, [], {"fields": {}}, Decimal("Infinity"),
        Decimal("1e400"),
    )),
    *({"record": {"fields": {name: value}}} for name, value in (
        ("rush", "true"), ("rush", 1), ("kind", "unheard"), ("team", "unheard"), ("due", "tomorrow"),
        ("due", "2026-13-01"), ("due", "2026-01-01T10:00"), ("due", 20260101), ("called", "2026-01-01T10:00+01:00"),
        ("called", "2026-01-01T10:00:00.000001"), ("remark", 3), ("remark", "\ud800"), ("lead", {"name": "anna"}),
        ("client", "acme"), ("client", {"fields": {"no_such_field": 1}}), ("quantity", 3.5), ("spent", "2d"),
    )),
    *({"record": {"fields": {}, key: value}} for key in ("id", "owner", "creator", "requester", "process")
      for value in (3, ["anna"], {}, "\ud800")),
    *({"record": {"fields": {}, key: value}} for key in ("states", "writers", "signers")
      for value in (3, {"anna": 1}, [3], [None], ["\ud800"])),
]  # fmt: skip
"""What is put into a request that makes sense, so that it does not; a person who is unknown is denied as well."""


MUTANTS = {
    "a dropped separation": (r"never_both:(\s*- |\s*\[)(order|client)\.\w+", r"never_both:\1improvement.export"),
    "< for <=": (r"(when: .*?) <= ", r"\1 < "),
    "a lost not": (r"(when: ['\"]?)not ", r"\1"),
    "a wider scope": (r"scope: own", "scope: all"),
}
