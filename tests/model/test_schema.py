"""The JSON Schema takes what the language takes, and says something of every key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from crmdsl.model.schema import json_schema

ROOT = Path(__file__).parents[2]
SPECS = [*sorted((ROOT / "specs").rglob("*.yaml")), ROOT / "tests" / "golden" / "base.yaml"]
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


class Core(yaml.SafeLoader):
    """Types scalars as YAML 1.2 and editors do: `on`, `no` and dates are texts."""


Core.yaml_implicit_resolvers = {}
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(true|false)$"), list("tf"))
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("[-+]?[0-9]+$"), list("-+0123456789"))
Core.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789"))
Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("(~|null|)$"), ["~", "n", ""])


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
@pytest.mark.parametrize("loader", [yaml.BaseLoader, Core], ids=["texts", "typed"])
def test_it_takes_real_specs(path: Path, loader: Any) -> None:
    text = path.read_text(encoding="utf-8")
    assert [error.message for error in VALIDATOR.iter_errors(yaml.load(text, loader))] == []


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that the schema describes, with its own schema."""
    if isinstance(schema, dict):
        inner = schema.get("properties")
        for name, value in (inner if isinstance(inner, dict) else {}).items():
            yield f"{path}.{name}", value
        for name, value in schema.items():
            yield from properties(value, f"{path}.{name}")
    elif isinstance(schema, list):
        for value in schema:
            yield from properties(value, path)


KEYS = list(properties(SCHEMA))


def test_every_key_has_a_title_a_description_and_an_example() -> None:
    assert [path for path, key in KEYS if not {"title", "description", "examples"} <= set(key)] == []
    assert len(KEYS) > 250


def test_examples_are_valid() -> None:
    wrong = []
    for path, key in KEYS:
        validator = jsonschema.Draft7Validator({**key, "definitions": SCHEMA["definitions"]})
        wrong += [f"{path}: {error.message}" for example in key["examples"] for error in validator.iter_errors(example)]
    assert wrong == []


def test_it_is_flat() -> None:
    assert not {"oneOf", "anyOf"} & set(words(SCHEMA))


def words(schema: Any) -> Iterator[str]:
    """All keys of the schema."""
    for value in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from words(value)
    if isinstance(schema, dict):
        yield from schema


FAULTS = {
    "an unknown section": "{crmdsl: 1, role: {}}",
    "an unknown key": "{crmdsl: 1, roles: {a: {departments: sales}}}",
    "a bad name": "{crmdsl: 1, roles: {A: {department: sales}}}",
    "a list for a map": "{crmdsl: 1, roles: [a]}",
    "a missing key": "{crmdsl: 1, calendars: {a: {holidays: IT}}}",
    "a word of a closed list": "{crmdsl: 1, channels: {a: {kind: phone}}}",
    "no version": "{roles: {}}",
    "a map for a text": "{crmdsl: 1, territories: {a: {in: {b: c}}}}",
}


@pytest.mark.parametrize("text", FAULTS.values(), ids=FAULTS.keys())
def test_it_refuses(text: str) -> None:
    assert list(VALIDATOR.iter_errors(yaml.load(text, Core)))


def test_use_may_bring_what_must_stand() -> None:
    text = "{crmdsl: 1, calendars: {a: {hours: {mon: '09:00-10:00'}}, b: {use: a, holidays: IT}}}"
    assert not list(VALIDATOR.iter_errors(yaml.load(text, Core)))
