"""What each value of a spec is, by the keys above it: how its text is rewritten, and whether it needs quotes.

Made from the same descriptions of keys that the reader works from. What cannot be known from one file alone (a value
whose type another declaration decides) stays as it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmdsl.editing import values
from crmdsl.editing.conditions import canonical
from crmdsl.model import kinds
from crmdsl.model.access import Access
from crmdsl.model.declaration import keys_of
from crmdsl.model.entities import Field
from crmdsl.model.kinds import Kind
from crmdsl.model.organisation import Calendar, Company
from crmdsl.model.parse import parse_field_type
from crmdsl.model.processes import STEP_KINDS, Branch
from crmdsl.model.quality import Action, Expectation
from crmdsl.model.spec import SECTIONS
from crmdsl.syntax.nodes import Mapping, Scalar


class Form:
    """What may stand at a place.

    `rewrite` makes the canonical text of a scalar; `loose` says that it means the same without quotes and is not
    for people to read; `condition` that it may be broken anew over its lines. A map has the forms `keys` and, for
    any other key, `others`; `choose` picks another form by what a map holds.
    """

    __slots__ = ("choose", "condition", "keys", "loose", "others", "rewrite")

    def __init__(self, rewrite: values.Rewrite | None = None, *, loose: bool = False, condition: bool = False) -> None:
        self.rewrite = rewrite
        self.loose = loose or condition
        self.condition = condition
        self.keys: dict[str, Form] = {}
        self.others: Form = self
        self.choose: Callable[[Mapping], Form] | None = None

    def of(self, key: str) -> Form:
        """The form of what stands under a key."""
        return self.keys.get(key, self.others)


FREE = Form()
NAME = Form(loose=True)
CONDITION = Form(canonical, condition=True)
TEXTS: dict[type[Kind], Form] = {
    kinds.MoneyKind: Form(values.MONEY, loose=True),
    kinds.PercentKind: Form(values.PERCENT, loose=True),
    kinds.DurationKind: Form(values.DURATION, loose=True),
    kinds.RateKind: Form(values.RATE, loose=True),
    kinds.DateRangesKind: Form(values.DATES, loose=True),
    kinds.YearsKind: Form(values.YEARS, loose=True),
    kinds.FieldTypeKind: Form(values.FIELD_TYPE, loose=True),
    kinds.TargetKind: Form(values.TARGET, loose=True),
    kinds.ConditionKind: CONDITION,
    kinds.ConditionsKind: CONDITION,
    kinds.LabelKind: FREE,
    kinds.TextKind: FREE,
    kinds.ValueKind: FREE,
    kinds.ExpressionKind: FREE,
    kinds.AssignmentsKind: FREE,
    kinds.SectionValuesKind: FREE,
    kinds.LateKind: NAME,
}
"""Kinds of one text or a list of texts, and maps of nothing but those. What is not here is a word of the language."""

CODES: dict[type[Any], tuple[str, ...]] = {
    Company: ("language", "currency", "timezone"), Calendar: ("holidays",), Action: ("by",), Expectation: ("state",),
}  # fmt: skip
"""Keys whose texts are codes or names, and not for people to read."""

BOUNDS = {"money": kinds.MoneyKind, "percent": kinds.PercentKind, "duration": kinds.DurationKind}
_declared: dict[tuple[type[Any], str], Form] = {}


def top() -> Form:
    """The form of a file."""
    form = Form()
    form.keys = {"crmdsl": NAME, "company": declared(Company), "access": declared(Access)}
    form.keys |= {name: named(declared(cls)) for name, cls in SECTIONS.items()}
    return form


def named(entry: Form) -> Form:
    """A map from names to one form."""
    form = Form()
    form.others = entry
    return form


def declared(cls: type[Any], shorthand: str | None = None) -> Form:
    """The form of a declaration, which as a bare scalar stands for its key `shorthand`."""
    place = (cls, shorthand or "")
    known = _declared.get(place)
    if known is not None:
        return known
    form = _declared[place] = Form()
    form.others = FREE
    form.keys = {name: of_kind(key.kind) for name, (_, key) in keys_of(cls).items()} | {"use": NAME}
    form.keys |= dict.fromkeys(CODES.get(cls, ()), NAME)
    if shorthand:
        short = form.keys[shorthand]
        form.rewrite, form.loose = short.rewrite, short.loose
    if cls is Field:
        _choose_bounds(form)
    return form


def of_kind(kind: Kind) -> Form:
    """The form of what stands under a key of a kind."""
    if isinstance(kind, kinds.MapKind):
        if kind.special == "steps":
            return named(_step())
        return named(_branch() if kind.special == "branches" else declared(kind.of, kind.shorthand))
    if isinstance(kind, kinds.InlineKind | kinds.ListKind):
        return declared(kind.of)
    if isinstance(kind, kinds.EffortKind):
        form = Form(values.DURATION, loose=True)
        form.keys, form.others = {"mean": form}, NAME
        return form
    if isinstance(kind, kinds.HoursKind):
        return named(Form(values.WINDOW))
    return TEXTS.get(type(kind), NAME)


def _step() -> Form:
    """A step, whose keys tell its class."""
    form = Form()
    form.choose = _step_of
    return form


def _step_of(node: Mapping) -> Form:
    kind = next((kind for kind in STEP_KINDS if kind in node.entries), "role")
    return declared(STEP_KINDS[kind])


def _branch() -> Form:
    """A branch of steps, or one task."""
    form = Form()
    form.choose = lambda node: declared(Branch) if "steps" in node.entries else _step_of(node)
    return form


def _choose_bounds(form: Form) -> None:
    """Give the bounds, the default and the expression of a field the form of its type, which stands beside them."""
    chosen: dict[str, Form] = {}
    for base in ("", "number", "integer", "flag", "date", "instant", *BOUNDS):
        other = chosen[base] = Form(form.rewrite, loose=form.loose)
        bound = TEXTS[BOUNDS[base]] if base in BOUNDS else NAME if base else FREE
        other.keys = form.keys | dict.fromkeys(("min", "max", "default"), bound)
        other.keys["derived"] = CONDITION if base else FREE
        other.others = FREE

    def choose(node: Mapping) -> Form:
        at = node.get("type")
        found = parse_field_type(at.value) if isinstance(at, Scalar) else None
        return chosen.get(found.base if found else "", chosen[""])

    form.choose = choose
