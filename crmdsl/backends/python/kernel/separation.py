"""Separation of duties on one record: who did one action of a rule does not do another."""

from __future__ import annotations

from .verdicts import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .acts import Act
    from .people import Person
    from .shapes import Path


class Rule:
    """A separation of duties on one record: nobody does two of these actions (`create`, `update`, `approve`)."""

    __slots__ = ("actions", "entity", "name", "place", "refusal")

    def __init__(self, name: str, place: str, entity: str, actions: tuple[str, ...]) -> None:
        self.name = name
        self.place = place
        self.entity = entity
        self.actions = actions
        message = f"the separation `{name}` forbids this to who has done another of {', '.join(actions)} on this record"
        self.refusal = Refusal("four-eyes", place, message, {"separation": name})


def forbidding(act: Act, person: Person, action: str, path: Path) -> Rule | None:
    """The rule that forbids a person an action (`create`, `update`, `approve`) on the record at a path."""
    if not act.machine.rules:
        return None
    entity = act.machine.entity_at(path).entity
    for rule in act.machine.rules:
        if rule.entity == entity and action in rule.actions:
            others = [other for other in rule.actions if other != action]
            if any(_did(act, person, other, path) for other in others):
                return rule
    return None


def _did(act: Act, person: Person, action: str, path: Path) -> bool:
    """Whether a person has done an action on the record at a path."""
    if action == "create":
        record = act.record_at(path)
        return record is not None and record.creator == person.name
    entry = act.entry
    while entry is not None:
        notes = entry[5:]
        for _, _, wrote, signed in notes if entry[1] == person else ():
            if action == "approve" and signed == path:
                return True
            if action == "update" and any(written[:-1] == path for written in wrote):
                return True
        entry = entry[4]
    return False
