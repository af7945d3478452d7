"""python-statemachine, with `cond` on every transition."""

from __future__ import annotations

from statemachine import State, StateMachine

from benchmarks.peers import AMOUNT, AREA_AMOUNT, AREA_DISCOUNT, DISCOUNT, MAX_AMOUNT, MAX_DISCOUNT

NAME = "python-statemachine"


class OrderMachine(StateMachine):
    """One case."""

    allow_event_without_transition = True
    draft = State(initial=True)
    area = State()
    director = State()
    won = State(final=True)
    submit = draft.to(area, cond="for_area") | draft.to(director, cond="for_director")
    approve = area.to(won, cond="by_area") | director.to(won, cond="by_director")

    def __init__(self) -> None:
        self.amount, self.discount, self.requester = AMOUNT, DISCOUNT, "carla"
        super().__init__()

    def may(self, role: str) -> bool:
        return role == "agent" and self.discount <= MAX_DISCOUNT and self.amount <= MAX_AMOUNT

    def for_area(self, who: str, role: str) -> bool:
        return self.may(role) and self.discount <= AREA_DISCOUNT and self.amount <= AREA_AMOUNT

    def for_director(self, who: str, role: str) -> bool:
        return self.may(role) and not (self.discount <= AREA_DISCOUNT and self.amount <= AREA_AMOUNT)

    def by_area(self, who: str, role: str) -> bool:
        return role == "area_manager" and who != self.requester

    def by_director(self, who: str, role: str) -> bool:
        return role == "director" and who != self.requester


def decide(repeat: int) -> int:
    draft, pending = OrderMachine(), OrderMachine()
    pending.send("submit", who="carla", role="agent")
    for _ in range(repeat):
        draft.enabled_events(who="carla", role="agent")
        pending.enabled_events(who="carla", role="area_manager")
        pending.enabled_events(who="anna", role="agent")
        pending.enabled_events(who="carla", role="agent")
        pending.enabled_events(who="bruno", role="area_manager")
    return 5 * repeat


def fire(repeat: int) -> int:
    for _ in range(repeat):
        case = OrderMachine()
        case.send("submit", who="carla", role="agent")
        case.send("approve", who="carla", role="area_manager")
        case.send("approve", who="anna", role="agent")
        case.send("submit", who="carla", role="agent")
        case.send("approve", who="bruno", role="area_manager")
        assert case.won.is_active
    return 5 * repeat
