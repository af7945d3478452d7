"""Codes that arise when a spec is run."""

from __future__ import annotations

from crmdsl.diagnostics import Fault


class ScenarioFailed(Fault):
    """A scenario of the spec does not end as its `then` says.

    Why: A scenario is what somebody who knows the business expects of the process, written down once and checked
    ever after. Where the compiled machine does something else, either the process or the expectation is wrong; the
    trace that `crmdsl test` prints shows each act with its time and the reason of a refusal.

    Place: the `then`

    Wrong:
        scenarios:                # the chain asks the director from 5% on
          small_discount_needs_nobody:
            approval: discount
            given: {order: {discount: 8%}}
            then: {state: approved}

    Right:
        scenarios:
          a_discount_needs_the_director:
            approval: discount
            given: {order: {discount: 8%}}
            then: {state: director}
    """

    code = "scenario-failed"
