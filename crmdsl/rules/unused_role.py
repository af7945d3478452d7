"""A role that nothing in the company names.

Why:
    A role that does no task, signs nothing, owns nothing and has nobody below it is either left over, or the step
    that it was made for was forgotten. Grants and scenarios do not count: who may see a thing has no work by that.

Place: the role

Wrong:
    roles:
      agent: {department: sales}
      sales_assistant: {department: sales}
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: agent, outcomes: {send: won}}
          won: {end: success}

Right:
    roles:
      agent: {department: sales}
      sales_assistant: {department: sales}
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: [agent, sales_assistant], outcomes: {send: won}}
          won: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.resolve.uses import uses
from crmdsl.rules._doubt import doubtful

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "unused-role"
SEVERITY = Severity.WARNING
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every role that is named nowhere outside `access` and `scenarios`."""
    roles = program.spec.roles
    unused = [name for name in roles if name not in uses(program.resolved).roles]
    doubt = doubtful(program, unused)
    for name in unused:
        if name not in doubt:
            yield Diagnostic(
                CODE, SEVERITY, roles[name].name_span,
                Message("nothing outside `access` and `scenarios` names role `{name}`", name=name),
                Message("let it do or sign something, take it out, or say why it stands: `allow: {{unused-role: …}}`"),
            )  # fmt: skip
