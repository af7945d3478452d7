"""Names in the generated package: identifiers that hide nothing of the API, and classes of entities and processes."""

from __future__ import annotations

import builtins
from collections.abc import Iterable

from crmdsl.ir.naming import class_name, identifier

SCOPE = frozenset("property classmethod object int str bool date datetime".split())
"""Names that the classes themselves use."""
RECORD_API = SCOPE | frozenset(
    "id owner creator entity FIELDS KEPT replace replaced copied having owned defaulted as_json from_json content self "
    "mro".split()
)
CASE_API = SCOPE | frozenset(
    "record organisation effects history state states ended at trail deadlines facts begun start fire receive advance "
    "check filled priority why_not allowed visible_to writable_by to_json from_json restored token kept self mro "
    "reassign_case can_reassign_case reopen_case can_reopen_case".split()
)
PARAMETERS = frozenset("self by at reason score date".split())
MODULE_API = frozenset("Person Organisation ORGANISATION STRUCTURE PEOPLE ZONE CLOCK GRANTS OWNERS RULES Role".split())
KERNEL_CLASSES = frozenset(
    """
    Agreement ApprovalStep Assign Block Body Call Calendar Case Chain Clock Date Decide Duration End Enum Exception
    Facts Feedback Field Flag Fraction Grant Grants Group HandoffStep Instant Integer Late Level Machine Money NotGiven
    Number Opens Outcome Percent Permitted PersonName Record Reference Refusal Rule Structure Task Text Timer Unit Wait
    When Word Zone Decimal Literal Mapping Callable ClassVar Any Sequence
    """.split()
)
BUILTINS = frozenset(dir(builtins))


def class_of(name: str) -> str:
    """The class of an entity or process."""
    return class_name(name, KERNEL_CLASSES | MODULE_API | BUILTINS)


def attribute(name: str) -> str:
    """The attribute of a field."""
    return identifier(name, RECORD_API)


def parameter(name: str) -> str:
    """The keyword argument of a field in the method of an event."""
    return identifier(name, PARAMETERS)


def constant(name: str) -> str:
    """The constant of a role, calendar or field."""
    return identifier(name.upper(), MODULE_API)


def module(name: str) -> str:
    """The module of a process, chain or handoff."""
    return identifier(name)


def methods(events: Iterable[str]) -> dict[str, str]:
    """The methods of some events, none of which hides another, its `can_…` or the API."""
    found: dict[str, str] = {}
    taken: set[str] = set(CASE_API)
    for event in events:
        method = identifier(event, CASE_API)
        while method in taken or f"can_{method}" in taken:
            method += "_"
        taken |= {method, f"can_{method}"}
        found[event] = method
    return found
