"""Writes the parts of the reference that follow from the code: every key, and every diagnostic.

python docs/build_reference.py            write docs/reference/keys.md and docs/reference/diagnostics.md
python docs/build_reference.py --check    say whether they are up to date
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from crmdsl.model.access import Access
from crmdsl.model.declaration import Declaration, keys_of
from crmdsl.model.kinds import (
    AssignmentsKind,
    ChoiceKind,
    ConditionKind,
    ConditionsKind,
    DateRangesKind,
    DurationKind,
    EffortKind,
    ExpressionKind,
    FieldTypeKind,
    FlagKind,
    HoursKind,
    InlineKind,
    InstantKind,
    IntegerKind,
    JoinKind,
    Key,
    Kind,
    LabelKind,
    LateKind,
    ListKind,
    ManagerOfKind,
    MapKind,
    MoneyKind,
    NumberKind,
    PercentKind,
    QuorumKind,
    RateKind,
    RefKind,
    SectionValuesKind,
    TargetKind,
    TextKind,
    ValueKind,
    WordKind,
    YearsKind,
)
from crmdsl.model.organisation import Company
from crmdsl.model.processes import STEP_KINDS
from crmdsl.model.spec import SECTIONS
from crmdsl.report.codes import codes

HERE = Path(__file__).parent / "reference"
PLAIN = {
    TextKind: "text", LabelKind: "text, or a map of languages", FlagKind: "`true` or `false`",
    NumberKind: "a number", PercentKind: "a percent", MoneyKind: "money", DurationKind: "a duration",
    EffortKind: "a duration, or `{mean, cv}`", RateKind: "a rate", InstantKind: "an instant",
    DateRangesKind: "a list of dates or ranges", YearsKind: "`from..to`", HoursKind: "a map of days to hours",
    WordKind: "a name", ConditionKind: "a condition", ExpressionKind: "an expression",
    ConditionsKind: "a map to conditions", AssignmentsKind: "a map of fields to expressions", ValueKind: "a value",
    FieldTypeKind: "a type", LateKind: "`remind`, `escalate`, `{escalate: role}`, or an outcome",
    ManagerOfKind: "`requester`", QuorumKind: "`any`, `all`, or a number", JoinKind: "`all`, `any`, or a number",
    TargetKind: "`at least …` or `at most …`", SectionValuesKind: "a map of entities to fields",
    IntegerKind: "a whole number",
}  # fmt: skip


HEAD = """# Every key

Written by `docs/build_reference.py` from the model. † must be there. `label`, `note` and `allow` may stand on every
declaration; where a list can stand, one value may stand alone.
"""


def keys() -> str:
    """The page of all keys, a table a declaration."""
    parts = [
        HEAD,
        "\n".join(_table("company", Company, 2)),
    ]
    for section, declaration in SECTIONS.items():
        if section == "processes":
            parts += ["\n".join(_table("processes", declaration, 2)), "\n".join(_steps())]
        else:
            parts.append("\n".join(_table(section, declaration, 2)))
    parts.append("\n".join(_table("access", Access, 2)))
    return "\n".join(parts)


def _steps() -> Iterator[str]:
    for key, kind in STEP_KINDS.items():
        yield from _table(f"a step with `{key}`", kind, 3)


def _table(title: str, declaration: type[Declaration | Access], level: int) -> Iterator[str]:
    yield f"{'#' * level} {title}\n"
    if declaration.__doc__:
        yield f"{declaration.__doc__.strip().splitlines()[0]}\n"
    yield "| key | what | written | example |"
    yield "|---|---|---|---|"
    inner = []
    for name, (_, key) in keys_of(declaration).items():
        if name in {"label", "note"}:
            continue
        marked = f"`{name}`{'†' if key.required else ''}"
        yield f"| {marked} | {_cell(key.doc)} | {_cell(_kind(key.kind))} | {_example(key)} |"
        inner += [(name, key.kind.of)] if isinstance(key.kind, InlineKind | MapKind | ListKind) else []
    yield ""
    for name, of in inner:
        if of.__name__ not in {"Step", "Person", "Outcome"} or name == "anytime":
            yield from _table(f"{title} → `{name}`", of, min(level + 1, 4))


def _kind(kind: Kind) -> str:
    if isinstance(kind, ChoiceKind):
        words = ", ".join(f"`{value}`" for value in kind.values)
        return f"a list of {words}" if kind.many else words
    if isinstance(kind, RefKind):
        names = " or ".join(section.rstrip("s") if section != "processes" else "process" for section in kind.sections)
        also = "".join(f", or `{word}`" for word in kind.also)
        return f"{'names' if kind.many else 'a name'} ({names}){also}"
    if isinstance(kind, MapKind):
        return "a map of names"
    if isinstance(kind, ListKind):
        return "a list"
    if isinstance(kind, InlineKind):
        return "a map"
    return PLAIN[type(kind)]


def _example(key: Key) -> str:
    return f"`{_cell(key.example)}`" if key.example else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def diagnostics() -> str:
    """The page of all diagnostics, as `crmdsl explain` tells them."""
    parts = ["# Every diagnostic\n\nWritten by `docs/build_reference.py` from the docstrings of the rules.\n"]
    for code in codes().values():
        parts.append(f"## {code.code}\n\n{code.severity.value}: {_prose(code.summary)}\n")
        if code.why:
            parts.append(f"{_prose(code.why)}\n")
        for title, text in (("Wrong", code.wrong), ("Right", code.right)):
            if text:
                parts.append(f"{title}:\n\n```yaml\n{text}\n```\n")
    return "\n".join(parts)


def _prose(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text)


def main() -> None:
    """Write the pages, or hold them against the code."""
    pages = {"keys.md": keys(), "diagnostics.md": diagnostics()}
    stale = []
    for name, written in pages.items():
        page, text = HERE / name, written.rstrip("\n") + "\n"
        if not page.exists() or page.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                page.write_text(text, "utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"stale: {', '.join(stale)}; run `python docs/build_reference.py`")


if __name__ == "__main__":
    main()
