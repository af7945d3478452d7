"""Dict dispatch by hand, bare: a table of guards and targets; who asks is a role, and that is all it knows."""

from __future__ import annotations

from benchmarks.peers import AMOUNT, AREA_AMOUNT, AREA_DISCOUNT, DISCOUNT, MAX_AMOUNT, MAX_DISCOUNT

NAME = "dict dispatch, bare"


class Case:
    """An order and where it is."""

    __slots__ = ("amount", "discount", "requester", "state")

    def __init__(self, amount: int, discount: int, requester: str) -> None:
        self.state = "draft"
        self.amount = amount
        self.discount = discount
        self.requester = requester


def can_submit(case: Case, who: str, role: str) -> bool:
    return role == "agent" and case.discount <= MAX_DISCOUNT and case.amount <= MAX_AMOUNT


def can_area(case: Case, who: str, role: str) -> bool:
    return role == "area_manager" and who != case.requester


def can_director(case: Case, who: str, role: str) -> bool:
    return role == "director" and who != case.requester


def next_level(case: Case) -> str:
    return "area" if case.discount <= AREA_DISCOUNT and case.amount <= AREA_AMOUNT else "director"


TABLE = {
    ("draft", "submit"): (can_submit, next_level),
    ("area", "approve"): (can_area, lambda case: "won"),
    ("director", "approve"): (can_director, lambda case: "won"),
}


def can(case: Case, event: str, who: str, role: str) -> bool:
    entry = TABLE.get((case.state, event))
    return entry is not None and entry[0](case, who, role)


def send(case: Case, event: str, who: str, role: str) -> bool:
    entry = TABLE.get((case.state, event))
    if entry is None or not entry[0](case, who, role):
        return False
    case.state = entry[1](case)
    return True


def decide(repeat: int) -> int:
    draft = Case(AMOUNT, DISCOUNT, "carla")
    pending = Case(AMOUNT, DISCOUNT, "carla")
    send(pending, "submit", "carla", "agent")
    for _ in range(repeat):
        can(draft, "submit", "carla", "agent")
        can(pending, "approve", "carla", "area_manager")
        can(pending, "approve", "anna", "agent")
        can(pending, "submit", "carla", "agent")
        can(pending, "approve", "bruno", "area_manager")
    return 5 * repeat


def fire(repeat: int) -> int:
    for _ in range(repeat):
        case = Case(AMOUNT, DISCOUNT, "carla")
        send(case, "submit", "carla", "agent")
        send(case, "approve", "carla", "area_manager")
        send(case, "approve", "anna", "agent")
        send(case, "submit", "carla", "agent")
        send(case, "approve", "bruno", "area_manager")
        assert case.state == "won"
    return 5 * repeat
