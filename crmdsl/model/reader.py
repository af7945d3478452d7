"""A loaded spec becomes a typed one: `read`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from crmdsl.diagnostics import Diagnostic
from crmdsl.diagnostics.collection import collect
from crmdsl.model.reading.context import Reading
from crmdsl.model.reading.sections import File, Sections, currency_of
from crmdsl.model.reading.steps import branches_reader, steps_reader
from crmdsl.model.spec import Spec


class Loaded(Protocol):
    """A spec as files of nodes."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def files(self) -> Sequence[File]: ...  # noqa: D102


def read(loaded: Loaded) -> tuple[Spec, list[Diagnostic]]:
    """The declarations of a spec, and every fault of its keys, values and names.

    Never raises for what a spec says: a declaration with a fault is made of what could be read. Names are
    looked up later, all but those of `use`.
    """
    reading = Reading(currency_of(loaded.files))
    reading.special = {"steps": steps_reader, "branches": branches_reader}
    reading.room += sum(len(file.source.text) for file in loaded.files) // 8
    spec = Spec(name=loaded.name)
    sections = Sections(reading, spec)
    sections.collect(loaded.files)
    sections.read()
    spec.unsound = reading.unsound
    spec.incomplete = reading.incomplete
    spec.unread = reading.unread
    spec.overrun = reading.full
    return spec, list(collect(reading.diagnostics))
