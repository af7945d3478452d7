"""Who may sign a level: approvers, managers, persons named, whoever stands in for them; and who is left for later."""

from __future__ import annotations

from .matching import bits, matched
from .records import follow
from .separation import forbidding
from .tokens import PASSED, SUPERIORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .acts import Act
    from .people import Person
    from .shapes import Level
    from .tokens import Pending, Token

ANY = -1
"""The mask of a signature that counts for whichever role is wanted."""


def manager_roles(act: Act, level: Level, requester: Person | None) -> tuple[str, ...]:
    """The roles that manage a requester: his unit's manager, else the superiors of his requesting roles."""
    structure, listed = act.organisation.structure, level.step.chain.requester.names
    if requester is None:
        return structure.superior_roles(listed)
    unit = structure.units.get(requester.unit) if requester.unit is not None else None
    if unit is not None and unit.manager is not None:
        return (unit.manager,)
    return structure.superior_roles(role for role in listed if role in requester.roles)


def named_person(act: Act, level: Level) -> Person | None:
    """The person that a field names."""
    name = follow(act.record_at(level.path), level.named)
    return None if name is None else act.organisation.person(name)


def acting_roles(act: Act, level: Level, requester: Person | None) -> tuple[str, ...]:
    """The roles that sign a level; those of the person where one is named."""
    if level.named:
        person = named_person(act, level)
        return () if person is None else person.roles
    return signing_roles(act, level, requester)


def signing_roles(act: Act, level: Level, requester: Person | None) -> tuple[str, ...]:
    """The roles that sign a level; none where a person is named."""
    if level.manager:
        return manager_roles(act, level, requester)
    return () if level.approvers is None else level.approvers.names


def regular(act: Act, level: Level, requester: Person | None) -> dict[Person, int]:
    """Whoever may sign a level without standing in for anybody, and for which of the roles listed."""
    if level.named:
        person = named_person(act, level)
        return {} if person is None else {person: ANY}
    structure = act.organisation.structure
    mask = structure.mask(acting_roles(act, level, requester))
    every = ANY if level.approvers is None else 0
    return {person: every or person.mask & mask for person in act.organisation.holding(mask)}


def signs_for(act: Act, token: Token, by: Person, extra: int) -> int:
    """The roles that somebody's signature can count for, 0 if he may not sign. `extra` roles came by escalation."""
    pending, level = pending_at(token)
    persons = regular(act, level, pending.requester)
    roles = persons.get(by, 0)
    if by.mask & extra or (token.late > PASSED and by.mask & token.late):
        roles = ANY
    elif token.late == SUPERIORS:
        roles |= _from_above(act, level, by, pending.requester)
    if level.step.chain.substitutes != "none":
        roles |= _stands_in(act, level, persons, by, pending.requester)
    return roles & level.approvers.mask if level.all_roles and level.approvers is not None else roles


def pending_at(token: Token) -> tuple[Pending, Level]:
    """What a token in a level keeps, and the level."""
    return token.data, token.node  # type: ignore[return-value]


def _stands_in(act: Act, level: Level, persons: dict[Person, int], by: Person, requester: Person | None) -> int:
    today = act.facts().today
    if not all(person.is_absent(today) for person in persons):
        return 0
    if level.step.chain.substitutes == "named":
        found = 0
        for person, roles in persons.items():
            found |= roles if person.substitute == by.name else 0
        return found
    return _from_above(act, level, by, requester)


def _from_above(act: Act, level: Level, by: Person, requester: Person | None) -> int:
    """The roles that somebody can sign for as the superior of those who hold them."""
    structure, found = act.organisation.structure, 0
    for role in acting_roles(act, level, requester):
        superior = structure.superiors.get(role)
        if superior is not None and by.mask & structure.bits[superior]:
            found |= structure.bits[role] if level.approvers is not None else ANY
    return found


def is_complete(level: Level, pending: Pending) -> bool:
    """Whether a level has the signatures that it takes."""
    return len(pending.signatures_of(level.index)) >= level.count


def counts(level: Level, pending: Pending, by: Person, roles: int) -> bool:
    """Whether one more signature is of any use: of each role listed, where all of them sign."""
    given = pending.signatures_of(level.index)
    if any(signature.person == by for signature in given):
        return False
    return not level.all_roles or matched([*(signature.roles for signature in given), roles]) == len(given) + 1


def blocks_later(act: Act, token: Token, by: Person, roles: int) -> bool:
    """Whether the signatures still needed could not all be given any more if this person signed now."""
    pending, level = pending_at(token)
    if not level.step.chain.separate_levels:
        return False
    given = [signature.roles for signature in pending.signatures_of(level.index)]
    return not _possible(act, token, by, [*given, roles]) and _possible(act, token, None, given)


def _possible(act: Act, token: Token, by: Person | None, given: list[int]) -> bool:
    """Whether distinct persons can give what is needed on this and the later levels, `by` left out.

    `given` are the signatures on this level, as the masks of the roles that they can count for.
    """
    pending, level = pending_at(token)
    wanted: list[list[Person | int]] = []
    for index in pending.levels[pending.levels.index(level.index) :]:
        later = level.step.levels[index]
        free = {
            person: mask
            for person, mask in regular(act, later, pending.requester).items()
            if person != by and not _spent(act, later, pending, person)
        }
        wanted.extend(_slots(later, free, given if later is level else []))
    numbers = {one: 1 << i for i, one in enumerate(dict.fromkeys(one for slot in wanted for one in slot))}
    return matched([sum(numbers[one] for one in slot) for slot in wanted]) == len(wanted)


def _spent(act: Act, level: Level, pending: Pending, person: Person) -> bool:
    """Whether a person has signed already, or separation forbids that he does."""
    if any(signature.person == person for signature in pending.signatures):
        return True
    own = level.step.chain.separate_requester and person == pending.requester
    return own or forbidding(act, person, "approve", level.path) is not None


def _slots(level: Level, free: dict[Person, int], given: list[int]) -> list[list[Person | int]]:
    """For each signature that a level needs, who could give it; one given already stands for itself."""
    if not level.all_roles or level.approvers is None:
        return [list(free)] * max(0, level.count - len(given))
    return [
        [*(i for i, mask in enumerate(given) if mask & bit), *(person for person, mask in free.items() if mask & bit)]
        for bit in bits(level.approvers.mask)
    ]
