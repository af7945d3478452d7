"""`crmdsl explain CODE`: why a diagnostic exists, and what is wrong, what is said of it, and what is right."""

from __future__ import annotations

import json
from textwrap import indent
from typing import TYPE_CHECKING, Any

import click

from crmdsl.cli.language import Wrong
from crmdsl.cli.options import Settings, common, formats
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.diagnostics import Catalogue
    from crmdsl.report.codes import Code

WHY, PLACE, WRONG, SAID, RIGHT = (
    Message("why"), Message("place"), Message("wrong"), Message("what is said of it"), Message("right"),
)  # fmt: skip


@click.command("explain")
@click.argument("code", required=False)
@formats("text", "json")
@common
def command(code: str | None, form: str, settings: Settings) -> int:
    """Say what the diagnostic CODE means: why it exists, what is wrong and what is right.

    Without CODE, list every diagnostic.
    """
    from crmdsl.report.codes import codes

    known, translate = codes(), settings.translate
    if code is None:
        every = [one.told(translate) for one in known.values()]
        click.echo(json_of([_data(one) for one in every]) if form == "json" else _list(every))
        return 0
    if code not in known:
        from crmdsl.cli.answers import meant

        raise Wrong(meant(Message("there is no diagnostic `{code}`", code=code), code, known))
    found = known[code].told(translate)
    click.echo(json_of(_said(found, translate)) if form == "json" else _text(found, translate))
    return 0


def _list(known: list[Code]) -> str:
    width = max((len(code.code) for code in known), default=0)
    return "\n".join(f"{code.code:{width}}  {code.severity.value:7}  {code.summary.splitlines()[0]}" for code in known)


def _text(code: Code, catalogue: Catalogue | None) -> str:
    from crmdsl.api import explained
    from crmdsl.diagnostics.render.text import render
    from crmdsl.report.examples import shown

    parts = [f"{code.code} ({code.severity.value})", code.summary]
    parts += [f"{title.text(catalogue)}: {text}" for title, text in ((WHY, code.why), (PLACE, code.place)) if text]
    if code.silenced:
        parts.append(_silenced(code.code).text(catalogue))
    examples = (
        (WRONG, shown(code.wrong, code.code)),
        (SAID, render(explained(code), translate=catalogue)),
        (RIGHT, shown(code.right, code.code)),
    )
    for title, example in examples:
        if example:
            parts.append(f"{title.text(catalogue)}:\n{indent(example.rstrip(), '    ')}")
    return "\n\n".join(parts)


def _silenced(code: str) -> Message:
    return Message("silenced by `allow: {{{code}: a reason}}`, at the place or around it", code=code)


def _data(code: Code) -> dict[str, Any]:
    from crmdsl.report.examples import shown

    examples = {"wrong": shown(code.wrong, code.code), "right": shown(code.right, code.code)}
    return code._asdict() | {"severity": code.severity.value} | examples


def _said(code: Code, catalogue: Catalogue | None) -> dict[str, Any]:
    """With what the wrong example is told."""
    from crmdsl.api import explained
    from crmdsl.diagnostics.render.json import diagnostic_data

    return _data(code) | {"said": [diagnostic_data(one, catalogue) for one in explained(code).diagnostics]}


def json_of(data: object) -> str:
    """Data as JSON for people and programs."""
    return json.dumps(data, ensure_ascii=False, indent=2)
