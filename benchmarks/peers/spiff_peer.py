"""SpiffWorkflow: a workflow specification; completing somebody's task is the event.

It knows neither who may act nor a refused event: the checks of roles and four eyes stand before the task is run, as
its users write them. The choice of the level is its own exclusive choice.
"""

from __future__ import annotations

from SpiffWorkflow.operators import Operator
from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
from SpiffWorkflow.specs.Simple import Simple
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import TaskState
from SpiffWorkflow.workflow import Workflow

from benchmarks.peers import AMOUNT, AREA_AMOUNT, AREA_DISCOUNT, DISCOUNT, MAX_AMOUNT, MAX_DISCOUNT

NAME = "SpiffWorkflow"


class Small(Operator):
    """The area manager's band."""

    def _matches(self, task) -> bool:  # type: ignore[no-untyped-def]
        return task.data["discount"] <= AREA_DISCOUNT and task.data["amount"] <= AREA_AMOUNT


def specification() -> WorkflowSpec:
    spec = WorkflowSpec("order approval", addstart=True)
    draft = Simple(spec, "draft", manual=True)
    spec.start.connect(draft)
    choice = ExclusiveChoice(spec, "level")
    draft.connect(choice)
    area, director, won = (Simple(spec, name, manual=name != "won") for name in ("area", "director", "won"))
    choice.connect_if(Small("amount", "discount"), area)
    choice.connect(director)
    area.connect(won)
    director.connect(won)
    return spec


SPEC = specification()
ROLES = {"draft": "agent", "area": "area_manager", "director": "director"}
EVENTS = {"draft": "submit", "area": "approve", "director": "approve"}


def send(case: Workflow, event: str, who: str, role: str) -> bool:
    (task,) = case.get_tasks(state=TaskState.READY, manual=True)
    name = task.task_spec.name
    if EVENTS[name] != event or ROLES[name] != role:
        return False
    if name == "draft":
        if not (DISCOUNT <= MAX_DISCOUNT and AMOUNT <= MAX_AMOUNT):
            return False
        task.set_data(amount=AMOUNT, discount=DISCOUNT, requester=who)
    elif task.data["requester"] == who:
        return False
    task.run()
    case.run_all(halt_on_manual=True)
    return True


def fire(repeat: int) -> int:
    for _ in range(repeat):
        case = Workflow(SPEC)
        case.run_all(halt_on_manual=True)
        assert send(case, "submit", "carla", "agent")
        send(case, "approve", "carla", "area_manager")
        send(case, "approve", "anna", "agent")
        send(case, "submit", "carla", "agent")
        assert send(case, "approve", "bruno", "area_manager")
        assert case.is_completed()
    return 5 * repeat


decide = None
