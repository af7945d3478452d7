"""The Casbin back end: a model and a policy of roles, owners and fields, where the spec asks for no more than these."""

from __future__ import annotations

from crmdsl.backends import GeneratedFile
from crmdsl.ir.program import Program


def emit(program: Program) -> list[GeneratedFile]:
    """The files of a sound program, sorted by path; the same bytes for the same spec.

    Raises `crmdsl.backends.faults.NotExpressible`.
    """
    from crmdsl.backends.casbin.files import files

    return sorted(files(program), key=lambda file: file.path)
