"""The JSON Schema of the language (draft-07), for editors: completion, hints and first faults while typing.

It is flat on purpose, without unions of shapes, which spoil completion: where a text or a list may stand, `type`
lists both. YAML loaders of editors type `true` and `4` themselves, so that a text may be a boolean or a number.
What a text must look like is for `crmdsl validate` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from crmdsl.diagnostics import Catalogue
from crmdsl.model import kinds
from crmdsl.model.access import Access
from crmdsl.model.declaration import keys_of
from crmdsl.model.kinds import InlineKind, Kind, ListKind, MapKind
from crmdsl.model.organisation import Company
from crmdsl.model.parse_times import WEEKDAYS
from crmdsl.model.processes import STEP_KINDS, Branch, Step, Task
from crmdsl.model.reading.checks import UNLESS
from crmdsl.model.spec import SECTIONS

Schema = dict[str, Any]

SCALAR = ["string", "number", "boolean"]
NAME = "^[a-z][a-z0-9_]{0,63}$"
LANGUAGE = "^[a-z]{2}$"
COMPANY = "{name: Valvotech S.r.l., currency: EUR, timezone: Europe/Rome, calendar: office}"
DAYS = f"^({'|'.join(WEEKDAYS)})(-({'|'.join(WEEKDAYS)}))?$"
SECTION_DOCS = {
    "calendars": "When the company, or some of it, works",
    "departments": "Departments, with their class in Porter's value chain",
    "roles": "What people are in the company: who acts, sees, signs",
    "people": "Persons; where they are listed they, not headcounts, staff the roles",
    "territories": "Sales territories",
    "product_lines": "Product lines",
    "sales_network": "Units that sell",
    "channels": "Ways in which contacts arrive",
    "entities": "Kinds of records, with their fields",
    "processes": "Processes: the life of a case about a record",
    "approvals": "Approval chains",
    "handoffs": "Agreements between an internal customer and an internal supplier",
    "kpis": "Figures and their targets",
    "dashboards": "What roles see at a glance",
    "integrations": "Other systems",
    "scenarios": "Tests of the spec: given, when, then",
}
ALLOW: Schema = {
    "title": "allow",
    "description": "Diagnostics that are silenced here, each with its reason",
    "type": "object",
    "additionalProperties": {"type": "string"},
    "examples": [{"single-point-of-failure": "the owner stands in"}],
}
USE: Schema = {
    "title": "use",
    "description": "Take every key that is not set here from another declaration of the same section",
    "type": "string",
    "pattern": NAME,
    "examples": ["other_name"],
}


def json_schema(catalogue: Catalogue | None = None) -> Schema:
    """The schema of one file of a spec, its descriptions in the language of a catalogue."""
    schema = _schema()
    return schema if catalogue is None else described(schema, catalogue)


def described(schema: Any, catalogue: Catalogue) -> Any:
    """A schema, or a part of one, with its descriptions in the language of a catalogue."""
    if isinstance(schema, list):
        return [described(part, catalogue) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: described(part, catalogue) for name, part in schema.items()}
    if isinstance(schema.get("description"), str):
        told["description"] = catalogue.gettext(schema["description"])
    return told


def descriptions_of(schema: Any) -> Iterator[str]:
    """Every description in a schema, in its order."""
    if isinstance(schema, dict) and isinstance(schema.get("description"), str):
        yield schema["description"]
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from descriptions_of(part)


def _schema() -> Schema:
    properties: Schema = {
        "crmdsl": {
            "title": "crmdsl",
            "description": "The version of the language; it stands in every file",
            "type": ["string", "number"],
            "enum": ["1", 1],
            "examples": ["1"],
        },
        "company": entry("company", "The company; exactly one file declares it", ref(Company), COMPANY),
    }
    for name, cls in SECTIONS.items():
        properties[name] = entry(name, SECTION_DOCS[name], names(ref(cls)), "{}")
    access = {"type": ["object", "null"], "properties": properties_of(Access), "additionalProperties": False}
    properties["access"] = entry("access", "Who may see and do what", access, "{grants: [], separation: {}}")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A company in crmdsl",
        "description": "One file of a spec. All files of a folder make one spec.",
        "type": "object",
        "properties": properties,
        "required": ["crmdsl"],
        "additionalProperties": False,
        "definitions": definitions(),
    }


def definitions() -> dict[str, Schema]:
    """A schema for each class of declarations; all kinds of steps share one, and so do both forms of a branch."""
    found: dict[str, Schema] = {}
    waiting: list[Inner] = [Inner(Company, named=False), *(Inner(cls) for cls in SECTIONS.values()), *inside(Access)]
    for inner in waiting:  # which grows on the way
        if inner.cls.__name__ not in found:
            found[inner.cls.__name__] = body(inner)
            waiting += inside(inner.cls)
    return dict(sorted(found.items()))


class Inner(NamedTuple):
    """A class of declarations that stands inside of something: under names or not, and as a text or not."""

    cls: type[Any]
    named: bool = True
    shorthand: bool = False


def inside(cls: type[Any]) -> list[Inner]:
    """The classes of declarations that stand inside of one."""
    found = [key.kind for each in members(cls) for _, key in keys_of(each).values()]
    maps = [Inner(kind.of, shorthand=kind.shorthand is not None) for kind in found if isinstance(kind, MapKind)]
    return maps + [Inner(kind.of, named=False) for kind in found if isinstance(kind, InlineKind | ListKind)]


def members(cls: type[Any]) -> list[type[Any]]:
    """The classes whose keys a schema has: all kinds for a step, and those of a task for a branch."""
    return list(STEP_KINDS.values()) if cls is Step else [Branch, Task] if cls is Branch else [cls]


def body(inner: Inner) -> Schema:
    """The schema of a declaration's body; one without keys that must stand may be empty."""
    cls, classes = inner.cls, members(inner.cls)
    properties: Schema = {}
    for each in classes:
        properties |= {name: schema for name, schema in properties_of(each).items() if name not in properties}
    if cls is Branch:
        del properties["outcomes"]
    properties |= {"allow": ALLOW, **({"use": USE} if inner.named else {})}
    keys = keys_of(cls) if classes == [cls] else {}
    required = [name for name, (_, key) in keys.items() if key.required and UNLESS.get(cls, ("",))[0] != name]
    types = ["object", *(SCALAR if inner.shorthand else []), *([] if required else ["null"])]
    schema = {
        "title": cls.__name__,
        "description": (cls.__doc__ or "").split("\n")[0],
        "type": types if len(types) > 1 else "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if required and inner.named:
        return {**schema, "if": {"required": ["use"]}, "else": {"required": required}}
    return {**schema, "required": required} if required else schema


def properties_of(cls: type[Any]) -> Schema:
    """The keys of a class."""
    return {
        name: entry(name, key.doc + ("; it must stand" if key.required else ""), of_kind(key.kind), key.example)
        for name, (_, key) in keys_of(cls).items()
    }


def entry(name: str, doc: str, schema: Schema, example: str) -> Schema:
    """A key with what an editor shows of it. Draft-07 ignores what stands beside a `$ref`, so that one is wrapped."""
    if "$ref" in schema:
        schema = {"allOf": [schema]}
    # Examples are what an editor would type: texts, and lists and maps of them.
    return {"title": name, "description": doc, **schema, "examples": [yaml.load(example, yaml.BaseLoader)]}  # noqa: S506


def ref(cls: type[Any]) -> Schema:
    """A reference to the schema of a class."""
    return {"$ref": f"#/definitions/{cls.__name__}"}


def names(declaration: Schema) -> Schema:
    """A map from names."""
    return {"type": ["object", "null"], "patternProperties": {NAME: declaration}, "additionalProperties": False}


def of_kind(kind: Kind) -> Schema:
    """The shape that a kind of value has."""
    if isinstance(kind, MapKind):
        return names(ref(kind.of))
    if isinstance(kind, InlineKind):
        return ref(kind.of)
    if isinstance(kind, ListKind):
        alone = body(Inner(kind.of, named=False))["properties"]
        return {"type": ["array", "object", "null"], "items": ref(kind.of), "properties": alone,
                "additionalProperties": False}  # fmt: skip
    if isinstance(kind, kinds.ValueKind):
        return dict(VALUES[kind.shape])
    if type(kind) in SHAPES:
        return dict(SHAPES[type(kind)])
    return texts(kind)


def texts(kind: Kind) -> Schema:
    """A text, or a list of texts where one is allowed."""
    if isinstance(kind, kinds.FlagKind):
        return {"type": ["boolean", "string"], "enum": [True, False, "true", "false"]}
    listed = getattr(kind, "many", False) or isinstance(kind, kinds.DateRangesKind)
    if isinstance(kind, kinds.ChoiceKind):
        one: Schema = {"type": "string", "enum": list(kind.values)}
        return {"type": ["string", "array"], "items": one} if listed else one
    return {"type": [*SCALAR, "array"], "items": {"type": SCALAR}} if listed else {"type": SCALAR}


def map_of(*types: str, **more: Any) -> Schema:
    """A map or a text, with the keys that the map may have."""
    return {"type": [*types, "object"], **more}


VALUES: dict[str, Schema] = {
    "scalar": {"type": SCALAR},
    "map": {"type": "object", "additionalProperties": {"type": SCALAR}},
    "lists": {"type": "object", "additionalProperties": {"type": [*SCALAR, "array"], "items": {"type": SCALAR}}},
}
"""Shapes of values that are typed by another declaration."""
SHAPES: dict[type[Kind], Schema] = {
    kinds.LabelKind: map_of(*SCALAR, patternProperties={LANGUAGE: {"type": SCALAR}}, additionalProperties=False),
    kinds.EffortKind: map_of(
        *SCALAR,
        properties={
            "mean": {"title": "mean", "description": "The mean", "type": SCALAR, "examples": ["45m"]},
            "cv": {
                "title": "cv",
                "description": "The coefficient of variation: 0 never varies, 1 is exponential",
                "type": SCALAR,
                "examples": ["0.5"],
            },
        },
        additionalProperties=False,
    ),
    kinds.LateKind: map_of(
        *SCALAR,
        properties={
            "escalate": {
                "title": "escalate",
                "description": "The roles that are added",
                "type": ["string", "array"],
                "items": {"type": "string"},
                "examples": ["area_manager"],
            }
        },
        additionalProperties=False,
    ),
    kinds.HoursKind: {
        "type": "object",
        "patternProperties": {DAYS: {"type": ["string", "array"], "items": {"type": "string"}}},
        "additionalProperties": False,
    },
    kinds.ConditionsKind: {
        "type": "object", "patternProperties": {NAME: {"type": SCALAR}}, "additionalProperties": False,
    },
    kinds.AssignmentsKind: VALUES["map"],
    kinds.SectionValuesKind: {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
}  # fmt: skip
"""Kinds of values that are not a text or a list of texts."""
