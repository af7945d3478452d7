"""The faults of names and of what they make together."""

from __future__ import annotations

from crmdsl.diagnostics import Fault


class WrongKind(Fault):
    """A name refers to a thing of another kind.

    Why:
        A key takes names of one section: `role` a role, `approval` an approval chain, `entity` an entity. The
        name that stands here belongs to something else, which can't do what the key asks of it.

    Place: the reference

    Wrong:
        processes:
          order_to_cash: {entity: agent, start: quote, steps: {quote: {end: success}}}

    Right:
        processes:
          order_to_cash: {entity: order, start: quote, steps: {quote: {end: success}}}
    """

    code = "wrong-kind"


class ReportingCycle(Fault):
    """A role reports to itself, by way of others or directly.

    Why:
        Escalation goes up along `reports_to`, and superiors see what their reports see. In a circle there is
        no top: everybody would be everybody's superior.

    Place: the `reports_to` of the role that comes first

    Wrong:
        roles:
          area_manager: {department: sales, reports_to: sales_director}
          sales_director: {department: sales, reports_to: area_manager}

    Right:
        roles:
          area_manager: {department: sales, reports_to: sales_director}
          sales_director: {department: sales}
    """

    code = "reporting-cycle"


class TerritoryCycle(Fault):
    """A territory lies in itself, by way of others or directly.

    Why:
        A territory includes those `in` it, and who sees a territory sees what lies in it. In a circle all of
        them would be one.

    Place: the `in` of the territory that comes first

    Wrong:
        territories:
          italy: {in: north}
          north: {in: italy}

    Right:
        territories:
          italy: {}
          north: {in: italy}
    """

    code = "territory-cycle"


class ProcessCycle(Fault):
    """A process runs itself as a part, by way of others or directly.

    Why:
        The part would have a part that has a part: such a case has no end, and no size. To do a piece again,
        lead an outcome back to its step; to start a new case beside this one, use `opens`.

    Place: the `process` of the step in the process that comes first

    Wrong:
        processes:
          repair:
            entity: ticket
            start: again
            steps:
              again: {process: repair, outcomes: {success: done, failure: done}}
              done: {end: success}

    Right:
        processes:
          repair:
            entity: ticket
            start: work
            steps:
              work: {role: technician, outcomes: {solved: done, again: {to: work, chance: 10%}}}
              done: {end: success}
    """

    code = "process-cycle"
