"""A program → its files for Casbin."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.backends import GeneratedFile
from crmdsl.backends._engines.kept import Records
from crmdsl.backends._engines.layout import asking, environment, header
from crmdsl.backends.casbin.lines import Lines
from crmdsl.ir.program import Program


def files(program: Program) -> Iterator[GeneratedFile]:
    """Every file. Raises `NotExpressible`."""
    lines = Lines(program)
    policy = [f"p, {', '.join(line)}" for line in lines.policies()]
    policy += [f"g, {', '.join(pair)}" for pair in dict.fromkeys(lines.groups())]
    yield GeneratedFile("policy.csv", "\n".join([f"# {header(program)}", *policy]) + "\n")
    yield GeneratedFile("model.conf", environment("casbin").get_template("model.conf").render(header=header(program)))
    yield GeneratedFile("ask.py", asking(program, Records(program), "casbin", rego=False))
