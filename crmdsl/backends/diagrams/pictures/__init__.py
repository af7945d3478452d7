"""The kinds of picture: one module a kind, found by its place in this folder.

A module has `pictures(spec, language)`, which yields its `Picture`s of a spec, and may have `PLACE`, a number by
which the kinds are sorted (100 where there is none; kinds with the same number stand in the order of their names).
A spec that lacks what a kind shows gets none of it. What kinds share stands beside this folder.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from crmdsl.backends.diagrams.picture import Picture
from crmdsl.model.spec import Spec


def kinds() -> list[Any]:
    """The modules, in the order in which their pictures stand."""
    names = [entry.name for entry in pkgutil.iter_modules(__path__) if not entry.name.startswith("_")]
    found = [import_module(f"{__name__}.{name}") for name in sorted(names)]
    return sorted(found, key=lambda module: getattr(module, "PLACE", 100))


def all_pictures(spec: Spec, language: str) -> Iterator[Picture]:
    """Every picture of a spec, labels in `language`."""
    for kind in kinds():
        yield from kind.pictures(spec, language)
