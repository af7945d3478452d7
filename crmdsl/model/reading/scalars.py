"""Readers of texts: one kind of value each, made once for a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmdsl.diagnostics import Message
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model import kinds, parse
from crmdsl.model.kinds import Key
from crmdsl.model.reading import repairs, repairs_times
from crmdsl.model.reading.context import Read, Reading
from crmdsl.model.reading.meant import Meant, Repair
from crmdsl.model.reading.refusals import (
    TEXT,
    bad_name,
    bad_value,
    bad_value_name,
    did_you_mean,
    empty,
    listed,
    no_text,
    plainly,
    shown,
    wrong_type,
)
from crmdsl.model.reading.troubles import field_type_trouble, money_trouble, odd_value, percent_trouble, quorum_or_join
from crmdsl.model.values import Condition, Effort, FieldType, Ref, Target
from crmdsl.syntax.nodes import Broken, Mapping, Node, Scalar, Sequence

Trouble = Callable[[str], Message | None]
ITEMS = Message("a text or a list of texts")
QUOTE = Message("put it in quotes: YAML reads `{{`, `[` and `: ` inside of a text as something else")


def value_reader(
    reading: Reading,
    name: str,
    described: Key,
    parse_text: Callable[[str], Any],
    what: Message,
    repair: Repair | None = None,
    trouble: Trouble | None = None,
) -> Read:
    """A reader of one text. What was read once is not parsed again; `trouble` says what is wrong in particular."""
    cache: dict[str, Any] = {}
    known = cache.get

    def read(at: Node, node: Node) -> Any:
        if type(node) is Scalar:
            text = node.value
            value = known(text)
            if value is not None:
                return value
            value = parse_text(text)
            if value is not None and beyond(described.kind, value) is None:
                cache[text] = value
                return value
            if reading.hushed(node):
                return None
            if not empty(node):
                reading.miss(name)
                if value is not None:
                    bad_value(reading, node, out_of_range(described.kind, text, value), in_words(described))
                    return None
                problem = trouble(text) if trouble else None
                problem = problem or Message("`{value}` cannot be read as {what}", value=shown(text), what=what)
                meant = repair(text) if repair and len(text) < 64 else None
                if meant is None:
                    bad_value(reading, node, problem, in_words(described))
                else:
                    bad_value(reading, node, problem, meant.hint, meant.fix)
                return None
        wrong_type(reading, name, at, node, what)
        return None

    return read


def in_words(described: Key) -> Message:
    """How a value is written that nobody can guess."""
    words = WORDS.get(type(described.kind))
    return words or Message("write it like `{example}`", example=described.example)


def beyond(kind: kinds.Kind, value: Any) -> Message | None:
    """How a value is out of its kind's range, `None` where it is inside."""
    low, high = getattr(kind, "low", None), getattr(kind, "high", None)
    if low is not None and value < low:
        return Message("less than {bound}, the least there can be", bound=bound(kind, low))
    if high is not None and value > high:
        return Message("more than {bound}, the most there can be", bound=bound(kind, high))
    return None


def out_of_range(kind: kinds.Kind, text: str, value: Any) -> Message:
    """What to say of a value that is out of its kind's range."""
    return Message("`{value}` is {limit}", value=shown(text), limit=beyond(kind, value))


def bound(kind: kinds.Kind, value: int) -> str:
    """A bound as it would be written."""
    return f"{value // 100}%" if isinstance(kind, kinds.PercentKind) else str(value)


def many(reading: Reading, name: str, described: Key, one: Read) -> Read:
    """A reader of a list of values, or of one alone."""

    def read(at: Node, node: Node) -> Any:
        if type(node) is Sequence:
            if not node.items and described.required and not node.broken:
                wrong_type(reading, name, at, node, ITEMS, hint=Message("at least one must stand here"))
            return tuple([value for item in node.items if (value := one(item, item)) is not None])
        if type(node) is Mapping:
            wrong_type(reading, name, at, node, ITEMS)
            return None
        value = one(at, node)
        return None if value is None else (value,)

    return read


def text_reader(reading: Reading, name: str) -> Read:
    """Any text but none."""

    def read(at: Node, node: Node) -> str | None:
        if type(node) is Scalar and (node.value or node.style is not None):
            return node.value
        wrong_type(reading, name, at, node, TEXT)
        return None

    return read


def ref_reader(reading: Reading, name: str) -> Read:
    """A name that something else declares; whether it does is a later question."""

    def read(at: Node, node: Node) -> Ref | None:
        if type(node) is Scalar and node.value:
            return Ref(node.value, node)
        no_text(reading, name, at, node, Message("a name"))
        return None

    return read


def word_reader(reading: Reading, name: str, *, dotted: bool, known: bool) -> Read:
    """A name that is declared by being used, or `known` from elsewhere, which is a later question."""

    def read(at: Node, node: Node) -> Ref | None:
        if type(node) is not Scalar or not node.value:
            no_text(reading, name, at, node, Message("a name"))
            return None
        parts = node.value.split(".") if dotted else [node.value]
        if not known and (len(parts) > 8 or not all(map(parse.is_name, parts))):
            bad_name(reading, node)
        return Ref(node.value, node)

    return read


def choice_reader(reading: Reading, name: str, values: tuple[str, ...]) -> Read:
    """One of some words."""
    words = frozenset(values)

    def read(at: Node, node: Node) -> str | None:
        if type(node) is Scalar and not empty(node):
            text = node.value
            if text in words:
                return text
            reading.miss(name)
            near = nearest(text, values)
            hint = did_you_mean(near) if near else Message("one of {words}", words=listed(values))
            fix = plainly(text) if plainly(text) in words else None
            bad_value(reading, node, Message("`{value}` is no `{key}`", value=shown(text), key=name), hint, fix)
            return None
        wrong_type(reading, name, at, node, Message("one of {words}", words=listed(values)))
        return None

    return read


def condition_reader(reading: Reading, name: str) -> Read:
    """The text of a condition or expression, which is parsed later."""

    def read(at: Node, node: Node) -> Condition | None:
        if type(node) is Scalar and not empty(node):
            return Condition(node)
        hint = None if isinstance(node, Scalar | Broken) else QUOTE
        wrong_type(reading, name, at, node, Message("a condition"), hint=hint)
        return None

    return read


def constant_effort(text: str) -> Effort | None:
    """A bare duration as touch time that does not vary."""
    mean = parse.parse_duration(text)
    return None if mean is None else Effort(mean, parse.ZERO)


Maker = Callable[[Reading, str, Key], Read]


def _value(parse_text: Callable[[str], Any], what: Message, repair: Repair | None = None) -> Maker:
    return lambda reading, name, described: value_reader(reading, name, described, parse_text, what, repair)


def _money(reading: Reading, name: str, described: Key) -> Read:
    currency = reading.currency
    return value_reader(
        reading, name, described, lambda text: parse.parse_money(text, currency), Message("an amount of money"),
        repairs.money(currency), lambda text: money_trouble(text, currency),
    )  # fmt: skip


def _percent(reading: Reading, name: str, described: Key) -> Read:
    what = Message("a percent")
    repair = repairs.rework if name == "rework" else repairs.percent
    return value_reader(reading, name, described, parse.parse_percent, what, repair, percent_trouble)


def target_reader(reading: Reading, name: str, described: Key) -> Read:
    """A bound and a value, which its measure types later."""
    one = value_reader(reading, name, described, parse.parse_target, Message("a target"))

    def read(at: Node, node: Node) -> Target | None:
        found = one(at, node)
        return None if found is None or not isinstance(node, Scalar) else Target(found[0], found[1], node)

    return read


def _type_meant(text: str) -> Meant | None:
    """`yes/no` as the type that it describes."""
    flags = {"yes/no", "y/n", "true/false", "sì/no", "si/no", "vero/falso"}
    return Meant("flag") if text.strip().lower() in flags else None


def _field_type(reading: Reading, name: str, described: Key) -> Read:
    what = Message("a type")
    one = value_reader(reading, name, described, parse.parse_field_type, what, _type_meant, field_type_trouble)

    def read(at: Node, node: Node) -> FieldType | None:
        if reading.hushed(node):
            return None
        odd = odd_value(node.value) if type(node) is Scalar and node.value not in fine else None
        if odd is not None:
            bad_value_name(reading, node, odd)
            return None
        found: FieldType | None = one(at, node)
        if found is not None and isinstance(node, Scalar):
            fine.add(node.value)
        return found

    fine: set[str] = set()
    return read


WORDS: dict[type[kinds.Kind], Message] = {
    kinds.QuorumKind: Message("`any`: one of them signs; `all`: one of each role; a number: as many persons"),
    kinds.JoinKind: Message("`all` branches, `any` one of them, or a number of them"),
    kinds.RateKind: Message("a rate is by the `hour`, `day` or `month`, as `40 per day`"),
}
"""What may stand, where one example would hide the others."""

MAKERS: dict[type[kinds.Kind], Maker] = {
    kinds.FlagKind: _value(parse.parse_flag, Message("`true` or `false`"), repairs.flag),
    kinds.IntegerKind: _value(parse.parse_integer, Message("a whole number"), repairs.integer),
    kinds.NumberKind: _value(parse.parse_number, Message("a number"), repairs.number),
    kinds.DurationKind: _value(parse.parse_duration, Message("a duration"), repairs_times.duration),
    kinds.RateKind: _value(parse.parse_rate, Message("a rate"), repairs_times.rate),
    kinds.InstantKind: _value(parse.parse_instant, Message("a date and time"), repairs_times.instant),
    kinds.YearsKind: _value(parse.parse_years, Message("years from 1900 to 2200")),
    kinds.QuorumKind: _value(quorum_or_join, Message("`any`, `all` or a number from 1"), repairs.quorum),
    kinds.JoinKind: _value(quorum_or_join, Message("`all`, `any` or a number from 1"), repairs.quorum),
    kinds.ManagerOfKind: _value(lambda text: text == "requester" or None, Message("the word `requester`")),
    kinds.MoneyKind: _money,
    kinds.PercentKind: _percent,
    kinds.FieldTypeKind: _field_type,
    kinds.TargetKind: target_reader,
    kinds.ConditionKind: lambda reading, name, _: condition_reader(reading, name),
    kinds.ExpressionKind: lambda reading, name, _: condition_reader(reading, name),
}
"""Kinds of one text -> what makes a reader of them."""


def scalar_maker(reading: Reading, name: str, described: Key) -> Read | None:
    """The reader of a key whose value is a text, or a list of texts; `None` where it is something else."""
    kind = described.kind
    if type(kind) in MAKERS:
        return MAKERS[type(kind)](reading, name, described)
    if isinstance(kind, kinds.DateRangesKind):
        what = Message("a day or a range of days")
        return many(
            reading,
            name,
            described,
            value_reader(reading, name, described, parse.parse_date_range, what, repairs_times.days_off),
        )
    if isinstance(kind, kinds.TextKind):
        one = text_reader(reading, name)
    elif isinstance(kind, kinds.RefKind):
        one = ref_reader(reading, name)
    elif isinstance(kind, kinds.WordKind):
        one = word_reader(reading, name, dotted=kind.dotted, known=kind.known)
    elif isinstance(kind, kinds.ChoiceKind):
        one = choice_reader(reading, name, kind.values)
    else:
        return None
    return many(reading, name, described, one) if kind.many else one
