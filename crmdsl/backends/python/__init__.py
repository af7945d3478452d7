"""The Python back end: a program becomes a package that runs on the standard library alone."""

from __future__ import annotations

from pathlib import Path

from crmdsl.backends import GeneratedFile
from crmdsl.ir.program import Program


def emit(program: Program, templates: Path | None = None) -> list[GeneratedFile]:
    """The files of the package of a sound program, sorted by path; the same bytes for the same spec.

    `templates` is a folder whose templates replace ours of the same name; others in it become files of their
    own. Raises `jinja2.TemplateError` for a template that cannot be rendered.
    """
    from crmdsl.backends.python.package import package_view
    from crmdsl.backends.python.rendering import files

    return sorted(files(package_view(program), templates), key=lambda file: file.path)
