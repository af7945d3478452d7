"""Processes that run each other as parts are expanded in place: how large they become."""

from __future__ import annotations

from crmdsl.diagnostics import Message
from crmdsl.model.faults import BadValue
from crmdsl.model.processes import Call, Process
from crmdsl.model.spec import Spec
from crmdsl.resolve.symbols import Symbols

MOST = 10_000
"""Steps of a process with those of its parts: of two parts in each of forty processes there would be a trillion."""


def check_sizes(symbols: Symbols) -> None:
    """Report the part with which a process gets too many steps; what runs that process is not told of it again."""
    sizes: dict[str, int | None] = dict.fromkeys(symbols.circular)
    for root in symbols.spec.processes.values():
        work = [root]
        while work:
            process = work[-1]
            open_ = () if process.name in sizes else [
                part for part in _parts(symbols.spec, process) if part.name not in sizes
            ]  # fmt: skip
            if open_:
                work.extend(open_)
                continue
            work.pop()
            if process.name not in sizes:
                sizes[process.name] = _size(symbols, process, sizes)


def _parts(spec: Spec, process: Process) -> list[Process]:
    """The processes that one runs as parts."""
    called = [step.called for step in process.all_steps.values() if isinstance(step, Call)]
    return [spec.processes[ref.name] for ref in called if ref and ref.name in spec.processes]


def _size(symbols: Symbols, process: Process, sizes: dict[str, int | None]) -> int | None:
    """How many steps a process has, `None` where that is not known or too many because of its parts."""
    size = len(process.all_steps)
    for step in process.all_steps.values():
        if not isinstance(step, Call) or not step.called or step.called.name not in symbols.spec.processes:
            continue
        part = sizes[step.called.name]
        if part is None:
            return None
        size += part
        if size > MOST:
            message = Message(
                "with the steps of `{part}`, `{name}` has more than {most}", part=step.called.name, name=process.name,
                most=MOST,
            )  # fmt: skip
            hint = Message("let an outcome open a case of the part: `opens`")
            symbols.report(BadValue.at(step.called.span, message, help=hint))
            symbols.unsound.add(("processes", process.name))
            return None
    return size
