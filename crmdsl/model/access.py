"""Who may see and do what."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.model.declaration import Declaration
from crmdsl.model.kinds import ChoiceKind, ConditionKind, ListKind, MapKind, RefKind, WordKind, key
from crmdsl.model.values import Condition, Ref

ACTIONS = ("create", "read", "update", "delete", "export")
SCOPES = ("own", "unit", "territory", "department", "all")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Grant(Declaration):
    """A permission. It has no name of its own: `name` is its number in the spec, `1` the first."""

    role: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "Who", "agent", required=True, default=())
    can: tuple[str, ...] = key(ChoiceKind(ACTIONS, many=True), "What", "[read, update]", required=True, default=())
    on: tuple[Ref, ...] = key(
        RefKind(("entities",), many=True), "On which entities", "order", required=True, default=()
    )
    scope: str = key(ChoiceKind(SCOPES), "On which records", "own", default="all")
    when: Condition | None = key(ConditionKind(), "Only while this holds", "state != prepare_quote")
    fields: tuple[Ref, ...] = key(RefKind(("field",), many=True), "Only these fields", "[kind, amount]", default=())
    excluded: tuple[Ref, ...] = key(
        RefKind(("field",), many=True), "All fields but these", "[margin]", name="except", default=()
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class SeparationRule(Declaration):
    """Two or more actions that one person never does both, on one record or at all."""

    never_both: tuple[Ref, ...] = key(
        WordKind(many=True, dotted=True),
        "The actions, `entity.action`",
        "[order.create, order.approve]",
        required=True,
        default=(),
    )
    per: str = key(
        ChoiceKind(("record", "person")), "On one record, or by the roles somebody holds", "record", default="record"
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class NamedAction(Declaration):
    """What other systems call an action: its name stands for the action on an entity, or on a field of it."""

    can: str = key(ChoiceKind(ACTIONS), "The action that is meant", "update", required=True, default="")
    on: Ref | None = key(RefKind(("entities",)), "On which entity", "order", required=True)
    field: Ref | None = key(RefKind(("field",)), "On which field of it", "discount")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Access:
    """The section `access`, of all files together."""

    grants: tuple[Grant, ...] = key(
        ListKind(Grant), "Permissions; what none grants is denied", "[{role: agent, can: read, on: order}]", default=()
    )
    separation: dict[str, SeparationRule] = key(
        MapKind(SeparationRule), "Separation of duties", "{no_self: {never_both: [order.create, order.approve]}}"
    )
    actions: dict[str, NamedAction] = key(
        MapKind(NamedAction), "What other systems call actions", "{can_edit_order: {can: update, on: order}}"
    )
