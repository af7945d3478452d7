"""A report as data: all that the page says but its pictures, figures with their value, unit and text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from crmdsl.report.access.matrix import Mark, Sheet
from crmdsl.report.company.content import Content

VERSION = 1
_LEFT_OUT = frozenset({"atlas", "short", "short_clock"})
"""Pictures, and what stands in other words beside."""


def as_data(found: Content) -> dict[str, Any]:
    """The report as JSON values."""
    return {"report": VERSION, **_value(found)}


def _value(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _value(getattr(value, one.name)) for one in fields(value) if one.name not in _LEFT_OUT}
    if isinstance(value, Mapping):
        return {str(key): _value(inner) for key, inner in value.items()}
    if isinstance(value, Sheet | Mark):
        return {key: _value(inner) for key, inner in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_value(inner) for inner in value]
    return value
