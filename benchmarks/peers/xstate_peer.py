"""xstate-statemachine: an XState configuration run by its synchronous interpreter."""

from __future__ import annotations

import logging

from xstate_statemachine import MachineLogic, SyncInterpreter, create_machine

from benchmarks.peers import AMOUNT, AREA_AMOUNT, AREA_DISCOUNT, DISCOUNT, MAX_AMOUNT, MAX_DISCOUNT

NAME = "xstate-statemachine"
logging.disable(logging.WARNING)


def may(context, event) -> bool:  # type: ignore[no-untyped-def]
    return event.payload["role"] == "agent" and context["discount"] <= MAX_DISCOUNT and context["amount"] <= MAX_AMOUNT


def small(context) -> bool:  # type: ignore[no-untyped-def]
    return context["discount"] <= AREA_DISCOUNT and context["amount"] <= AREA_AMOUNT


def eyes(role: str):  # type: ignore[no-untyped-def]
    return lambda context, event: event.payload["role"] == role and event.payload["who"] != context["requester"]


LOGIC = MachineLogic(
    guards={
        "forArea": lambda context, event: may(context, event) and small(context),
        "forDirector": lambda context, event: may(context, event) and not small(context),
        "byArea": eyes("area_manager"),
        "byDirector": eyes("director"),
    }
)
CONFIG = {
    "id": "order", "initial": "draft",
    "context": {"amount": AMOUNT, "discount": DISCOUNT, "requester": "carla"},
    "states": {
        "draft": {"on": {"SUBMIT": [{"target": "area", "guard": "forArea"}, {"target": "director", "guard": "forDirector"}]}},
        "area": {"on": {"APPROVE": {"target": "won", "guard": "byArea"}}},
        "director": {"on": {"APPROVE": {"target": "won", "guard": "byDirector"}}},
        "won": {"type": "final"},
    },
}  # fmt: skip
MACHINE = create_machine(CONFIG, logic=LOGIC)


def fire(repeat: int) -> int:
    for _ in range(repeat):
        case = SyncInterpreter(MACHINE).start()
        case.send("SUBMIT", who="carla", role="agent")
        case.send("APPROVE", who="carla", role="area_manager")
        case.send("APPROVE", who="anna", role="agent")
        case.send("SUBMIT", who="carla", role="agent")
        case.send("APPROVE", who="bruno", role="area_manager")
        assert "order.won" in case.current_state_ids
        case.stop()
    return 5 * repeat


decide = None
