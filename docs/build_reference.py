"""Writes the parts of the reference that follow from the code: every key, and every diagnostic.

python docs/build_reference.py            write docs/reference/keys.md and docs/reference/diagnostics/
python docs/build_reference.py --check    say whether they are up to date
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from crmdsl.api import explained
from crmdsl.diagnostics.render import text
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
from crmdsl.report.codes import Code, codes
from crmdsl.report.examples import COMPANY as THE_COMPANY
from crmdsl.report.examples import shown
from crmdsl.resources import templates

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


ONE = {
    "calendars": "calendar", "departments": "department", "roles": "role", "people": "person",
    "territories": "territory", "product_lines": "product line", "sales_network": "unit of the sales network",
    "channels": "channel", "entities": "entity", "processes": "process", "approvals": "approval chain",
    "handoffs": "handoff", "kpis": "kpi", "integrations": "integration",
}  # fmt: skip
ELSE = {
    "*.within": "no deadline", "*.late": "nothing more happens", "*.when": "always", "*.use": "",
    "Role.headcount": "`1`", "Role.availability": "`100%`", "Role.calendar": "the company's",
    "Role.reports_to": "nobody is above", "Channel.qualified": "not said",
    "Field.min": "`0 EUR` for money, `0%` for a percent", "Field.max": "`100%` for a percent",
    "Field.default": "not known", "Process.promise": "nothing is promised",
    "Outcome.by": "whoever does the step; in `anytime` the process owner", "Outcome.when": "always open",
    "Outcome.chance": "an equal share of the rest", "Task.effort": "none", "Task.outcomes": "none",
    "ApprovalStep.of": "the one field that refers to it", "HandoffStep.of": "the one field that refers to it",
    "Call.of": "the one field that refers to it", "Parallel.on_failure": "no branch may fail",
    "WaitFor.timeout": "it waits on", "WaitFor.takes": "half its `timeout`, else half its `within`",
    "Level.chance": "bands share the rest equally; `100%` in a ladder", "Level.approver": "one of the three must stand",
    "Level.manager_of": "", "Level.named_in": "", "Approval.otherwise": "a case that no level covers is an error",
    "Approval.separation": "nobody is kept apart", "Handoff.respond": "no deadline", "Handoff.deliver": "no deadline",
    "Handoff.verify": "no deadline", "Handoff.accept_when": "any delivery may be accepted",
    "Handoff.rework": "`0%`", "Handoff.decline": "`0%`", "Handoff.rework_limit": "no limit",
    "Feedback.below": "no score opens anything", "Feedback.chance": "`0%`", "Grant.when": "always",
    "Grant.fields": "all fields", "Grant.excluded": "none", "Kpi.at": "`mean`", "Kpi.when": "all cases",
    "Kpi.by": "not split", "Scenario.at": "the first opening of 2026", "Scenario.people": "the section `people`",
    "Calendar.holidays": "none", "Calendar.closed": "never",
}  # fmt: skip
"""What holds where a key is left out, by class and attribute, where it is no constant of the model."""
HEAD = """# Every key

Written by `docs/build_reference.py` from the model; an editor shows the same, from the schema that `crmdsl schema`
writes. † must be there. Where a list can stand, one value may stand alone. [How values are written](basics.md#values).

On every declaration, step, level, outcome and field may stand:

| key | what | written | example |
|---|---|---|---|
| `label` | What people call it, in one or more languages | text, or a map of languages | `{it: Agente, en: Agent}` |
| `note` | Free text for whoever reads the spec | text | `agreed with sales on 3 March` |
| `allow` | [Diagnostics](diagnostics/index.md) that are silenced here, each with its reason | a map of codes \
to reasons | `{single-point-of-failure: the owner stands in}` |
| `use` | Takes every key that is not set here from another declaration of the same section | a name | `other_name` |
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
    own = {name: found for name, found in keys_of(declaration).items() if name not in {"label", "note"}}
    if own:
        yield "| key | what | written | without it | example |"
        yield "|---|---|---|---|---|"
    else:
        yield "A name, and perhaps a `label`: `{}`."
    inner = []
    for name, (attribute, key) in own.items():
        marked = f"`{name}`{'†' if key.required else ''}"
        cells = (marked, _cell(key.doc), _cell(_kind(key.kind)), _without(declaration, attribute, key), _example(key))
        yield f"| {' | '.join(cells)} |"
        inner += [(name, key.kind.of)] if isinstance(key.kind, InlineKind | MapKind | ListKind) else []
    yield ""
    for name, of in inner:
        if of.__name__ not in {"Step", "Person", "Outcome"} or name == "anytime":
            yield from _table(f"{title} → `{name}`", of, min(level + 1, 4))


def _without(declaration: type[Declaration | Access], attribute: str, key: Key) -> str:
    """What holds where a key is left out."""
    if key.required:
        return ""
    for name in (f"{declaration.__name__}.{attribute}", f"*.{attribute}"):
        if name in ELSE:
            return ELSE[name]
    value = declaration.__dataclass_fields__[attribute].default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`" if isinstance(key.kind, FlagKind) else ""
    if isinstance(key.kind, YearsKind):
        return f"`{value[0]}..{value[1]}`"
    return f"`{value}`" if isinstance(value, str) and value else ""


def _kind(kind: Kind) -> str:
    if isinstance(kind, ChoiceKind):
        words = ", ".join(f"`{value}`" for value in kind.values)
        return f"a list of {words}" if kind.many else words
    if isinstance(kind, RefKind):
        names = " or ".join(ONE.get(section, section) for section in kind.sections)
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


INDEX = """# Every diagnostic

Written by `docs/build_reference.py` from the docstrings of the rules, like the pages behind it: each says what is
wrong, why it matters, at what it points, and shows an example with the very message. `crmdsl explain CODE` tells the
same at the terminal, in Italian with `--lang it`.

An error fails `validate`, a warning and an info do not. What `allow` silences is silenced at the declaration, or at one
around it, with a reason: `allow: {unused-role: starts in March}`.

The examples stand in [a small company](company.md), without what an example declares itself.

| code | severity | what | `allow` |
|---|---|---|---|
"""
COMPANY = """# The company of the examples

The examples of [the diagnostics](index.md) are checked together with this company; what an example declares itself is
left out of it.

"""


def diagnostics() -> dict[str, str]:
    """The page of each diagnostic, as `crmdsl explain` tells it, the index, and the company of the examples."""
    every = codes().values()
    rows = [
        f"| [`{one.code}`]({one.code}.md) | {one.severity.value} | {_cell(_prose(one.summary))} "
        f"| {'yes' if one.silenced else ''} |"
        for one in every
    ]
    company = (templates("explain") / THE_COMPANY).read_text("utf-8")
    return {
        "index.md": INDEX + "\n".join(rows),
        "company.md": f"{COMPANY}```yaml\n{company}```",
        **{f"{one.code}.md": "\n".join(_page(one)) for one in every},
    }


def _page(code: Code) -> Iterator[str]:
    allow = f"silenced by `allow: {{{code.code}: a reason}}`" if code.silenced else "`allow` does not silence it"
    yield f"# {code.code}\n\n**{_prose(code.summary)}**\n\n{code.severity.value} · {allow}\n"
    if code.why:
        yield f"{_prose(code.why)}\n"
    if code.place:
        yield f"It points at: {_prose(code.place)}.\n"
    said = text.render(explained(code)).rstrip("\n")
    for title, language, example in (
        ("Wrong", "yaml", shown(code.wrong, code.code)),
        ("What is said of it", "text", said),
        ("Right", "yaml", shown(code.right, code.code)),
    ):
        if example:
            yield f"## {title}\n\n```{language}\n{example}\n```\n"


def _prose(words: str) -> str:
    return re.sub(r"\s*\n\s*", " ", words)


def main() -> None:
    """Write the pages, or hold them against the code."""
    pages = {"keys.md": keys(), **{f"diagnostics/{name}": page for name, page in diagnostics().items()}}
    stale = [name for name, written in pages.items() if not _is(HERE / name, written)]
    left = [path for path in sorted(HERE.glob("diagnostics/*.md")) if f"diagnostics/{path.name}" not in pages]
    if "--check" in sys.argv:
        if stale or left:
            names = ", ".join([*stale, *(path.name for path in left)])
            sys.exit(f"stale: {names}; run `python docs/build_reference.py`")
        return
    for name in stale:
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(_ended(pages[name]), "utf-8")
    for path in left:
        path.unlink()


def _is(page: Path, written: str) -> bool:
    return page.exists() and page.read_text("utf-8") == _ended(written)


def _ended(page: str) -> str:
    return page.rstrip("\n") + "\n"


if __name__ == "__main__":
    main()
