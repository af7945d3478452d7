"""An if-chain by hand: what a hurried programmer writes, nothing kept but the state."""

from __future__ import annotations

from benchmarks.peers import AMOUNT, AREA_AMOUNT, AREA_DISCOUNT, DISCOUNT, MAX_AMOUNT, MAX_DISCOUNT
from benchmarks.peers.dict_bare import Case

NAME = "if-chain, bare"


def can(case: Case, event: str, who: str, role: str) -> bool:
    if case.state == "draft":
        if event == "submit":
            return role == "agent" and case.discount <= MAX_DISCOUNT and case.amount <= MAX_AMOUNT
    elif case.state == "area":
        if event == "approve":
            return role == "area_manager" and who != case.requester
    elif case.state == "director" and event == "approve":
        return role == "director" and who != case.requester
    return False


def send(case: Case, event: str, who: str, role: str) -> bool:
    if not can(case, event, who, role):
        return False
    if event == "submit":
        case.state = "area" if case.discount <= AREA_DISCOUNT and case.amount <= AREA_AMOUNT else "director"
    else:
        case.state = "won"
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
