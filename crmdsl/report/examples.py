"""The examples of the documentation as whole specs: what a docstring shows, in a frame and in a small company.

An example is one file, or several under comments that name them (`# roles.yaml`, in the first column). Where it is
only a piece of a declaration (`steps:`, `levels:`), the declaration is put around it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from textwrap import indent

import yaml

from crmdsl.resources import templates

COMPANY = "the_company.yaml"
FILE = "example.yaml"
VERSION = "crmdsl: 1\n"
ENCODINGS = {"not-utf8": "cp1252"}
"""Codes whose wrong example is a file in another encoding."""
UNSHOWN = frozenset({"unreadable-file", "inexpressible"})
"""Codes whose example cannot be told as text, or that `validate` does not give."""
_TITLE = re.compile(r"(?m)^# ([\w/]+\.yaml)$\n")
_BLOCK = re.compile(r"(?m)^(?=\w)")
_DECLARED = re.compile(r"(?m)^  (?=\w)")
_LEADS = re.compile(r"\bto: (\w+)")
_NAME = re.compile(r"[a-z]\w*")
_FRAMES = {
    "steps": "processes:\n  example:\n    entity: order\n    start: {first}\n",
    "levels": "approvals:\n  discount:\n    entity: order\n    requester: agent\n",
    "outcomes": "processes:\n  example:\n    entity: order\n    start: work\n    steps:\n{ends}      work:\n"
    "        role: agent\n",
    "decide": "processes:\n  example:\n    entity: order\n    start: work\n    steps:\n{ends}      work:\n",
}
"""What stands around a piece of a declaration, by its first key; it is put in by as much as the last line, and two."""
_BUILDING = ("processes", "approvals", "handoffs", "access", "channels")
"""Sections that build on entities: those of the company go where an example has an entity of its own."""


def files_of(example: str) -> dict[str, str]:
    """The files of an example, as they are shown: whole, each with the version of the language."""
    first, *named = _TITLE.split(example)
    parts = dict(zip(named[::2], named[1::2], strict=True)) if named and not first.strip() else {FILE: example}
    return {name: _whole(text) for name, text in parts.items()}


def shown(example: str, code: str = "") -> str:
    """An example as its readers see it: the whole file, or its files under their names."""
    if code in UNSHOWN:
        return example
    files = files_of(example)
    if len(files) == 1:
        return next(iter(files.values())).rstrip("\n")
    return "\n".join(f"# {name}\n{text}" for name, text in files.items()).rstrip("\n")


def spec_of(example: str, code: str = "") -> dict[str, str | bytes]:
    """The files of an example with the company around it; `code` is what it is an example of."""
    files: dict[str, str | bytes] = {}
    for name, text in files_of(example).items():
        files[name] = text.encode(ENCODINGS[code]) if code in ENCODINGS else text
    return {**files, COMPANY: _company(example)}


def _whole(text: str) -> str:
    """A piece of a file as a file."""
    text = text.strip("\n") + "\n"
    if text.startswith("crmdsl:"):
        return text
    first, _, rest = text.partition(":")
    if first in _FRAMES:
        step = _NAME.search(rest)
        ends = "".join(f"      {name}: {{end: success}}\n" for name in dict.fromkeys(_LEADS.findall(text)))
        frame = _FRAMES[first].format(first=step[0] if step else "", ends=ends)
        last = frame.rstrip("\n").rpartition("\n")[2]
        deeper = 2 if last.endswith(":") else 0
        text = frame + indent(text, " " * (len(last) - len(last.lstrip()) + deeper))
    return VERSION + text


def _company(example: str) -> str:
    """The company without what the example declares itself."""
    declared = _declared(example)
    dropped = _BUILDING if "entities" in declared else ()
    text = (templates("explain") / COMPANY).read_text(encoding="utf-8")
    return "".join(_kept(text, declared, dropped))


def _kept(text: str, declared: dict[str, set[str]], dropped: Collection[str]) -> Iterator[str]:
    """The sections that stay, without the names that the example has too; what it grants is added to the grants."""
    for block in _BLOCK.split(text):
        section = block.partition(":")[0]
        names = declared.get(section, set()) if section != "access" else set()
        if section not in dropped and not (section == "company" and "company" in declared):
            head, *declarations = _DECLARED.split(block)
            yield head + "".join(f"  {one}" for one in declarations if one.partition(":")[0] not in names)


def _declared(example: str) -> dict[str, set[str]]:
    """The names that an example declares, by section."""
    found: dict[str, set[str]] = {}
    for text in files_of(example).values():
        try:
            read = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - texts alone
        except yaml.YAMLError:
            read = {block.partition(":")[0]: dict.fromkeys(_names(block)) for block in _BLOCK.split(text)}
        for section, declarations in read.items():
            found.setdefault(section, set()).update(declarations if isinstance(declarations, dict) else ())
    return found


def _names(block: str) -> list[str]:
    """The names in a section that is not sound YAML."""
    return [one.partition(":")[0] for one in _DECLARED.split(block)[1:]]
