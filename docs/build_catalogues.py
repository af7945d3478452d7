"""Brings the catalogues of messages up to date with the code.

python docs/build_catalogues.py            write the `.po` files, new messages untranslated
python docs/build_catalogues.py --check    say what is missing, too much or stale

What is translated: the template of every `Message(…)`, the documentation of every diagnostic, the help of the command
line, the descriptions of keys in the JSON Schema. The `.po` file is edited by hand; what is left in it of messages
that are no longer there goes. `click.po`, what click says itself, is kept by hand; gettext reads it compiled.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "crmdsl"
LOCALE = CODE / "locale"
LANGUAGES = ("it",)
HEADER = """# Messages of crmdsl. Style: docs/style.md
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: {language}\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


class Found(NamedTuple):
    """A message in the code: where, its template, and the one for many."""

    place: str
    template: str
    many: str | None = None


def messages() -> dict[str, Found]:
    """Every message of the code by its template, in the order of the files."""
    found: dict[str, Found] = {}
    for path in sorted(CODE.rglob("*.py")):
        for one in (*templates(path), *helps(path)):
            found.setdefault(one.template, one)
    for one in (*documentation(), *descriptions()):
        found.setdefault(one.template, one)
    return found


def templates(path: Path) -> Iterator[Found]:
    """The templates of the messages in a module. Raises `SystemExit` for one that is no constant."""
    place = path.relative_to(ROOT).as_posix()
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        called = ast.unparse(call.func)
        if called not in {"Message", "Message.counted"} or path == CODE / "diagnostics" / "message.py":
            continue
        words = [word.value if isinstance(word, ast.Constant) else None for word in call.args]
        if len(words) != (1 if called == "Message" else 2) or not all(isinstance(word, str) for word in words):
            sys.exit(f"{place}:{call.lineno}: the template of a message must be a constant, it is the key")
        if any(map(speaks, map(str, words))):
            yield Found(place, *map(str, words))


def speaks(template: str) -> bool:
    """Whether there is a word to translate: outside of holes and of what stands in backticks."""
    return any(letter.isalpha() for letter in re.sub(r"`[^`]*`|\{\w+\}", "", template))


def helps(path: Path) -> Iterator[Found]:
    """The help of a verb and its options."""
    import click

    from crmdsl.diagnostics.message import flowing

    if path.parent != CODE / "cli" or path.stem.startswith("_"):
        return
    module = import_module(f"crmdsl.cli.{path.stem}")
    place = path.relative_to(ROOT).as_posix()
    texts: list[str | None] = [*getattr(module, "VERBS", {}).values()]
    for command in (getattr(module, "command", None), getattr(module, "group", None)):
        if isinstance(command, click.Command) and command.callback.__module__ == module.__name__:
            texts += [command.help, command.epilog]
            texts += [option.help for option in command.params if isinstance(option, click.Option)]
    for text in filter(None, texts):
        yield Found(place, flowing(text))


def documentation() -> Iterator[Found]:
    """What `crmdsl explain` says."""
    from crmdsl.report.codes import codes

    for code in codes().values():
        for text in filter(None, code.words):
            yield Found(f"explain/{code.code}", text)


def descriptions() -> Iterator[Found]:
    """What an editor says of a key: the descriptions in the JSON Schema."""
    from crmdsl.model.schema import descriptions_of, json_schema

    for text in dict.fromkeys(descriptions_of(json_schema())):
        yield Found("schema", text)


def catalogue(language: str, domain: str = "crmdsl") -> Catalog:
    """The `.po` file of a language as it stands."""
    path = po(language, domain)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def po(language: str, domain: str = "crmdsl") -> Path:
    """Where the `.po` file of a language stands."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def updated(language: str) -> Catalog:
    """The catalogue of a language with the messages of the code, and what is translated of them."""
    old, new = catalogue(language), Catalog(locale=language, fuzzy=False)
    for one in messages().values():
        known = old.get(one.template)
        told: Any = known.string if known is not None and bool(known.pluralizable) == bool(one.many) else None
        new.add((one.template, one.many) if one.many else one.template, told or None, locations=[(one.place, 1)])
    return new


def compiled(catalog: Catalog, language: str) -> bytes:
    """The catalogue as gettext reads it: sorted, and the same bytes for the same messages."""
    texts = {b"": f"Content-Type: text/plain; charset=UTF-8\nLanguage: {language}\n"
                  "Plural-Forms: nplurals=2; plural=(n != 1);\n".encode()}  # fmt: skip
    for message in catalog:
        if (
            message.id
            and message.string
            and all([message.string] if isinstance(message.string, str) else message.string)
        ):
            key, told = ("\0".join(words) if not isinstance(words, str) else words
                         for words in (message.id, message.string))  # fmt: skip
            texts[key.encode()] = told.encode()
    keys = sorted(texts)
    tables, data = [], b""
    for words in ([*keys], [texts[key] for key in keys]):
        for word in words:
            tables.append((len(word), 28 + 16 * len(keys) + len(data)))
            data += word + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    return head + b"".join(struct.pack("<2I", *entry) for entry in tables) + data


def write(language: str) -> None:
    """Write the `.po` file of a language, and compile what click says."""
    new = updated(language)
    po(language).parent.mkdir(parents=True, exist_ok=True)
    with po(language).open("wb") as file:
        file.write(HEADER.format(language=language).encode())
        write_po(file, new, width=120, omit_header=True, include_lineno=False)
    po(language, "click").with_suffix(".mo").write_bytes(compiled(catalogue(language, "click"), language))


def problems(language: str) -> Iterator[str]:
    """What is missing, too much or stale."""
    known, wanted = catalogue(language), messages()
    for message in known:
        template = message.id if isinstance(message.id, str) else message.id[0] if message.id else ""
        if template and template not in wanted:
            yield f"no longer a message: {template}"
        elif message.fuzzy and template:
            yield f"fuzzy: {template}"
    for template, one in wanted.items():
        found = known.get(template)
        told = found.string if found is not None else None
        if not told or not all(told) or bool(one.many) != (not isinstance(told, str)):
            yield f"not translated: {template}"
    path = po(language, "click").with_suffix(".mo")
    if not path.exists() or path.read_bytes() != compiled(catalogue(language, "click"), language):
        yield f"stale: {path.relative_to(ROOT).as_posix()}"


def main() -> None:
    """Write the catalogues, or say what is wrong with them."""
    if "--check" not in sys.argv:
        for language in LANGUAGES:
            write(language)
    found = [f"{language}: {problem}" for language in LANGUAGES for problem in problems(language)]
    if found:
        sys.exit("\n".join([*found, f"{len(found)} to do: docs/build_catalogues.py, then the .po files"]))


if __name__ == "__main__":
    main()
