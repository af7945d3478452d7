"""Whether an act is allowed: the rules in the order in which they are looked at."""

from __future__ import annotations

from . import openings as kinds
from .conditions import holds
from .openings import BY_SUPPLIER, SIGNING, not_in_state
from .separation import forbidding
from .shapes import Level, Phase
from .signers import blocks_later, counts, pending_at, signs_for
from .tokens import PASSED, SUPERIORS, Errand
from .verdicts import Refusal, Unmet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from .acts import Act
    from .openings import Opening
    from .people import Person
    from .shapes import Path
    from .tokens import Token


NOBODY = (0, 0)
MOST_CLOSED = 1000
"""How many names of events a state remembers as not open in it."""


class Given:
    """What comes with an event: values of fields by their names in the spec (or paths, `customer.exposure`).

    `to` is who gets the record that the owner of the process gives away.
    """

    __slots__ = ("date", "reason", "score", "to", "values")

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        reason: str | None = None,
        score: int | None = None,
        date: int | None = None,
        to: Person | str | None = None,
    ) -> None:
        self.values = values or {}
        self.reason = reason
        self.score = score
        self.date = date
        self.to = to


def open_in(root: Token) -> Iterator[tuple[Opening, Token]]:
    """The events open in the active states in order, then `anytime` of the inner and of the outer process."""
    anytime: list[tuple[Opening, Token]] = []
    for token in root.leaves():
        for opening in token.node.openings:
            if opening.kind == kinds.ANYTIME:
                anytime.append((opening, token))
            else:
                yield opening, token
    anytime.sort(key=lambda found: -_depth(found))
    seen = set()
    for opening, token in anytime:
        if opening.outcome not in seen:
            seen.add(opening.outcome)
            yield opening, token


def _depth(found: tuple[Opening, Token]) -> int:
    """How deep the process lies whose `anytime` it is."""
    return found[0].depth


def meant(act: Act, event: str, by: Person | None) -> tuple[Opening, Token] | Refusal:
    """What an event means here for this person: the first of its meanings that is for him."""
    root = act.root
    if root.children:
        found = [(opening, token) for opening, token in open_in(root) if opening.event == event]
    else:
        found = [(opening, root) for opening in root.node.openings if opening.event == event]
    if not found:
        return closed(act, event)
    if by is None:
        for opening, token in found:
            if opening.outside or opening.kind == kinds.WAIT:
                return opening, token
        return unknown_person(found[0][0])
    for opening, token in found:
        if may_fire(act, opening, token, by):
            return opening, token
    return found[0][0].wrong_role


def closed(act: Act, event: str) -> Refusal:
    """The refusal of an event that is not open, which a single state remembers."""
    node = act.root.node
    if act.root.children:
        return not_in_state(event, node.place, "+".join(act.states()))
    refusal = node.closed.get(event)
    if refusal is None:
        refusal = not_in_state(event, node.place, node.name)
        if len(node.closed) < MOST_CLOSED:
            node.closed[event] = refusal
    return refusal


def unknown_person(opening: Opening) -> Refusal:
    """The refusal of nobody, or of somebody who is not of the organisation."""
    return Refusal("unknown-person", opening.place, f"`{opening.event}` is fired by a person of the organisation")


def may_fire(act: Act, opening: Opening, token: Token, by: Person) -> bool:
    """Whether a person is one of those whom an event is for."""
    if opening.outside:
        return False
    if opening.kind == kinds.ANYTIME:
        return opening.roles is not None and bool(by.mask & opening.roles.mask)
    extra = added_around(act, token)
    node = token.node
    if isinstance(node, Level):
        if opening.kind == kinds.RECALL:
            requester = pending_at(token)[0].requester
            return by == requester if requester is not None else bool(by.mask & node.step.chain.requester.mask)
        return bool(signs_for(act, token, by, extra))
    if isinstance(node, Phase):
        return _may_converse(act, opening, token, by, extra)
    roles = opening.roles
    return roles is not None and bool(by.mask & (roles.mask | added(act, token, roles.names) | extra))


def _may_converse(act: Act, opening: Opening, token: Token, by: Person, extra: int) -> bool:
    if by.mask & extra and (opening.kind in BY_SUPPLIER or token.node.local == "delivered"):
        return True
    roles = opening.roles
    if roles is None:
        return False
    if opening.kind in BY_SUPPLIER:
        return bool(by.mask & (roles.mask | added(act, token, roles.names)))
    customer = token.data.customer if isinstance(token.data, Errand) else None
    return by == customer if customer is not None else bool(by.mask & roles.mask)


def added(act: Act, token: Token, roles: tuple[str, ...]) -> int:
    """The mask of the roles that the state's own escalation has added to these."""
    if token.late > PASSED:
        return token.late
    structure = act.organisation.structure
    return structure.mask(structure.superior_roles(roles)) if token.late == SUPERIORS else 0


def added_around(act: Act, token: Token) -> int:
    """The mask of the roles that escalation of the steps around has added to all that is inside."""
    found, structure = 0, act.organisation.structure
    lates = [] if token.data is None else [(token.data.late, token)]
    around = token.parent
    while around is not None:
        lates.append((around.late, around))
        around = around.parent
    for late, step in lates:
        owner = step.node.body.process.owner
        if late > PASSED:
            found |= late
        elif late == SUPERIORS and owner is not None:
            found |= structure.mask(owner.above)
    return found


# the rules after the person, each a refusal or nothing


def separated(act: Act, opening: Opening, token: Token, by: Person, *, writes: bool) -> Refusal | None:
    """Four eyes and quorum."""
    path = token.node.path
    node = token.node
    if opening.kind not in SIGNING or not isinstance(node, Level):
        rule = forbidding(act, by, "update", path) if writes else None
        return None if rule is None else rule.refusal
    chain, (pending, _) = node.step.chain, pending_at(token)
    if chain.separate_requester and pending.requester == by:
        return chain.requested
    for one in pending.signatures if chain.separate_levels else ():
        if one.person == by and one.level != node.index:
            return chain.signed_before
        if one.person == by and opening.kind != kinds.APPROVE:
            return has_signed(node, by)
    rule = forbidding(act, by, "approve", path)
    if rule is not None:
        return rule.refusal
    if opening.kind == kinds.APPROVE:
        roles = signs_for(act, token, by, added_around(act, token))
        if not counts(node, pending, by, roles):
            return has_signed(node, by)
        if blocks_later(act, token, by, roles):
            message = f"a signature of {by.name} on {node.name} would leave a later signature without a signer"
            return Refusal("later-signer", node.place, message, {"by": by.name})
    return None


def has_signed(level: Level, by: Person) -> Refusal:
    """The refusal of a second signature."""
    return Refusal("signed-already", level.place, f"{by.name} has signed {level.name} already", {"by": by.name})


def written(act: Act, opening: Opening, token: Token, given: Given) -> Refusal | None:
    """Locks, fields that may be written, grants, ranges. What passes is put into the record."""
    base = token.node.path
    paths = {name: tuple(name.split(".")) for name in given.values}
    if not paths:
        return None
    for rule in (locked, editable, ungranted):
        for name, path in paths.items():
            refusal = rule(act, opening, name, base + path)
            if refusal is not None:
                return refusal
    kept = {}
    for name, path in paths.items():
        value, field = given.values[name], act.record_at(base + path[:-1]).FIELDS[path[-1]]  # type: ignore[union-attr]
        try:
            if value is None and not field.optional:
                raise ValueError(f"{name} must be known")
            kept[base + path] = found = field.inward(value)
            if field.of_person and found is not None and act.organisation.person(found) is None:
                raise ValueError(f"{name} must be somebody of the organisation, not {found!r}")
        except ValueError as error:
            return Refusal("bad-value", field.place, str(error), {"field": name})
    for path, value in kept.items():
        act.write(path, value)
    act.wrote = tuple(kept)
    return None


def locked(act: Act, _opening: Opening, name: str, path: Path) -> Refusal | None:
    """The refusal of a field of a record that a pending approval locks."""
    for record, level in act.locked():
        if path[:-1] == record:
            return Refusal("locked", level.place, f"{level.name} is pending and locks {name}", {"field": name})
    return None


def editable(act: Act, opening: Opening, name: str, path: Path) -> Refusal | None:
    """The refusal of a field that does not come with the event."""
    if path[len(opening.node.path) :] in opening.paths and act.record_at(path[:-1]) is not None:
        return None
    message = f"{name} cannot be written with `{opening.event}`"
    return Refusal("not-editable", opening.node.place, message, {"field": name})


def ungranted(act: Act, _opening: Opening, name: str, path: Path) -> Refusal | None:
    """The refusal of a field that a person holds no `update` on. What comes from outside needs no grant."""
    record, by = act.record_at(path[:-1]), act.by
    if by is None or record is None:
        return None
    grants = act.machine.access[record.entity]
    if by.mask & grants.writers.get(path[-1], NOBODY)[0]:  # whatever the record
        return None
    if path[-1] in grants.allowed("update", by, record, act.facts(requester=act.starter())):
        return None
    return Refusal("no-grant", grants.place, f"{by.name} may not write {name}", {"field": name, "by": by.name})


def argued(act: Act, opening: Opening, token: Token, given: Given) -> Refusal | None:
    """The date promised, the score, the reason."""
    if opening.kind == kinds.PROMISE and given.date is not None and given.date <= act.at:
        return Refusal("bad-value", opening.place, "the date promised must lie in the future", {"field": "date"})
    if opening.kind == kinds.ACCEPT and given.score is not None:
        feedback = token.node.step.agreement.feedback  # type: ignore[attr-defined]
        scale = feedback.scale if feedback is not None else 0
        if type(given.score) is not int or not 1 <= given.score <= scale:
            message = f"a score is a whole number from 1 to {scale}" if scale else f"{opening.event} takes no score"
            return Refusal("bad-value", opening.place, message, {"field": "score"})
    if wants_reason(opening, token) and not (given.reason or "").strip():
        return Refusal("reason-missing", opening.place, f"`{opening.event}` needs a reason", {"event": opening.event})
    return None


def wants_reason(opening: Opening, token: Token) -> bool:
    """Whether an event must say why."""
    if isinstance(token.node, Level) and opening.kind in SIGNING:
        wanted = token.node.step.chain.reason
        return wanted == "always" or (wanted == "on_reject" and opening.kind == kinds.REJECT)
    return opening.kind == kinds.DECLINE


def lacking(act: Act, opening: Opening, _token: Token, _given: Given) -> Refusal | None:
    """The fields that must be known to leave the step."""
    base = opening.node.path
    missing = [".".join(path) for path in opening.needs if act.record_at(base + path) is None]
    if not missing:
        return None
    message = f"{', '.join(missing)} must be known to leave {opening.node.name}"
    return Refusal("missing-field", opening.node.place, message, {"fields": missing})


def guarded(act: Act, opening: Opening, token: Token, _given: Given | None = None) -> Refusal | None:
    """The condition of the outcome, or of an acceptance."""
    when, path, requester = None, token.node.path, None
    if opening.outcome is not None:
        when, path = opening.outcome.when, opening.body.path
        requester = act.starter() if when is not None else None
    elif opening.kind == kinds.ACCEPT and isinstance(token.data, Errand):
        when, requester = token.node.step.agreement.accept_when, token.data.customer  # type: ignore[attr-defined]
    if when is None:
        return None
    record, facts = act.record_at(path), act.facts(opening.body, requester)
    return None if holds(when, record, facts) else Unmet(when, record, facts)
