"""Views and templates → texts of files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crmdsl import resources
from crmdsl.backends import GeneratedFile
from crmdsl.backends.postgres.names import listed, written
from crmdsl.backends.postgres.views import Company
from crmdsl.conditions.sqltext import quoted

FILES = ("access.sql", "people.sql", "schema.sql")


@cache
def environment() -> Environment:
    """The templates, with the filters that keep names names and texts texts."""
    found = Environment(
        loader=FileSystemLoader(resources.templates("postgres")),
        autoescape=False,  # noqa: S701 - this is SQL, and the filters quote
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {"name": written, "names": listed, "text": quoted, "comment": comment, "body": body}
    return found


def comment(text: str) -> str:
    """A text that ends no comment."""
    return "".join(char if char.isprintable() else " " for char in text)


def body(text: str) -> str:
    """The body of a function, between marks that do not occur in it."""
    mark, number = "$body$", 1
    while mark in text:
        number += 1
        mark = f"$body{number}$"
    return f"{mark}\n{text.strip()}\n{mark}"


def files(company: Company) -> Iterator[GeneratedFile]:
    """Every file."""
    for name in FILES:
        yield GeneratedFile(name, environment().get_template(f"{name}.jinja").render(company=company))
