"""`crmdsl schema`: the JSON Schema of the language, for editors."""

from __future__ import annotations

import click

from crmdsl.cli.options import Settings, common, formats


@click.command("schema")
@formats("json")
@common
def command(form: str, settings: Settings) -> int:
    """Write the JSON Schema (draft-07) of the language to standard output.

    An editor that speaks yaml-language-server completes a file that starts with
    `# yaml-language-server: $schema=PATH`.
    """
    from crmdsl.cli.answers import answer
    from crmdsl.model.schema import json_schema

    answer(json_schema(settings.translate))
    return 0
