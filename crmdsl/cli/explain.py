"""`crmdsl explain CODE`: why a diagnostic exists, and what is wrong and right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from crmdsl.cli.language import Wrong
from crmdsl.cli.options import Settings, common, formats
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.diagnostics import Catalogue
    from crmdsl.report.codes import Code

WHY, WRONG, RIGHT = Message("why"), Message("wrong"), Message("right")


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
        every = [code.told(settings.translate) for code in known.values()]
        click.echo(_as_json(every) if form == "json" else _list(every))
        return 0
    if code not in known:
        from crmdsl.cli.answers import meant

        raise Wrong(meant(Message("there is no diagnostic `{code}`", code=code), code, known))
    found = known[code].told(settings.translate)
    click.echo(_as_json(found) if form == "json" else _text(found, settings.translate))
    return 0


def _list(known: list[Code]) -> str:
    width = max((len(code.code) for code in known), default=0)
    return "\n".join(f"{code.code:{width}}  {code.severity.value:7}  {code.summary.splitlines()[0]}" for code in known)


def _text(code: Code, catalogue: Catalogue | None) -> str:
    parts = [f"{code.code} ({code.severity.value})", code.summary]
    if code.why:
        parts.append(f"{WHY.text(catalogue)}: {code.why}")
    for title, example in ((WRONG, code.wrong), (RIGHT, code.right)):
        if example:
            shown = "\n".join(f"    {line}".rstrip() for line in example.splitlines())
            parts.append(f"{title.text(catalogue)}:\n{shown}")
    return "\n\n".join(parts)


def _as_json(found: Code | list[Code]) -> str:
    rows = [
        code._asdict() | {"severity": code.severity.value} for code in (found if isinstance(found, list) else [found])
    ]
    return json.dumps(rows if isinstance(found, list) else rows[0], ensure_ascii=False, indent=2)
