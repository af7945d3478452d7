"""transitions, with conditions on every transition; a denied event is a condition that fails or an unknown trigger."""

from __future__ import annotations

from transitions import Machine

from benchmarks.peers import AMOUNT, AREA_AMOUNT, AREA_DISCOUNT, DISCOUNT, MAX_AMOUNT, MAX_DISCOUNT

NAME = "transitions"


class Order:
    """The model of one case."""

    def __init__(self) -> None:
        self.amount, self.discount, self.requester = AMOUNT, DISCOUNT, "carla"

    def for_area(self, who: str, role: str) -> bool:
        return self.may(who, role) and self.discount <= AREA_DISCOUNT and self.amount <= AREA_AMOUNT

    def for_director(self, who: str, role: str) -> bool:
        return self.may(who, role) and not (self.discount <= AREA_DISCOUNT and self.amount <= AREA_AMOUNT)

    def may(self, who: str, role: str) -> bool:
        return role == "agent" and self.discount <= MAX_DISCOUNT and self.amount <= MAX_AMOUNT

    def area(self, who: str, role: str) -> bool:
        return role == "area_manager" and who != self.requester

    def director(self, who: str, role: str) -> bool:
        return role == "director" and who != self.requester


MACHINE = Machine(
    model=None,
    states=["draft", "at_area", "at_director", "won"],
    initial="draft",
    auto_transitions=False,
    ignore_invalid_triggers=True,
    transitions=[
        {"trigger": "submit", "source": "draft", "dest": "at_area", "conditions": "for_area"},
        {"trigger": "submit", "source": "draft", "dest": "at_director", "conditions": "for_director"},
        {"trigger": "approve", "source": "at_area", "dest": "won", "conditions": "area"},
        {"trigger": "approve", "source": "at_director", "dest": "won", "conditions": "director"},
    ],
)


def start() -> Order:
    order = Order()
    MACHINE.add_model(order)
    return order


def decide(repeat: int) -> int:
    draft, pending = start(), start()
    pending.submit("carla", "agent")
    for _ in range(repeat):
        draft.may_submit("carla", "agent")
        pending.may_approve("carla", "area_manager")
        pending.may_approve("anna", "agent")
        pending.may_submit("carla", "agent")
        pending.may_approve("bruno", "area_manager")
    return 5 * repeat


def fire(repeat: int) -> int:
    order = start()
    for _ in range(repeat):
        MACHINE.set_state("draft", order)
        order.submit("carla", "agent")
        order.approve("carla", "area_manager")
        order.approve("anna", "agent")
        order.submit("carla", "agent")
        order.approve("bruno", "area_manager")
        assert order.state == "won"
    return 5 * repeat
