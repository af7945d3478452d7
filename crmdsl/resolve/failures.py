"""Parallel blocks whose branches can fail, but which do not say where the case goes then."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.diagnostics import Diagnostic, Message, Related
from crmdsl.model.faults import MissingKey
from crmdsl.model.processes import Parallel, Process
from crmdsl.model.spec import Spec
from crmdsl.resolve.flow import failing


def check_failures(spec: Spec) -> Iterator[tuple[str, Diagnostic]]:
    """Every block without the `on_failure` that it needs, with the name of its process."""
    for name, process in spec.processes.items():
        for step in process.all_steps.values():
            if isinstance(step, Parallel) and not step.has("on_failure"):
                for found in _of_block(process, step):
                    yield name, found


def _of_block(process: Process, step: Parallel) -> Iterator[Diagnostic]:
    for name, branch in step.parallel.items():
        ends = failing(process, branch)
        if ends:
            yield MissingKey.at(
                step.name_span,
                Message("key `on_failure` is missing: branch `{branch}` can fail", branch=name),
                help=Message("say where the case goes then: `on_failure: step`"),
                related=(Related(ends[0].name_span, Message("the branch fails here")),),
            )
            return
