"""Every key has an example, and the reader takes each of them as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from crmdsl.conditions.faults import SyntaxFault
from crmdsl.conditions.parser import parse
from crmdsl.model.access import Access
from crmdsl.model.declaration import keys_of
from crmdsl.model.kinds import ConditionKind, ExpressionKind, InlineKind, Key, ListKind, MapKind
from crmdsl.model.organisation import Company
from crmdsl.model.processes import STEP_KINDS, Branch, Step
from crmdsl.model.reader import read
from crmdsl.model.spec import SECTIONS
from crmdsl.syntax.loader import load_text

Put = Callable[[str], str]
COMPANY = "{name: A, currency: EUR, timezone: UTC, calendar: office}"
NEEDED = {
    "Level": "approver: area_manager", "Scenario": "process: order_to_cash", "Action": "by: agent, do: submit",
    "Kpi": "of: order_to_cash, measure: cycle_time",
}  # fmt: skip
"""Keys of which one must stand, though none of them alone."""
INSTEAD = {
    "manager_of": ("approver",), "named_in": ("approver",), "approval": ("process",), "handoff": ("process",),
    "after": ("by", "do"), "event": ("by", "do"), "external": ("department",),
}  # fmt: skip
"""Keys that stand instead of others."""


class Example(NamedTuple):
    """A key of a class, with how the body of that class becomes a file."""

    cls: type[Any]
    name: str
    key: Key
    put: Put

    def text(self) -> str:
        keys = dict(pair.split(": ", 1) for pair in NEEDED.get(self.cls.__name__, "").split(", ") if pair)
        keys |= {name: key.example for name, (_, key) in keys_of(self.cls).items() if key.required}
        for other in INSTEAD.get(self.name, ()):
            keys.pop(other, None)
        keys[self.name] = self.key.example
        return self.put("{" + ", ".join(f"{name}: {value}" for name, value in keys.items()) + "}")


def examples() -> Iterator[Example]:
    """Every key of every class of declarations, once."""
    waiting: list[tuple[type[Any], Put]] = [(Company, lambda body: f"crmdsl: 1\ncompany: {body}\n")]
    waiting += [(cls, within_section(name)) for name, cls in SECTIONS.items()]
    waiting += [(Access, lambda body: f"crmdsl: 1\ncompany: {COMPANY}\naccess: {body}\n")]
    seen = set()
    for cls, put in waiting:  # which grows on the way
        if cls not in seen:
            seen.add(cls)
            for name, (_, key) in keys_of(cls).items():
                yield Example(cls, name, key, put)
                waiting += inside(key, Example(cls, name, key, put))


def within_section(name: str) -> Put:
    return lambda body: f"crmdsl: 1\ncompany: {COMPANY}\n{name}:\n  a: {body}\n"


def inside(key: Key, around: Example) -> Iterator[tuple[type[Any], Put]]:
    if not isinstance(key.kind, InlineKind | ListKind | MapKind):
        return
    open_, close = ("{b: ", "}") if isinstance(key.kind, MapKind) else ("", "")

    def put(body: str) -> str:
        return around._replace(key=Key(key.kind, key.doc, f"{open_}{body}{close}", key.required)).text()

    for cls in STEP_KINDS.values() if key.kind.of is Step else [key.kind.of]:
        yield cls, put


EVERY = list(examples())


def test_there_are_all_of_them() -> None:
    assert len(EVERY) > 200
    assert {Company, Branch, *SECTIONS.values(), *STEP_KINDS.values()} <= {one.cls for one in EVERY}


@pytest.mark.parametrize("one", EVERY, ids=lambda one: f"{one.cls.__name__}.{one.name}")
def test_the_reader_takes_it(one: Example) -> None:
    assert one.key.example
    assert one.key.doc
    loaded = load_text({"a.yaml": one.text()})
    assert [str(fault.message) for fault in (*loaded.diagnostics, *read(loaded)[1])] == [], one.text()
    if isinstance(one.key.kind, ConditionKind | ExpressionKind):
        assert not isinstance(parse(one.key.example), SyntaxFault)
