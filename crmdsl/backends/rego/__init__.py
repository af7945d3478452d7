"""The Rego back end: one policy that is the same for every company, the grants as its data, and a module that asks."""

from __future__ import annotations

from crmdsl.backends import GeneratedFile
from crmdsl.ir.program import Program


def emit(program: Program) -> list[GeneratedFile]:
    """The files of a sound program, sorted by path; the same bytes for the same spec.

    Raises `crmdsl.backends.faults.NotExpressible`.
    """
    from crmdsl.backends.rego.files import files

    return sorted(files(program), key=lambda file: file.path)
