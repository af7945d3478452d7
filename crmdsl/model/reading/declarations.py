"""Declarations out of nodes: one loop for all classes, driven by a plan made once for each class."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from crmdsl.diagnostics import Message
from crmdsl.diagnostics.nearest import Dictionary
from crmdsl.model import kinds
from crmdsl.model.chains import Level
from crmdsl.model.declaration import Declaration, keys_of
from crmdsl.model.kinds import Key
from crmdsl.model.organisation import Department
from crmdsl.model.processes import STEP_KINDS, Step
from crmdsl.model.quality import Action, Scenario
from crmdsl.model.reading import structures
from crmdsl.model.reading.checks import CHECKS, UNLESS
from crmdsl.model.reading.context import STRUCTURE, Read, Reading
from crmdsl.model.reading.cuts import parts_of, report_cuts
from crmdsl.model.reading.refusals import check_name, empty, listed, missing_key, shown, torn, unknown_key, wrong_type
from crmdsl.model.reading.scalars import scalar_maker
from crmdsl.model.reading.uses import Link, inherited
from crmdsl.model.values import Condition, CutCondition
from crmdsl.syntax.faults import TooLarge
from crmdsl.syntax.limits import MAX_DECLARATIONS
from crmdsl.syntax.nodes import Broken, Mapping, Node, Scalar, Sequence

Entries = dict[str, tuple[Scalar, Node]]
BODY = Message("a map of keys")
EITHER = Message("a text or a map of keys")
NAMES = Message("a map from names to declarations")
LEADING: dict[type[Any], tuple[str, ...]] = {Level: ("approver",), Scenario: ("process", "when", "then")}
"""What is shown of a class no key of which must stand by itself."""


PARTS = frozenset({
    "part_of", "parent", "in", "of", "under", "belongs_to", "department", "reports_to", "parte_di", "di", "sotto",
    "padre", "fa_parte_di", "appartiene_a", "superiore", "riporta_a", "reparto",
})  # fmt: skip
"""Keys by which somebody puts one department into another."""


class Plan(NamedTuple):
    """How a class is read: its keys with their attributes and readers, and the keys that must stand.

    `named` says that it stands in a map of its like, so that it may say `use`.
    """

    cls: type[Declaration]
    keys: dict[str, tuple[str, Read]]
    described: dict[str, tuple[str, Key]]
    required: tuple[str, ...]
    named: bool
    check: Callable[[Reading, Any], None] | None


def plan_of(reading: Reading, cls: type[Any], *, named: bool) -> Plan:
    """The plan of a class, made when it is first met."""
    found = reading.plans.get((cls, named))
    if found is None:
        described = keys_of(cls)
        keys: dict[str, tuple[str, Read]] = {}
        required = tuple(name for name, (_, key) in described.items() if key.required)
        found = Plan(cls, keys, described, required, named, CHECKS.get(cls))
        reading.plans[cls, named] = found
        for name, (attribute, key) in described.items():
            reading.learn(name, key)
            keys[name] = (attribute, reader_of(reading, name, key))
        for name in ("label", "note"):
            keys[name] = keys.pop(name)  # what belongs to the class comes first where keys are listed
        keys["allow"] = ("allow", structures.allow_reader(reading))
        if named:
            keys["use"] = ("", _nothing)
    return found


def _nothing(_at: Node, _node: Node) -> None:
    """`use` was dealt with before."""
    return


def reader_of(reading: Reading, name: str, described: Key) -> Read:
    """The reader of a key."""
    kind = described.kind
    if isinstance(kind, kinds.MapKind):
        if kind.special:
            return reading.special[kind.special](reading, name, described)
        return map_reader(reading, name, described, kind)
    if isinstance(kind, kinds.InlineKind):
        return inline_reader(reading, name, kind.of, described.example)
    if isinstance(kind, kinds.ListKind):
        return list_reader(reading, name, kind.of, described.example)
    made = scalar_maker(reading, name, described)
    return made or structures.MAKERS[type(kind)](reading, name, described)


def map_reader(reading: Reading, name: str, described: Key, kind: kinds.MapKind) -> Read:
    """A map from names to declarations of one class."""
    plan = plan_of(reading, kind.of, named=True)

    def read(at: Node, node: Node) -> dict[str, Declaration] | None:
        entries = entries_of(reading, name, at, node, required=described.required)
        return None if entries is None else read_entries(reading, plan, entries, kind.shorthand)

    return read


def entries_of(reading: Reading, name: str, at: Node, node: Node, *, required: bool) -> Entries | None:
    """The entries of a map of declarations; nothing at all is a map without any, unless one must stand."""
    if type(node) is Mapping:
        if node.broken:
            reading.lack()
        return node.entries
    if empty(node) and not required:
        return {}
    if name not in STRUCTURE:
        reading.lack()
    hint = None
    if isinstance(node, Sequence):
        example = reading.example(name) or "{name: {…}}"
        hint = Message("no dashes here: write it like `{key}: {example}`", key=name, example=example)
    wrong_type(reading, name, at, node, NAMES, hint=hint)
    return None


def read_entries(reading: Reading, plan: Plan, entries: Entries, shorthand: str | None) -> dict[str, Any]:
    """The declarations of a map, each under its name."""
    entries = bounded(reading, entries)
    links = inherited(reading, entries, plan.keys, shorthand)
    found: dict[str, Any] = {}
    for name, (key, node) in entries.items():
        if reading.full:
            break
        check_name(reading, key)
        found[name] = read_entry(reading, plan, name, key, node, shorthand, links.get(name))
    return found


def bounded(reading: Reading, entries: Entries) -> Entries:
    """As many entries of a map of declarations as are read; what comes behind them is told."""
    if len(entries) <= MAX_DECLARATIONS:
        return entries
    kept = list(entries.items())[: MAX_DECLARATIONS + 1]
    key, _ = kept.pop()[1]
    reading.lack()
    message = Message("more than {count} declarations in one map", count=MAX_DECLARATIONS)
    repair = Message("a spec has kinds, not records: customers, articles and cases belong elsewhere")
    reading.report(TooLarge.at(key.span, message, help=repair))
    return dict(kept)


def read_entry(
    reading: Reading, plan: Plan, name: str, key: Scalar, node: Node, shorthand: str | None, link: Link | None
) -> Declaration:
    """One declaration of a map. `link` is what it takes from another by `use`."""
    if link is not None:
        if not link.whole:
            reading.lack()
        with reading.taking(node):
            return declare(reading, plan, name, key, link.node, whole=link.whole)
    if type(node) is Mapping:
        return declare(reading, plan, name, key, node)
    if shorthand is not None and type(node) is Scalar and not empty(node):
        attribute, read = plan.keys[shorthand]
        value = read(key, node)
        values = {} if value is None else {attribute: value}
        return plan.cls(name=name, name_node=key, node=node, **values)
    if not empty(node) or shorthand or plan.required:
        reading.spoil()
        hint = None if reading.hushed(node) else sample(reading, plan, name, shorthand)
        wrong_type(reading, name, key, node, EITHER if shorthand else BODY, hint=hint)
    declaration = plan.cls(name=name, name_node=key, node=node)
    if plan.check and empty(node) and not plan.required:
        plan.check(reading, declaration)
    return declaration


def sample(reading: Reading, plan: Plan, name: str, shorthand: str | None = None) -> Message:
    """How a declaration of a class is written at the least."""
    if shorthand:
        return Message(
            "write it like `{key}: {example}`", key=shown(name), example=plan.described[shorthand][1].example
        )
    keys = plan.required or LEADING.get(plan.cls, ())
    shown_keys = [(key, plan.described[key][1]) for key in keys]
    body = ", ".join(f"{key}: {reading.own(one.kind, one.example)}" for key, one in shown_keys)
    return Message("write it like `{key}: {example}`", key=shown(name), example=f"{{{body}}}")


def declare(
    reading: Reading, plan: Plan, name: str, name_node: Node, node: Mapping, *, whole: bool = True, **more: Any
) -> Declaration:
    """A declaration out of its map. A key with a fault keeps its default. `more` are attributes without a key.

    `whole` is false where keys are missing for a reason that is reported already.
    """
    values: dict[str, Any] = more
    keys = plan.keys
    entries = node.entries
    unknown: list[Scalar] = []
    before = len(reading.diagnostics)
    for key, (at, value) in entries.items():
        known = keys.get(key)
        if known is None:
            unknown.append(at)
        elif (result := known[1](at, value)) is not None:
            values[known[0]] = result
    if node.broken:
        whole = False
        reading.lack()
    if unknown and node.flow:
        unknown = without_cuts(reading, plan, unknown, entries, values, before)
    meant = report_unknown(reading, plan, unknown, entries) if unknown else ()
    for key in plan.required:
        if key not in entries and whole and not exempt(plan, key, values, entries, meant):
            if key in meant:
                reading.spoil()
            else:
                owner = name if name_node is not node else f"{plan.cls.__name__.lower()} {name}"
                missing_key(reading, name_node, owner, key, plan.described[key][1].example, plan.described[key][1].kind)
    declaration = plan.cls(name=name, name_node=name_node, node=node, **values)
    if plan.check is not None and whole:
        reading.meant = meant
        plan.check(reading, declaration)
    return declaration


def without_cuts(
    reading: Reading, plan: Plan, unknown: list[Scalar], entries: Entries, values: dict[str, Any], before: int
) -> list[Scalar]:
    """Report numbers that a comma has cut, in place of what else was said of them. Gives the other unknown keys.

    `before` is how many diagnostics there were before the declaration was read.
    """
    found = report_cuts(reading, entries, lambda name: plan.described[name][1].kind if name in plan.described else None)
    if not found:
        return unknown
    halves = {cut.value.span for cut in found}
    told = reading.diagnostics[before:]
    reading.diagnostics[before:] = [one for one in told if one.span not in halves]
    for cut in found:
        attribute = plan.keys[cut.key.value][0] if cut.key.value in plan.keys else ""
        value = values.pop(attribute, None)
        if isinstance(value, Condition):
            values[attribute] = CutCondition(value.node, cut.start)
    parts = parts_of(found)
    return [key for key in unknown if id(key) not in parts]


def exempt(plan: Plan, key: str, values: dict[str, Any], entries: Entries, meant: Collection[str]) -> bool:
    """Whether a key that must stand else need not, because of another, which may be misspelt or have a bad value."""
    needless, because = UNLESS.get(plan.cls, ("", ""))
    return key == needless and bool(values.get(because, because in entries or because in meant))


def report_unknown(reading: Reading, plan: Plan, unknown: list[Scalar], entries: Entries) -> set[str]:
    """Report keys that have no place here. Gives the keys that were probably meant and do not stand."""
    meant = set()
    for key in unknown:
        hint = torn(entries, key) or of_other_kinds(plan, key.value) or of_an_action(plan, key, entries)
        hint = hint or of_a_department(plan, key.value)
        words = [] if hint or reading.hushed(key) else sorted(plan.keys, key=lambda name: name in entries)
        near = unknown_key(reading, key, words, entries, hint)
        if near is not None and near not in entries:
            meant.add(near)
            if near in STRUCTURE:
                reading.lack()
    return meant


def of_other_kinds(plan: Plan, key: str) -> Message | None:
    """What is to be said of a key that steps of another kind have."""
    if not issubclass(plan.cls, Step):
        return None
    kinds_with = [kind for kind, cls in STEP_KINDS.items() if key in keys_of(cls)]
    if not kinds_with:
        return None
    return Message("`{key}` belongs to steps with {kinds}", key=key, kinds=listed(kinds_with))


def of_an_action(plan: Plan, key: Scalar, entries: Entries) -> Message | None:
    """What is to be said of `- agent: submit`."""
    value = entries[key.value][1] if key.value in entries else None
    if plan.cls is Action and key.value in ("refused", "rifiutato", "expect"):
        return Message("what is refused belongs to `then`: `then: {{refused: [{{by: …, do: …}}]}}`")
    if (
        plan.cls is not Action
        or len(entries) > 1
        or not isinstance(value, Scalar)
        or Dictionary(plan.keys).within(1, key.value)
    ):
        return None
    return Message("write `{action}`", action=f"{{by: {shown(key.value)}, do: {shown(value.value) or 'submit'}}}")


def of_a_department(plan: Plan, key: str) -> Message | None:
    """What is to be said of a department that is to be a part of another."""
    if plan.cls is not Department or key.lower() not in PARTS:
        return None
    return Message("leave it out: which department is above follows from the `reports_to` of its roles")


def inline_reader(reading: Reading, name: str, cls: type[Declaration], example: str) -> Read:
    """A nested map that is a declaration without a name of its own."""
    plan = plan_of(reading, cls, named=False)

    def read(at: Node, node: Node) -> Declaration | None:
        if type(node) is Mapping:
            return declare(reading, plan, name, at, node)
        if empty(node) and not plan.required:
            return plan.cls(name=name, name_node=at, node=node)
        hint = Message("write it like `{key}: {example}`", key=name, example=example)
        if plan.required:
            hint = sample(reading, plan, name)
        wrong_type(reading, name, at, node, BODY, hint=hint)
        return None

    return read


def list_reader(reading: Reading, name: str, cls: type[Declaration], example: str) -> Read:
    """A list of declarations without names, or one alone; they are numbered from 1."""
    plan = plan_of(reading, cls, named=False)

    def read(at: Node, node: Node) -> tuple[Declaration, ...] | None:
        if empty(node):
            return ()
        return tuple(read_items(reading, plan, name, at, node, example=example))

    return read


def read_items(
    reading: Reading, plan: Plan, name: str, at: Node, node: Node, *, example: str, before: int = 0
) -> list[Any]:
    """The declarations of a list, or of one alone; `before` is how many stand before it in other files."""
    if isinstance(node, Scalar | Broken):
        hint = Message("write it like `{key}: {example}`", key=name, example=example)
        wrong_type(reading, name, at, node, Message("a list of maps"), hint=hint)
        return []
    found: list[Any] = []
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Mapping):
            found.append(declare(reading, plan, str(before + len(found) + 1), item, item))
        else:
            hint = Message("write it like `{key}: {example}`", key=name, example=example)
            wrong_type(reading, name, item, item, Message("maps of keys"), hint=hint)
    return found
