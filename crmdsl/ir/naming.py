"""Names of the spec as Python identifiers."""

from __future__ import annotations

import keyword
import re


def identifier(name: str, taken: frozenset[str] = frozenset()) -> str:
    """A name as it can stand in Python: with an underscore behind where it is a keyword or taken by the API.

    No two names become one: where `class` is `class_`, `class_` is `class__`.
    """
    name = name.replace(".", "_")
    return f"{name}_" if _clashes(name.rstrip("_"), taken) else name


def class_name(name: str, taken: frozenset[str] = frozenset()) -> str:
    """`order_to_cash` → `OrderToCash`; underscores that no letter follows stay, so that `a_1` is not `a1`."""
    bare = name.rstrip("_")
    found = re.sub(r"(?:^|_)([a-z])", lambda at: at[1].upper(), bare)
    clash = "_" if keyword.iskeyword(found) or found in taken else ""
    return found + name[len(bare) :] + clash


def package_name(name: str) -> str:
    """The package of a spec: `my-company` → `my_company`."""
    found = re.sub(r"\W", "_", name, flags=re.ASCII).lower() or "company"
    found = f"_{found}" if found[0].isdigit() else found
    return f"{found}_" if _clashes(found, frozenset()) else found


def _clashes(name: str, taken: frozenset[str]) -> bool:
    return keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in taken
