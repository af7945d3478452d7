"""`crmdsl explain CODE`: why a diagnostic exists, and what is wrong and right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from crmdsl.cli.options import Settings, common, formats

if TYPE_CHECKING:
    from crmdsl.report.codes import Code


@click.command("explain")
@click.argument("code", required=False)
@formats("text", "json")
@common
def command(code: str | None, form: str, settings: Settings) -> int:
    """Say what the diagnostic CODE means: why it exists, what is wrong and what is right.

    Without CODE, list every diagnostic.
    """
    from crmdsl.report.codes import codes

    known = codes()
    if code is None:
        click.echo(_as_json(list(known.values())) if form == "json" else _list(list(known.values())))
        return 0
    if code not in known:
        from crmdsl.cli.verbs import meant

        raise click.UsageError(f"no diagnostic `{code}`{meant(code, known)}")
    click.echo(_as_json(known[code]) if form == "json" else _text(known[code]))
    return 0


def _list(known: list[Code]) -> str:
    width = max((len(code.code) for code in known), default=0)
    return "\n".join(f"{code.code:{width}}  {code.severity.value:7}  {code.summary.splitlines()[0]}" for code in known)


def _text(code: Code) -> str:
    parts = [f"{code.code} ({code.severity.value})", code.summary]
    if code.why:
        parts.append(f"why: {code.why}")
    for title, example in (("wrong", code.wrong), ("right", code.right)):
        if example:
            parts.append(f"{title}:\n" + "\n".join(f"    {line}".rstrip() for line in example.splitlines()))
    return "\n\n".join(parts)


def _as_json(found: Code | list[Code]) -> str:
    rows = [
        code._asdict() | {"severity": code.severity.value} for code in (found if isinstance(found, list) else [found])
    ]
    return json.dumps(rows if isinstance(found, list) else rows[0], ensure_ascii=False, indent=2)
