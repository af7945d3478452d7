"""Every reference to a section, wherever it stands: driven by the keys that the declaration classes describe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmdsl.conditions.faults import UnknownName
from crmdsl.diagnostics import Message, quoted
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.chains import Level
from crmdsl.model.declaration import Declaration, keys_of
from crmdsl.model.entities import Field
from crmdsl.model.kinds import InlineKind, Key, Kind, LateKind, ListKind, MapKind, RefKind
from crmdsl.model.parse_types import BASES
from crmdsl.model.spec import SECTIONS
from crmdsl.model.values import Late
from crmdsl.resolve.symbols import Hint, Symbols
from crmdsl.syntax.nodes import Mapping, Scalar

Visit = Callable[[Symbols, Any], object]
SPECIAL = ("step", "field", "event")
SUPERIORS = frozenset({
    "manager", "superior", "boss", "supervisor", "line_manager",
    "capo", "superiore", "responsabile", "capo_diretto", "capo_reparto",
})  # fmt: skip
"""Words for the superior of whoever asks, as far as no role is called so."""
NOBODY = frozenset({"nessuno", "nessuna", "none", "nobody", "null", "nil", "no", "no_one", "-", "~", "n/a", "nulla"})


def check_references(symbols: Symbols) -> None:
    """Report every name of a section that is not there; scenarios are looked at with what they say of people."""
    spec = symbols.spec
    if spec.company:
        visit(symbols, spec.company)
    for section in SECTIONS:
        if section != "scenarios":
            for declaration in symbols.sections[section].values():
                symbols.owner = (section, declaration.name)
                visit(symbols, declaration)
    for grant in spec.access.grants:
        symbols.owner = ("access", grant.name)
        visit(symbols, grant)
    for action in spec.access.actions.values():
        symbols.owner = ("access", "")
        visit(symbols, action)


def visit(symbols: Symbols, declaration: Declaration) -> None:
    """Report the unknown names of a declaration and of those inside it."""
    kind: Any = declaration.__class__
    for attribute, check in PLANS.get(kind) or plan(kind):
        value = getattr(declaration, attribute)
        if value:
            check(symbols, value)


PLANS: dict[Any, tuple[tuple[str, Visit], ...]] = {}


def plan(declaration: Any) -> tuple[tuple[str, Visit], ...]:
    """The attributes of a class that can hold names, each with what to do with its value; kept for the next of it."""
    made = (
        (attribute, visit_of(key.kind, hint_of(declaration, key))) for attribute, key in keys_of(declaration).values()
    )
    found = PLANS[declaration] = tuple((attribute, check) for attribute, check in made if check)
    return found


def hint_of(declaration: Any, key: Key) -> Hint:
    """What to do with a word that is no name under a key, but says something all the same."""

    def hint(name: str) -> Message | None:
        word = name.lower()
        if declaration is Level and word in SUPERIORS:
            return Message("write `manager_of: requester` in place of `approver`: the superior of whoever asks")
        return Message("where there is none, leave the key out") if not key.required and word in NOBODY else None

    return hint


def visit_of(kind: Kind, hint: Hint) -> Visit | None:
    """What to do with a value of a kind."""
    if isinstance(kind, RefKind) and not set(kind.sections) & set(SPECIAL):
        return references(kind, hint) if kind.many else reference(kind, hint)
    if isinstance(kind, MapKind):
        check = check_field if kind.of is Field else visit
        return lambda symbols, found: each(symbols, found.values(), check)
    if isinstance(kind, ListKind):
        return each
    if isinstance(kind, InlineKind):
        return visit
    return check_late if isinstance(kind, LateKind) else None


def reference(kind: RefKind, hint: Hint) -> Visit:
    """Looks one name up."""

    def check(symbols: Symbols, ref: Any) -> None:
        symbols.check(ref, kind.sections, kind.also, hint)

    return check


def references(kind: RefKind, hint: Hint) -> Visit:
    """Looks several names up."""

    def check(symbols: Symbols, refs: Any) -> None:
        for ref in refs:
            symbols.check(ref, kind.sections, kind.also, hint)

    return check


def each(symbols: Symbols, declarations: Any, check: Visit = visit) -> None:
    """Visits several declarations."""
    for declaration in declarations:
        check(symbols, declaration)


def check_late(symbols: Symbols, late: Late) -> None:
    """The roles that a deadline escalates to."""
    for ref in late.roles:
        symbols.check(ref, ("roles",))


def check_field(symbols: Symbols, field: Field) -> None:
    """The names in a field, that of its type among them."""
    visit(symbols, field)
    check_type(symbols, field)


def check_type(symbols: Symbols, field: Field) -> None:
    """The entity that a field refers to."""
    kind = field.type
    if kind is None or not symbols.spec.dangles(kind):
        return
    node = field.node.get("type") if isinstance(field.node, Mapping) else field.node
    if not isinstance(node, Scalar):
        return
    start = node.value.rfind(kind.entity)
    span = node.part(start, start + len(kind.entity)) if start >= 0 else node.span
    if symbols.section_of(kind.entity) is not None:
        symbols.missing(span, kind.entity, ("entities",))
        return
    symbols.spoil()
    if symbols.doubtful("entities"):
        return
    near = nearest(kind.entity, [*BASES, *symbols.spec.entities])
    hint = (
        Message("did you mean `{name}`?", name=near)
        if near
        else Message("a type is one of {types}, values with `|` between them, or an entity", types=quoted(BASES))
    )
    symbols.report(UnknownName.at(span, Message("no type and no entity `{name}`", name=kind.entity), help=hint))
