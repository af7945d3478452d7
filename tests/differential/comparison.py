"""What the reference and the generated machine must agree on, side by side."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.differential.generated import Generated, seconds
from tests.reference.cases import Refusal, owner_of
from tests.reference.evaluation import Record, World, read
from tests.reference.interpreter import RefCase


def shown(generated: Generated, base: str, value: Any) -> Any:
    """A value of the reference as the generated package shows it."""
    if base == "number":
        return value
    if base in ("money", "percent") and isinstance(value, Fraction):
        value = round(value * 10_000 if base == "percent" else value)
    return generated.outside(base, value)


def record_of_reference(generated: Generated, world: World, record: Record | None) -> Any:
    if record is None:
        return None
    found = {}
    for name, field in generated.spec.entities[record[""]].fields.items():
        assert field.type is not None
        if field.type.base == "reference":
            found[name] = record_of_reference(generated, world, record.get(name))
        elif field.derived is not None:
            found[name] = shown(generated, field.type.base, read(world, record, (name,)))
        else:
            found[name] = shown(generated, field.type.base, record.get(name))
    return found


def record_of_generated(generated: Generated, record: Any, facts: Any) -> Any:
    if record is None:
        return None
    found = {}
    for name, field in generated.spec.entities[record.entity].fields.items():
        assert field.type is not None
        known = record.FIELDS[name]
        # a number is shown to 28 digits, and kept exactly
        value = getattr(record, known.slot if field.type.base == "number" else known.attribute)
        value = value(facts) if known.situated else value
        found[name] = record_of_generated(generated, value, facts) if field.type.base == "reference" else value
    return found


def in_json(generated: Generated, entity: str, field: str, value: Any) -> Any:
    """A value of the reference as an effect of the generated machine holds it."""
    declared = generated.spec.entities[entity].fields[field].type
    assert declared is not None
    if value is None or isinstance(value, bool):
        return value
    if declared.base == "reference":
        fields = generated.spec.entities[value[""]].fields
        kept = [name for name, field in fields.items() if field.derived is None]
        return {name: in_json(generated, value[""], name, value.get(name)) for name in kept}
    if declared.base in ("money", "percent"):
        return format(generated.outside(declared.base, value), "f")
    if declared.base == "number":
        return str(Fraction(value))
    return value.isoformat() if declared.base in ("date", "instant") else value


def effects_of_reference(generated: Generated, case: RefCase) -> list[Any]:
    found: list[Any] = []
    for effect in case.effects:
        if effect[0] == "set":
            found.append(("set", *effect[1:3], in_json(generated, effect[1], effect[2], effect[3])))
        elif effect[0] == "open":
            entity = generated.spec.processes[effect[1]].entity
            assert entity is not None
            values = {name: in_json(generated, entity.name, name, value) for name, value in effect[2].items()}
            found.append(("open", effect[1], values))
        else:
            found.append(effect)
    return found


def of_record(value: Any) -> Any:
    """The fields alone where a value is a record, as in an effect."""
    return {name: of_record(one) for name, one in value["fields"].items()} if isinstance(value, dict) else value


def effects_of_generated(case: Any, expected: list[Any]) -> list[Any]:
    found: list[Any] = []
    for number, effect in enumerate(case.effects):
        data = effect.as_json()
        kind = data.pop("effect")
        if kind == "open":
            # what feedback says of itself besides the score is for people
            wanted = expected[number][2] if number < len(expected) and expected[number][0] == "open" else {}
            values = {k: v for k, v in data["values"].items() if k in wanted or k not in ("about", "from", "case")}
            found.append(("open", data["process"], {name: of_record(value) for name, value in values.items()}))
        else:
            found.append((kind, *(tuple(value) if isinstance(value, list) else value for value in data.values())))
    return found


def differences(generated: Generated, mine: RefCase | Refusal, theirs: Any, people: list[str]) -> dict[str, Any]:
    """What differs: aspect -> (reference, generated)."""
    if not isinstance(mine, RefCase) or not theirs:
        pair = (answer_of(mine), answer_of(theirs))
        return {"verdict": pair} if pair[0] != pair[1] else {}
    expected = effects_of_reference(generated, mine)
    dues = sorted((seconds(d.due), d.kind, d.state) for d in theirs.deadlines())
    pairs = {
        "states": (mine.states, theirs.states),
        "ended": (mine.ended, theirs.ended),
        "record": (
            record_of_reference(generated, mine.world(), mine.record),
            record_of_generated(generated, theirs.record, theirs.facts()),
        ),
        "owner": (owner_of(mine.data.record), theirs.record.owner),
        "effects": (expected, effects_of_generated(theirs, expected)),
        "deadlines": (sorted(mine.deadlines()), dues),
    }  # fmt: skip
    for name in people:
        person = generated.person(name)
        pairs[f"allowed to {name}"] = (mine.allowed(name), list(theirs.allowed(person)))
        pairs[f"visible to {name}"] = (mine.visible_to(name), list(theirs.visible_to(person)))
    return {aspect: pair for aspect, pair in pairs.items() if pair[0] != pair[1]}


def answer_of(answer: Any) -> str:
    rule = getattr(answer, "rule", None)
    return "accepted" if rule is None else str(rule)
