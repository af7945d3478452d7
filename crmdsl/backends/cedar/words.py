"""How Cedar writes names and joins tests; what is always true or never is left out."""

from __future__ import annotations

from collections.abc import Iterable

from crmdsl.conditions.cedar import RESERVED, quoted

TRUE, FALSE = "true", "false"
TYPES = RESERVED | {"datetime", "decimal", "duration", "ipaddr"}
"""Words that no type of ours is called by."""


def type_of(entity: str) -> str:
    """The type of the records of an entity; no two entities get one."""
    return f"{entity}_" if entity.rstrip("_") in TYPES else entity


def attribute(field: str) -> str:
    """A field's name in the schema."""
    return quoted(field) if field in RESERVED else field


def both(*tests: str) -> str:
    """All of them."""
    found = [test for test in dict.fromkeys(tests) if test != TRUE]
    if FALSE in found:
        return FALSE
    return " && ".join(f"({one})" if " || " in one else one for one in found) or TRUE


def one_of(*tests: str) -> str:
    """One of them."""
    found = [test for test in dict.fromkeys(tests) if test != FALSE]
    if TRUE in found:
        return TRUE
    return " || ".join(f"({one})" if " && " in one else one for one in found) or FALSE


def denied(test: str) -> str:
    """That it does not hold."""
    return {TRUE: FALSE, FALSE: TRUE}.get(test, f"!({test})")


def either(question: str, one: str, other: str) -> str:
    """One test where a question is answered with yes, else another."""
    if one == other:
        return one
    if one == TRUE:
        return one_of(question, other)
    return f"(if {question} then {one} else {other})"


def texts(words: Iterable[str]) -> str:
    """A set of texts."""
    return f"[{', '.join(quoted(word) for word in words)}]"


def role(name: str) -> str:
    """A role."""
    return f"Role::{quoted(name)}"


def holds(person: str, roles: Iterable[str]) -> str:
    """That a person holds one of some roles."""
    found = list(dict.fromkeys(roles))
    if not found:
        return FALSE
    return f"{person} in {role(found[0])}" if len(found) == 1 else f"{person} in [{', '.join(map(role, found))}]"
