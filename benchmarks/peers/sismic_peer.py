"""sismic: a statechart in its YAML, guards in Python text."""

from __future__ import annotations

from sismic.interpreter import Interpreter
from sismic.io import import_from_yaml

from benchmarks.peers import AMOUNT, AREA_AMOUNT, AREA_DISCOUNT, DISCOUNT, MAX_AMOUNT, MAX_DISCOUNT

NAME = "sismic"
MAY = f"event.role == 'agent' and discount <= {MAX_DISCOUNT} and amount <= {MAX_AMOUNT}"
AREA = f"discount <= {AREA_DISCOUNT} and amount <= {AREA_AMOUNT}"
CHART = import_from_yaml(f"""
statechart:
  name: order approval
  preamble: |
    amount = {AMOUNT}
    discount = {DISCOUNT}
    requester = 'carla'
  root state:
    name: root
    initial: draft
    states:
      - name: draft
        transitions:
          - {{event: submit, target: area, guard: "{MAY} and {AREA}"}}
          - {{event: submit, target: director, guard: "{MAY} and not ({AREA})"}}
      - name: area
        transitions:
          - {{event: approve, target: won, guard: "event.role == 'area_manager' and event.who != requester"}}
      - name: director
        transitions:
          - {{event: approve, target: won, guard: "event.role == 'director' and event.who != requester"}}
      - name: won
        type: final
""")


def fire(repeat: int) -> int:
    for _ in range(repeat):
        case = Interpreter(CHART)
        for event, who, role in (
            ("submit", "carla", "agent"), ("approve", "carla", "area_manager"), ("approve", "anna", "agent"),
            ("submit", "carla", "agent"), ("approve", "bruno", "area_manager"),
        ):  # fmt: skip
            case.queue(event, who=who, role=role)
            case.execute()
        assert case.final
    return 5 * repeat


decide = None
