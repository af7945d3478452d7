"""A simulation as a piece of work that any process can do: the files of a spec, what is changed in it, and a number."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from crmdsl.analysis._memory import InMemory
from crmdsl.analysis.simulation.changing import Change, changed
from crmdsl.analysis.simulation.compiled import Compiled
from crmdsl.analysis.simulation.engine import Engine
from crmdsl.analysis.simulation.figures import figures
from crmdsl.analysis.simulation.settings import Settings
from crmdsl.backends.python import emit
from crmdsl.ir.lower import lower
from crmdsl.ir.program import Program
from crmdsl.model.reader import read
from crmdsl.resolve.names import resolve
from crmdsl.syntax.loader import load_text

_MADE = 50_000
"""Objects that are made before the youngest of them are searched for garbage."""
_KEPT = 2
"""Compiled specs that a process keeps for the next replication."""


@dataclass(frozen=True, slots=True)
class Job:
    """The replications of a spec. `files` are its files by their paths, `changes` what is put in their place."""

    name: str
    files: tuple[tuple[str, bytes], ...]
    changes: tuple[Change, ...]
    settings: Settings

    def __call__(self, replication: int) -> Mapping[str, float]:
        """The figures of a replication."""
        return figures(self.run(replication))

    def run(self, replication: int) -> Engine:
        """A replication, run to its end."""
        return self.finish(self.prepared(replication))

    def prepared(self, replication: int) -> Engine:
        """A replication in which nothing has happened yet."""
        return Engine(self.compiled(), self.settings, replication)

    def finish(self, engine: Engine) -> Engine:
        """Run a replication to its end."""
        with _seldom():
            engine.run()
        return engine

    def compiled(self) -> Compiled:
        """The machines of the spec, compiled once in a process."""
        key = (self.files, self.changes)
        found = _COMPILED.get(key)
        if found is None:
            while len(_COMPILED) >= _KEPT:
                oldest = next(iter(_COMPILED))
                _COMPILED.pop(oldest).package.__exit__(None, None, None)
            program = self._program()
            package = InMemory({file.path: file.text for file in emit(program)})
            package.__enter__()
            found = _COMPILED[key] = Compiled(program, package)
        return found

    def _program(self) -> Program:
        spec, _ = read(changed(load_text(dict(self.files), self.name), self.changes))
        resolved, _ = resolve(spec)
        return lower(resolved)


@contextmanager
def _seldom() -> Iterator[None]:
    """Look for garbage seldom: what a replication keeps is no garbage, and to search it over and over takes long."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_MADE, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


_COMPILED: dict[tuple[tuple[tuple[str, bytes], ...], tuple[Change, ...]], Compiled] = {}
