"""Names of the spec as Python identifiers."""

from __future__ import annotations

import keyword
import re


def identifier(name: str, taken: frozenset[str] = frozenset()) -> str:
    """A name as it can stand in Python: with an underscore behind where it is a keyword or taken by the API."""
    name = name.replace(".", "_")
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in taken else name


def class_name(name: str, taken: frozenset[str] = frozenset()) -> str:
    """`order_to_cash` → `OrderToCash`."""
    found = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    return f"{found}_" if keyword.iskeyword(found) or found in taken else found


def package_name(name: str) -> str:
    """The package of a spec: `my-company` → `my_company`."""
    found = re.sub(r"\W", "_", name, flags=re.ASCII).lower() or "company"
    found = f"_{found}" if found[0].isdigit() else found
    return identifier(found)
