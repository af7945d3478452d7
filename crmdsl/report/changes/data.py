"""Differences as data for programs; the shape is described in docs/reference/diff.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from crmdsl.analysis.changes.change import Change, Class, Extent, Kind, Signer, Way
from crmdsl.diagnostics import Catalogue
from crmdsl.model.spec import Spec
from crmdsl.report.changes import access


def as_data(changes: Sequence[Change], catalogue: Catalogue | None, specs: tuple[Spec, Spec]) -> list[dict[str, Any]]:
    """The changes in order; `specs` are the older and the newer."""
    return [_change(change, catalogue, specs) for change in changes]


def counts(changes: Sequence[Change]) -> dict[str, int]:
    """How many changes there are, in all and by class."""
    found = {one.value: sum(one in change.classed for change in changes) for one in Class}
    return {"changes": len(changes), **found}


def _change(change: Change, catalogue: Catalogue | None, specs: tuple[Spec, Spec]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "section": change.section, "kind": change.kind.value, "where": list(change.place),
        "key": change.key or None, "before": _value(change.before), "now": _value(change.now),
        "classes": [one.value for one in change.classed],
    }  # fmt: skip
    if change.access is not None:
        found |= access.as_data(change.access, specs, change.kind)
    if change.kind in (Kind.DECIDED, Kind.GAINED, Kind.LOST):
        found["region"] = [_extent(one) for one in change.region]
        found["case"] = None if change.case is None else {"text": change.case, "values": change.values}
        found["partly"] = change.partly
    if change.reason is not None:
        found["reason"] = change.reason.text(catalogue)
    found["effects"] = [
        {"class": one.kind.value, "message": one.text.text(catalogue)}
        for one in change.effects
    ]  # fmt: skip
    if change.span is not None:
        found |= {"file": change.span.file, "line": change.span.line, "column": change.span.column}
    return found


def _value(value: Any) -> Any:
    if isinstance(value, Signer | Way):
        return {key: list(each) if isinstance(each, tuple) else each for key, each in asdict(value).items()}
    return [_value(one) for one in value] if isinstance(value, tuple | list) else value


def _extent(one: Extent) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "type": one.base}
    if one.ranges:
        found["ranges"] = [
            {"from": each.low, "to": each.high, "from_excluded": each.after, "to_excluded": each.short}
            for each in one.ranges
        ]  # fmt: skip
    if one.values or one.others:
        found["values"] = list(one.values)
        found["all_but"] = one.others
    return found | {"missing": one.missing, "given": one.known}
