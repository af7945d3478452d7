"""`crmdsl new NAME`: a small company that validates, to start from."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmdsl.cli.language import Wrong
from crmdsl.cli.options import Settings, common, formats

if TYPE_CHECKING:
    from crmdsl.diagnostics import Catalogue

SCHEMA = "crmdsl.schema.json"


@click.command("new")
@click.argument("name", type=click.Path(path_type=Path))
@formats("text", "json")
@common
def command(name: Path, form: str, settings: Settings) -> int:
    """Start the company NAME: a new folder with a small spec that validates, and the schema for your editor."""
    from crmdsl.cli.answers import answer
    from crmdsl.cli.writing import create
    from crmdsl.diagnostics import Message

    if name.exists() and (not name.is_dir() or any(name.iterdir())):
        raise Wrong(Message("`{path}` is there already and is not empty", path=name))
    files = company(name, settings.language or "en", settings.translate)
    create(name, files)
    if form == "json":
        answer({"spec": str(name), "files": sorted(files)})
    told = Message(
        "{path}: a company of {count} files; now try `crmdsl validate {word}`",
        path=name, count=len(files), word=shlex.quote(str(name)),
    )  # fmt: skip
    settings.say(told)
    return 0


def company(folder: Path, language: str, catalogue: Catalogue | None = None) -> dict[str, str]:
    """The files of a new company, named after its folder: comments in `language`, the schema in that of `catalogue`."""
    from crmdsl.model.schema import json_schema
    from crmdsl.resources import templates

    title = folder.resolve().name.replace("_", " ").replace("-", " ").title()
    source = templates("new")
    files = {
        path.relative_to(source).as_posix(): commented(path.read_text(encoding="utf-8"), language)
        .replace("{{ company }}", json.dumps(title, ensure_ascii=False))
        .replace("{{ language }}", language)
        for path in sorted(source.rglob("*.yaml"))
    }
    return files | {SCHEMA: json.dumps(json_schema(catalogue), ensure_ascii=False, indent=1) + "\n"}


def commented(text: str, language: str) -> str:
    """A template with its comments in one language: it has them in each, `#it` and `#en` at the beginning of a line."""
    others = re.sub(rf"(?m)^#(?!{language} )[a-z]{{2}} .*\n", "", text)
    return re.sub(rf"(?m)^#{language} ", "# ", others)
