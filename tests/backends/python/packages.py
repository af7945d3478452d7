"""Packages generated from small specs, imported from a temporary folder."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from crmdsl import api
from crmdsl.backends import GeneratedFile
from crmdsl.ir.program import Program

ROOT = Path(__file__).parents[3]
VALVOTECH = ROOT / "specs" / "valvotech"
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
"""A Monday, noon in Rome."""

COMPANY = """
crmdsl: 1
company: {name: Small, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-13:00", "14:00-18:00"]}}}
departments: {firm: {functions: [acquire, manage, quote, order, approve_order, collect]}}
roles:
  boss: {department: firm}
  lead: {department: firm, reports_to: boss, headcount: 2}
  clerk: {department: firm, reports_to: lead, headcount: 3}
  seller: {department: firm, reports_to: lead, headcount: 2}
integrations: {erp: {kind: erp, sends: [paid]}}
entities:
  client: {owner: seller, fields: {code: text, rating: optional C < B < A, debt: {type: money, from: erp}}}
  deal:
    owner: seller
    fields:
      client: client
      amount: {type: money, max: 1_000_000 EUR}
      rebate: {type: percent, max: 50%}
      net: {type: money, derived: amount * (100% - rebate)}
      notes: optional text
      sure: optional flag
access:
  grants:
    - {role: seller, can: [create, read, update], on: [deal, client]}
    - {role: clerk, can: [read, update], on: [deal, client], except: [rebate]}
    - {role: lead, can: read, on: deal}
"""


def program(text: str, name: str = "small") -> Program:
    """The program of a spec written down, which must have no error."""
    checked = api.check_text({"spec.yaml": COMPANY + text}, name)
    errors = [f"{d.code} {d.span}: {d.message}" for d in checked.diagnostics if d.severity.value == "error"]
    assert errors == []
    return checked.program


def written(files: list[GeneratedFile], folder: Path) -> Path:
    """The files of a package in a folder."""
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    return folder


@contextmanager
def imported(files: list[GeneratedFile], folder: Path, name: str) -> Iterator[ModuleType]:
    """A package, imported while the context lasts."""
    written(files, folder / name)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        for module in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
            del sys.modules[module]


class World:
    """A generated package with its persons, as tests use it."""

    def __init__(self, package: ModuleType) -> None:
        self.package = package

    def __getattr__(self, name: str) -> Any:
        return getattr(self.package, name)

    def who(self, role: str, number: int = 1) -> Any:
        """A person of a role."""
        return self.package.ORGANISATION.holders(role)[number - 1]

    def deal(self, **fields: Any) -> Any:
        """A deal of the first seller."""
        from decimal import Decimal

        given = {"amount": Decimal(100), "rebate": Decimal(5), "client": self.package.Client(code="x")} | fields
        return self.package.Deal(owner="seller_1", creator="seller_1", **given)
