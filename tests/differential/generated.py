"""The generated package of a spec, driven by the same traces as the reference."""

from __future__ import annotations

import atexit
import importlib.util
import inspect
import pkgutil
import py_compile
import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from crmdsl import api
from crmdsl.model.reader import read
from crmdsl.resolve.names import resolve
from crmdsl.resolve.resolved import Resolved
from crmdsl.syntax.loader import load_text
from tests.reference.evaluation import Record


class UnsoundError(Exception):
    """A spec that was to be sound has errors."""


def resolved(text: str, name: str) -> Resolved:
    """A spec read and resolved; raises `UnsoundError` if anything is wrong with it."""
    loaded = load_text({"spec.yaml": text}, name)
    spec, reading = read(loaded)
    found, resolving = resolve(spec)
    errors = [d for d in (*loaded.diagnostics, *reading, *resolving) if d.severity.value == "error"]
    if errors:
        raise UnsoundError("\n".join(f"{d.code} {d.span}: {d.message}" for d in errors))
    return found


class Generated:
    """The package that is emitted for a spec, imported."""

    def __init__(self, spec: Resolved, folder: Path, name: str) -> None:
        self.spec = spec.spec
        self.classes: dict[tuple[str, str], Any] = {}
        self.parameters: dict[tuple[type, str], Mapping[str, inspect.Parameter]] = {}
        self.name = name
        self.folder = folder
        from crmdsl.ir.lower import lower

        for file in api.emit(lower(spec)):
            path = folder / name / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
        compile_kernel(folder / name / "_kernel")
        sys.path.insert(0, str(folder))
        importlib.invalidate_caches()
        assert self.spec.company is not None
        self.digits = {"JPY": 0, "KWD": 3}.get(self.spec.company.currency, 2)
        self.package = importlib.import_module(name)
        self.organisation = self.module("organisation").ORGANISATION

    def close(self) -> None:
        """Forgets the package."""
        sys.path.remove(str(self.folder))
        for module in [name for name in sys.modules if name == self.name or name.startswith(f"{self.name}.")]:
            del sys.modules[module]

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.name}.{name}")

    def case_class(self, kind: str, name: str) -> Any:
        if (kind, name) not in self.classes:
            self.classes[kind, name] = self.find_class(kind, name)
        return self.classes[kind, name]

    def find_class(self, kind: str, name: str) -> Any:
        """The class of the cases of a process, or of a chain or handoff alone."""
        folder = self.module({"process": "processes", "approval": "approvals", "handoff": "handoffs"}[kind])
        for entry in pkgutil.iter_modules(folder.__path__):
            module = importlib.import_module(f"{folder.__name__}.{entry.name}")
            for found in vars(module).values():
                own = isinstance(found, type) and found.__module__ == module.__name__
                if own and getattr(getattr(found, "MACHINE", None), "name", None) == name:
                    return found
        raise LookupError(name)

    # values

    def outside(self, base: str, value: Any) -> Any:
        """A value as the generated package takes it."""
        if value is None or isinstance(value, bool):
            return value
        if base == "money" and isinstance(value, int):
            return Decimal(f"{value}E-{self.digits}")
        if base == "percent" and isinstance(value, int):
            return Decimal(f"{value}E-2")
        if base == "number":
            numerator, denominator = Fraction(value).as_integer_ratio()
            return Decimal(numerator) / Decimal(denominator)
        return value

    def record(self, record: Record | None) -> Any:
        """A record of the generated package."""
        if record is None:
            return None
        entity = self.spec.entities[record[""]]
        values = {}
        made: Any = self.record_class(entity.name)
        for name, field in entity.fields.items():
            if name in record and record[name] is not None:
                assert field.type is not None
                kept = record[name]
                attribute = made.FIELDS[name].attribute
                values[attribute] = self.record(kept) if isinstance(kept, dict) else self.outside(field.type.base, kept)
        return made(**values)

    def record_class(self, entity: str) -> Any:
        return next(
            found for found in vars(self.module("records")).values()
            if isinstance(found, type) and getattr(found, "entity", None) == entity
        )  # fmt: skip

    def values(self, entity: str, values: dict[str, Any]) -> dict[str, Any]:
        fields = self.spec.entities[entity].fields
        return {
            name: self.outside(fields[name].type.base, value) if name in fields and fields[name].type else value
            for name, value in values.items()
        }  # fmt: skip

    # acts

    def person(self, name: str | None) -> Any:
        if name is None:
            return None
        found = self.organisation.person(name)
        return found if found is not None else self.module("organisation").Person(name, roles=())

    def start(self, begun: dict[str, Any]) -> Any:
        made = self.case_class(begun["kind"], begun["name"])
        return made.start(by=self.person(begun["by"]), at=instant(begun["at"]), record=self.record(begun["record"]))

    def perform(self, case: Any, act: dict[str, Any], values: dict[str, Any]) -> Any:
        """Does an act of a trace; `values` are those of the act as the package takes them."""
        if act["do"] == "advance":
            return case.advance(instant(act["at"]))
        if act["do"] == "receive":
            return case.receive(act["event"], at=instant(act["at"]), values=values)
        return case.fire(
            act["event"], by=self.person(act["by"]), at=instant(act["at"]), values=values,
            reason=act["reason"], score=act["score"], date=None if act["date"] is None else instant(act["date"]),
            to=self.person(act.get("to")),
        )  # fmt: skip

    def by_method(self, case: Any, act: dict[str, Any], values: dict[str, Any]) -> tuple[Any, Any] | None:
        """The same act by the method of its event: what `can_…` says, what it gives; `None` where it does not fit."""
        plain = act.get("event", "").replace(".", "_")
        tried = [one for one in (plain, f"{plain}_", f"{plain}__") if one not in OF_OWNER.values()]
        name = next((one for one in (*tried, OF_OWNER.get(plain, "")) if self.has(case, one)), None)
        if name is None:
            return None
        parameters = self.parameters.get((type(case), name))
        if parameters is None:
            parameters = inspect.signature(getattr(case, name)).parameters
            self.parameters[type(case), name] = parameters
        given = {"by": self.person(act.get("by"))} if act.get("by") is not None else {}
        given |= {key: act[key] for key in ("reason", "score") if act.get(key) is not None}
        if name == "reassign_case" and act["to"] is not None:
            given["to"] = self.person(act["to"])
        if act.get("date") is not None:
            given["date"] = instant(act["date"])
        for field, value in values.items():
            api = field in ("by", "at", "reason", "score", "date")
            given[field if field in parameters and not api else f"{field}_"] = value
        needed = {key for key, one in parameters.items() if one.default is one.empty} - {"at"}
        if not needed <= set(given) <= set(parameters):
            return None
        at = instant(act["at"])
        return getattr(case, f"can_{name}")(at=at, **given), getattr(case, name)(at=at, **given)

    def has(self, case: Any, name: str) -> bool:
        """Whether a case has a method for an event, made for this process."""
        return name in vars(type(case)) and f"can_{name}" in vars(type(case))


OF_OWNER = {"reassign": "reassign_case", "reopen": "reopen_case"}
"""What the process owner does, unless the process has events of these names -> the methods."""
COMPILED: dict[str, Path] = {}
"""Modules of the kernel, the same in every package, as they were compiled once."""


@cache
def kernel_folder() -> Path:
    """A folder for the compiled kernel, gone when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="crmdsl_kernel_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def compile_kernel(folder: Path) -> None:
    """Spares Python compiling the kernel for every package."""
    for path in folder.glob("*.py"):
        if path.name not in COMPILED:
            kept = kernel_folder() / f"{path.name}c"
            py_compile.compile(str(path), str(kept), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
            COMPILED[path.name] = kept
        target = Path(importlib.util.cache_from_source(str(path)))
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(COMPILED[path.name], target)


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def seconds(at: datetime) -> int:
    return int(at.timestamp())
