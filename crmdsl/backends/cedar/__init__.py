"""The Cedar back end: policies with their schema, the organisation as entities, and a module that makes requests."""

from __future__ import annotations

from crmdsl.backends import GeneratedFile
from crmdsl.ir.program import Program


def emit(program: Program) -> list[GeneratedFile]:
    """The files of a sound program, sorted by path; the same bytes for the same spec.

    Raises `crmdsl.backends.faults.NotExpressible`.
    """
    from crmdsl.backends.cedar.files import files

    return sorted(files(program), key=lambda file: file.path)
