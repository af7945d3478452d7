"""`crmdsl schema`: the JSON Schema of the language, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from crmdsl.cli.options import Settings, common, formats


@click.command("schema")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write it to, whole or not at all, in place of standard output.",
)
@formats("json")
@common
def command(out: Path | None, form: str, settings: Settings) -> int:
    """Write the JSON Schema (draft-07) of the language to standard output, or to a file.

    An editor that speaks yaml-language-server completes a file that starts with
    `# yaml-language-server: $schema=PATH`.
    """
    from crmdsl.cli.answers import answer
    from crmdsl.model.schema import json_schema

    schema = json_schema(settings.translate)
    if out is None:
        answer(schema)
        return 0
    from crmdsl.cli.writing import write_file
    from crmdsl.diagnostics import Message

    write_file(out, json.dumps(schema, ensure_ascii=False, indent=1) + "\n")
    settings.say(Message("{path}: the schema of the language", path=out))
    return 0
