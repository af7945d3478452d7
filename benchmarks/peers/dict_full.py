"""Dict dispatch by hand that does the same work: roles, four eyes, time, history, a new case for every event."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.peers import AMOUNT, AREA_AMOUNT, AREA_DISCOUNT, DISCOUNT, MAX_AMOUNT, MAX_DISCOUNT

NAME = "dict dispatch, same work"


class Person:
    """Somebody with roles."""

    __slots__ = ("name", "roles")

    def __init__(self, name: str, *roles: str) -> None:
        self.name = name
        self.roles = frozenset(roles)


class Order:
    """The record."""

    __slots__ = ("amount", "discount")

    def __init__(self, amount: int, discount: int) -> None:
        self.amount = amount
        self.discount = discount


class Case:
    """Never changed: an event makes a new one that knows the one before."""

    __slots__ = ("at", "by", "event", "order", "previous", "requester", "signed", "since", "state")

    def __init__(self, state, order, requester, signed, since, event, by, at, previous) -> None:  # type: ignore[no-untyped-def]
        self.state = state
        self.order = order
        self.requester = requester
        self.signed = signed
        self.since = since
        self.event = event
        self.by = by
        self.at = at
        self.previous = previous


def may_submit(case: Case, by: Person) -> str | None:
    if "agent" not in by.roles:
        return "wrong-role"
    order = case.order
    if order.amount is None or order.discount is None:
        return "missing-field"
    if not (order.discount <= MAX_DISCOUNT and order.amount <= MAX_AMOUNT):
        return "guard"
    return None


def approver_of(role: str):  # type: ignore[no-untyped-def]
    def may_approve(case: Case, by: Person) -> str | None:
        if role not in by.roles:
            return "wrong-role"
        if by.name == case.requester:
            return "four-eyes"
        if by.name in case.signed:
            return "four-eyes"
        return None

    return may_approve


def submitted(case: Case, by: Person, at: datetime) -> Case:
    order = case.order
    state = "area" if order.discount <= AREA_DISCOUNT and order.amount <= AREA_AMOUNT else "director"
    return Case(state, order, by.name, (), at, "submit", by.name, at, case)


def approved(case: Case, by: Person, at: datetime) -> Case:
    return Case("won", case.order, case.requester, (*case.signed, by.name), at, "approve", by.name, at, case)


TABLE = {
    ("draft", "submit"): (may_submit, submitted),
    ("area", "approve"): (approver_of("area_manager"), approved),
    ("director", "approve"): (approver_of("director"), approved),
}


def can(case: Case, event: str, by: Person) -> str | None:
    entry = TABLE.get((case.state, event))
    return "not-in-state" if entry is None else entry[0](case, by)


def send(case: Case, event: str, by: Person, at: datetime) -> Case | str:
    entry = TABLE.get((case.state, event))
    if entry is None:
        return "not-in-state"
    refusal = entry[0](case, by)
    return refusal if refusal is not None else entry[1](case, by, at)


ANNA, BRUNO = Person("anna", "agent"), Person("bruno", "area_manager")
CARLA = Person("carla", "agent", "area_manager")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def start() -> Case:
    return Case("draft", Order(AMOUNT, DISCOUNT), None, (), NOW, "start", "carla", NOW, None)


def decide(repeat: int) -> int:
    draft = start()
    pending = send(draft, "submit", CARLA, NOW)
    for _ in range(repeat):
        can(draft, "submit", CARLA)
        can(pending, "approve", CARLA)
        can(pending, "approve", ANNA)
        can(pending, "submit", CARLA)
        can(pending, "approve", BRUNO)
    return 5 * repeat


def fire(repeat: int) -> int:
    draft = start()
    for _ in range(repeat):
        pending = send(draft, "submit", CARLA, NOW)
        send(pending, "approve", CARLA, NOW)
        send(pending, "approve", ANNA, NOW)
        send(pending, "submit", CARLA, NOW)
        won = send(pending, "approve", BRUNO, NOW)
        assert won.state == "won"
    return 5 * repeat


def cases(count: int) -> list[Case]:
    """Finished cases, for the measure of memory."""
    made = []
    for _ in range(count):
        pending = send(start(), "submit", CARLA, NOW)
        made.append(send(pending, "approve", BRUNO, NOW))
    return made
