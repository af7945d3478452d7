"""Readers of values that are maps or may be: labels, efforts, `late`, hours, assignments, values typed later."""

from __future__ import annotations

import re
from typing import Any

from crmdsl.diagnostics import Message
from crmdsl.model import kinds, parse
from crmdsl.model.declaration import Allow
from crmdsl.model.faults import BadName
from crmdsl.model.kinds import Key
from crmdsl.model.reading import repairs, repairs_times
from crmdsl.model.reading.context import Read, Reading
from crmdsl.model.reading.cuts import cuts, parts_of, report_cuts
from crmdsl.model.reading.refusals import (
    bad_name,
    bad_value,
    check_name,
    empty,
    missing_key,
    no_text,
    shown,
    torn,
    unknown_key,
    wrong_type,
)
from crmdsl.model.reading.scalars import condition_reader, constant_effort, many, ref_reader, value_reader
from crmdsl.model.values import Assignment, CutCondition, Effort, Label, Late, Ref, Window
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

LANGUAGE = re.compile(r"[a-z]{2}")
PATH = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,7}")
LABEL = Message("a text or a map of languages")
LATE = Message("`remind`, `escalate`, a map with `escalate`, or the name of an outcome")
HOURS = Message("a map from days to hours")
APART = Message('let them stand apart, as `["08:30-12:30", "14:00-18:00"]`')
MOST_VARIABLE = 100
"""The largest coefficient of variation that is taken for one."""


def label_reader(reading: Reading, name: str, _described: Key) -> Read:
    """Text, or a map of languages."""

    def read(at: Node, node: Node) -> Label | None:
        if type(node) is Scalar and not empty(node):
            return Label({"": node.value})
        if type(node) is not Mapping or not node.entries:
            wrong_type(reading, name, at, node, LABEL)
            return None
        texts: dict[str, str] = {}
        for language, (key, value) in node.entries.items():
            if not LANGUAGE.fullmatch(language):
                message = Message("`{language}` is no code of a language", language=shown(language))
                hint = torn(node.entries, key) or Message("two small letters, as `it` or `en`")
                bad_value(reading, key, message, hint)
            elif type(value) is Scalar and not empty(value):
                texts[language] = value.value
            else:
                wrong_type(reading, language, key, value, Message("a text"))
        return Label(texts)

    return read


def allow_reader(reading: Reading) -> Read:
    """A map from codes of diagnostics to reasons. Whether a code exists is a later question."""

    def read(at: Node, node: Node) -> dict[str, Allow] | None:
        if type(node) is not Mapping:
            hint = Message("say why: `allow: {{code: reason}}`")
            wrong_type(reading, "allow", at, node, Message("a map from codes to reasons"), hint=hint)
            return None
        found: dict[str, Allow] = {}
        for code, (key, value) in node.entries.items():
            if type(value) is Scalar and value.value.strip():
                found[code] = Allow(key, value.value)
            else:
                found[code] = Allow(key, "")
                no_text(
                    reading,
                    code,
                    key,
                    value,
                    Message("a reason"),
                    hint=Message("say why: `{code}: a reason`", code=code),
                )
        return found

    return read


def effort_reader(reading: Reading, name: str, described: Key) -> Read:
    """A duration, or a map of its mean and coefficient of variation."""
    duration = Key(kinds.DurationKind(), "", "45m")
    what = Message("a duration")
    constant = value_reader(reading, name, duration, constant_effort, what, repairs_times.effort)
    mean = value_reader(reading, "mean", duration, parse.parse_duration, what, repairs_times.effort)
    number = Key(kinds.NumberKind(high=MOST_VARIABLE), "", "0.5")
    cv = value_reader(reading, "cv", number, parse.parse_number, Message("a number"), repairs.number)

    def read(at: Node, node: Node) -> Effort | None:
        if type(node) is not Mapping:
            if isinstance(node, Scalar) and not empty(node):
                return constant(at, node)  # type: ignore[no-any-return]
            wrong_type(reading, name, at, node, Message("a duration, or a map of `mean` and `cv`"))
            return None
        if report_cuts(reading, node.entries, {"mean": described.kind, "cv": number.kind}.get):
            return None
        meant = report_others(reading, node, ("mean", "cv"))
        if "mean" not in node.entries:
            if not node.broken and "mean" not in meant:
                missing_key(reading, at, name, "mean", "45m")
            return None
        average = mean(*node.entries["mean"])
        spread = cv(*node.entries["cv"]) if "cv" in node.entries else parse.ONE
        return None if average is None or spread is None else Effort(average, spread)

    return read


def report_others(reading: Reading, node: Mapping, known: tuple[str, ...]) -> set[str | None]:
    """Report the keys of a small map that have no place in it. Gives the keys that were probably meant."""
    return {unknown_key(reading, at, known, node.entries) for key, (at, _) in node.entries.items() if key not in known}


def late_reader(reading: Reading, name: str, described: Key) -> Read:
    """What happens after a deadline."""
    roles = many(reading, "escalate", Key(kinds.RefKind(("roles",), many=True), "", "", required=True),
                 ref_reader(reading, "escalate"))  # fmt: skip

    def read(at: Node, node: Node) -> Late | None:
        if type(node) is Scalar and node.value:
            if node.value in ("remind", "escalate"):
                return Late(node.value, node)
            return Late("outcome", node, outcome=Ref(node.value, node))
        if type(node) is not Mapping:
            no_text(reading, name, at, node, LATE)
            return None
        report_others(reading, node, ("escalate",))
        if "escalate" not in node.entries:
            if not node.broken and not node.entries:
                missing_key(reading, at, name, "escalate", "area_manager", described.kind)
            return None
        at_key, value = node.entries["escalate"]
        superiors = roles(at_key, value)
        return None if superiors is None else Late("escalate", at_key, roles=superiors)

    return read


def hours_reader(reading: Reading, name: str, described: Key) -> Read:
    """Open hours by day of the week."""
    window = Key(described.kind, "", "08:30-12:30")
    one = value_reader(reading, name, window, parse.parse_window, Message("hours of a day"), repairs_times.window)
    quoted = Message('put hours in quotes and in a list: `["08:30-12:30", "14:00-18:00"]`')

    def read(at: Node, node: Node) -> tuple[tuple[Window, ...], ...] | None:
        if type(node) is not Mapping:
            wrong_type(reading, name, at, node, HOURS)
            return None
        week: list[list[Window]] = [[] for _ in range(7)]
        for days, (key, value) in node.entries.items():
            numbers = parse.parse_days(days)
            if numbers is None:
                reading.miss(name)
                bad_days(reading, key)
            items = value.items if isinstance(value, Sequence) else [value]
            if isinstance(value, Mapping) or (items and empty(items[0])):
                wrong_type(reading, days, key, value, Message("hours, or a list of them"), hint=quoted)
                continue
            for item in items:
                hours = one(item, item)
                if hours is not None and numbers is not None:
                    open_on(reading, week, numbers, hours, item)
        values = [value for _, value in node.entries.values()]
        if not node.broken and all(isinstance(value, Sequence) and not value.items for value in values):
            hint = Message('say when it is open: `mon-fri: ["09:00-13:00", "14:00-18:00"]`')
            bad_value(reading, node, Message("a calendar without any hours never opens"), hint)
        return tuple(tuple(sorted(day)) for day in week)

    return read


def bad_days(reading: Reading, key: Scalar) -> None:
    """A key under `hours` that is no day and no range of days."""
    message = Message("`{days}` is no day and no range of days in a week", days=shown(key.value))
    meant = repairs_times.days(key.value)
    hint = meant.hint if meant else Message("`mon` to `sun`, or a range as `mon-fri`")
    bad_value(reading, key, message, hint, meant.fix if meant else None)


def open_on(reading: Reading, week: list[list[Window]], days: range, hours: Window, node: Node) -> None:
    """Open some days at some hours, unless they are open then already."""
    for day in days:
        if any(other.start < hours.end and hours.start < other.end for other in week[day]):
            reading.miss("hours")
            bad_value(reading, node, Message("these hours overlap with others of the same day"), APART)
            return
    for day in days:
        week[day].append(hours)


def conditions_reader(reading: Reading, name: str, _described: Key) -> Read:
    """A map from words to conditions, in order."""

    def read(at: Node, node: Node) -> Any:
        if type(node) is not Mapping:
            wrong_type(reading, name, at, node, Message("a map from words to conditions"))
            return None
        found = []
        for word, (key, value) in node.entries.items():
            check_name(reading, key)
            condition = condition_reader(reading, word)(key, value)
            if condition is not None:
                found.append((Ref(word, key), condition))
        return tuple(found)

    return read


def assignments_reader(reading: Reading, name: str, _described: Key) -> Read:
    """A map from fields, or paths to them, to values or expressions."""

    def read(at: Node, node: Node) -> Any:
        if type(node) is not Mapping:
            wrong_type(reading, name, at, node, Message("a map from fields to values"))
            return None
        cut = {id(one.value): one for one in report_cuts(reading, node.entries, lambda _: None, BadName.at)}
        parts = parts_of(cut.values())
        found = []
        for path, (key, value) in node.entries.items():
            if id(key) in parts:
                continue
            if not PATH.fullmatch(path):
                bad_name(reading, key)
            elif (condition := condition_reader(reading, path)(key, value)) is not None:
                half = cut.get(id(value))
                found.append(Assignment(path, key, CutCondition(condition.node, half.start) if half else condition))
        return tuple(found)

    return read


def typed_later(reading: Reading, name: str, described: Key) -> Read:
    """A value whose type another declaration decides: only its shape is checked."""
    kind = described.kind
    form = kind.shape if isinstance(kind, kinds.ValueKind) else "records"

    def read(at: Node, node: Node) -> Node | None:
        if form == "scalar":
            fine = isinstance(node, Scalar) and not empty(node)
            expected = Message("a value")
        else:
            fine = isinstance(node, Mapping)
            expected = Message("a map")
        if not fine:
            hint = Message("write it like `{key}: {example}`", key=name, example=described.example)
            wrong_type(reading, name, at, node, expected, hint=hint)
            return None
        if isinstance(node, Mapping):
            for key, (at_key, value) in whole(node):
                check_inner(reading, form, key, at_key, value)
        return node

    return read


def whole(node: Mapping) -> list[tuple[str, tuple[Scalar, Node]]]:
    """The entries of a map without the rests of numbers that a comma has cut, which are told with their type."""
    parts = parts_of(cuts(node.entries)) if node.flow else ()
    return [entry for entry in node.entries.items() if id(entry[1][0]) not in parts]


def check_inner(reading: Reading, form: str, name: str, at: Scalar, node: Node) -> None:
    """The shape of a value inside a map that is typed later."""
    if form == "records":
        if isinstance(node, Mapping):
            for key, (at_key, value) in whole(node):
                check_inner(reading, "map", key, at_key, value)
        elif not empty(node):
            wrong_type(reading, name, at, node, Message("a map"))
    elif form == "lists":
        for item in node.items if isinstance(node, Sequence) else [node]:
            if not isinstance(item, Scalar) or empty(item):
                wrong_type(reading, name, at, item, Message("a text or a list of texts"))
    elif not isinstance(node, Scalar) or empty(node):
        wrong_type(reading, name, at, node, Message("a value"))


MAKERS = {
    kinds.LabelKind: label_reader,
    kinds.EffortKind: effort_reader,
    kinds.LateKind: late_reader,
    kinds.HoursKind: hours_reader,
    kinds.ConditionsKind: conditions_reader,
    kinds.AssignmentsKind: assignments_reader,
    kinds.ValueKind: typed_later,
    kinds.SectionValuesKind: typed_later,
}
"""Kinds that are maps or may be -> what makes a reader of them."""
