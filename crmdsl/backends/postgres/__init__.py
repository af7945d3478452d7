"""The PostgreSQL back end: tables, roles, and the policies that guard rows and columns, as SQL."""

from __future__ import annotations

from crmdsl.backends import GeneratedFile
from crmdsl.ir.program import Program


def emit(program: Program, *, today: str | None = None) -> list[GeneratedFile]:
    """The SQL files of a sound program, sorted by path; the same bytes for the same spec.

    `today` is an expression of the day that conditions ask for; the company's own day unless given. Raises
    `crmdsl.backends.faults.NotExpressible`.
    """
    from crmdsl.backends.postgres.company import Builder
    from crmdsl.backends.postgres.rendering import files

    return sorted(files(Builder(program, today).company()), key=lambda file: file.path)
