"""What the verbs that check a spec have in common: reading it, and giving the diagnostics as the answer."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path

    from crmdsl.api import Checked
    from crmdsl.cli.options import Settings


def checked(spec: Path) -> Checked:
    """The spec after all checks."""
    from crmdsl.api import check

    return check(spec)


def show(found: Checked, form: str, settings: Settings) -> None:
    """Give the diagnostics in a form, on standard output; in text a summary follows on standard error."""
    from importlib import import_module

    renderer = import_module(f"crmdsl.diagnostics.{form}")
    text = renderer.render(found.spec.name, found.diagnostics, found.sources)
    if text:
        click.echo(text, nl=not text.endswith("\n"))
    if form == "text":
        settings.say(summary(found))


def summary(found: Checked) -> str:
    """`2 errors, 1 warning`, or that all is well."""
    severities = [diagnostic.severity.value for diagnostic in found.diagnostics]
    counts = [(severities.count(name), name) for name in ("error", "warning", "info")]
    said = [f"{count} {name}{'s' if count > 1 and name != 'info' else ''}" for count, name in counts if count]
    return f"{found.spec.name}: {', '.join(said) if said else 'no faults'}"


def answer(data: dict[str, Any]) -> None:
    """Give data as JSON on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def colour() -> bool:
    """Whether standard output is a terminal that may be coloured."""
    import os

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
