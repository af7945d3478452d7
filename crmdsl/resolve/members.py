"""Names outside processes that are no section's: fields of entities, chains, handoffs, grants and figures."""

from __future__ import annotations

from collections.abc import Mapping

from crmdsl.diagnostics import Diagnostic, Message, Related
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.access import ACTIONS, Grant
from crmdsl.model.declaration import Declaration
from crmdsl.model.entities import Entity, Field
from crmdsl.model.faults import BadValue, DuplicateName
from crmdsl.model.organisation import Person
from crmdsl.model.processes import HandoffStep
from crmdsl.model.quality import Kpi
from crmdsl.model.values import Ref
from crmdsl.resolve.processes import ROUTED, check_late
from crmdsl.resolve.symbols import Symbols, suggestion

KEPT_APART = (*ACTIONS, "approve")
"""What a person can be kept from doing both of: what grants allow, and signing."""

MOST_SHOWN = 64


def check_members(symbols: Symbols) -> None:
    """Report every unknown field, and what else has a meaning only where it stands."""
    spec = symbols.spec
    for name, entity in spec.entities.items():
        symbols.owner = ("entities", name)
        if entity.identifier:
            symbols.field(entity.identifier, name)
    check_chains(symbols)
    check_handoffs(symbols)
    for grant in spec.access.grants:
        symbols.owner = ("access", grant.name)
        check_grant(symbols, grant)
    symbols.owner = ("access", "")
    for rule in spec.access.separation.values():
        for action in rule.never_both:
            check_action(symbols, action)
    for named in spec.access.actions.values():
        if named.field is not None and named.on is not None:
            symbols.field(named.field, named.on.name)
    check_aliases(symbols)
    for kpi in spec.kpis.values():
        symbols.owner = ("kpis", kpi.name)
        check_kpi(symbols, kpi)


def check_aliases(symbols: Symbols) -> None:
    """What other systems call people, entities, and the fields of one, tells them apart."""
    spec = symbols.spec
    groups: list[tuple[str, Mapping[str, Person | Entity | Field]]] = [
        ("people", spec.people), ("entities", spec.entities),
        *(("entities", entity.fields) for entity in spec.entities.values()),
    ]  # fmt: skip
    for section, members in groups:
        if not any(one.alias for one in members.values()):
            continue
        known: dict[str, Declaration] = dict(members)
        for name, declared in members.items():
            for alias in declared.alias:
                first = known.setdefault(alias, declared)
                if first is not declared:
                    symbols.owner = (section, name)
                    symbols.report(same_alias(declared, alias, first))


def same_alias(declared: Declaration, alias: str, first: Declaration) -> Diagnostic:
    """Two declarations of one section that are called the same."""
    shown = alias if len(alias) <= MOST_SHOWN else f"{alias[:MOST_SHOWN]}…"
    message = Message("`{alias}` means `{name}` already", alias=shown, name=first.name)
    hint = Message("call one of them something else")
    related = (Related(first.name_span, Message("`{name}` is declared here", name=first.name)),)
    return DuplicateName.at(declared.value_span("alias"), message, help=hint, related=related)


def check_chains(symbols: Symbols) -> None:
    """What the levels of approval chains read, and the field that names a signer."""
    for name, chain in symbols.spec.approvals.items():
        symbols.owner = ("approvals", name)
        entity = chain.entity.name if chain.entity else ""
        for level in chain.levels.values():
            for ref in level.reads:
                symbols.field(ref, entity)
            if level.named_in and symbols.field(level.named_in, entity):
                check_person(symbols, level.named_in, entity)
            if level.late:
                check_late(symbols, level.late, ("approved", "rejected"))


def check_person(symbols: Symbols, ref: Ref, entity: str) -> None:
    """A field that must hold a person."""
    declared = symbols.spec.entities.get(entity)
    kind = declared.fields[ref.name].type if declared else None
    if kind is not None and kind.base != "person" and not symbols.spec.dangles(kind):
        message = Message("`{field}` does not hold a person", field=ref.name)
        people = [f.name for f in declared.fields.values() if f.type and f.type.base == "person"] if declared else []
        hint = suggestion(None, people) or Message("name a field of the type `person`")
        symbols.report(BadValue.at(ref.span, message, help=hint))


def check_handoffs(symbols: Symbols) -> None:
    """What handoffs give and return, and the outcome that a missed time fires."""
    for name, handoff in symbols.spec.handoffs.items():
        symbols.owner = ("handoffs", name)
        entity = handoff.entity.name if handoff.entity else ""
        for ref in (*handoff.gives, *handoff.returns):
            symbols.field(ref, entity)
        if handoff.late:
            check_late(symbols, handoff.late, ROUTED[HandoffStep])


def check_grant(symbols: Symbols, grant: Grant) -> None:
    """The fields of a grant exist in one of its entities at least."""
    entities = [symbols.spec.entities.get(ref.name) for ref in grant.on]
    if not entities or None in entities or any(symbols.doubtful(f"entities.{ref.name}") for ref in grant.on):
        return
    known = {name: None for entity in entities if entity for name in entity.fields}
    for ref in (*grant.fields, *grant.excluded):
        if ref.name not in known:
            names = ", ".join(f"`{on.name}`" for on in grant.on)
            message = Message("no field `{name}` in {entities}", name=ref.name, entities=names)
            symbols.unknown(ref.span, message, ref.name, known)


def check_action(symbols: Symbols, ref: Ref) -> None:
    """`order.approve`: an entity, and something that is done to its records."""
    entity, dot, action = ref.name.partition(".")
    if not dot or "." in action:
        return
    if entity not in symbols.spec.entities:
        symbols.missing(ref.node.part(0, len(entity)), entity, ("entities",))
    elif action not in KEPT_APART:
        message = Message("`{action}` is nothing that is done to a record", action=action)
        symbols.report(BadValue.at(ref.span, message, help=suggestion(nearest(action, KEPT_APART), KEPT_APART)))


def measured(symbols: Symbols, kpi: Kpi) -> tuple[str, ...]:
    """The entities whose fields a figure may name: that of what it measures, else all of them."""
    spec, name = symbols.spec, kpi.of.name if kpi.of else ""
    for section in (spec.processes, spec.handoffs, spec.approvals):
        found = section.get(name)
        if found is not None:
            return (found.entity.name,) if found.entity else ()
    if name in spec.roles or name in spec.channels or not name:
        return tuple(spec.entities)
    return (name,) if name in spec.entities else ()


def check_kpi(symbols: Symbols, kpi: Kpi) -> None:
    """The field that a figure sums."""
    entities = measured(symbols, kpi)
    declared = [entity for name in entities if (entity := symbols.spec.entities.get(name))]
    if kpi.field is None or not declared or len(declared) < len(entities):
        return
    if not any(kpi.field.name in entity.fields for entity in declared):
        if len(declared) == 1:
            symbols.no_field(kpi.field.span, kpi.field.name, declared[0].name)
        else:
            known = [name for entity in declared for name in entity.fields]
            symbols.unknown(kpi.field.span, Message("no field `{name}`", name=kpi.field.name), kpi.field.name, known)
