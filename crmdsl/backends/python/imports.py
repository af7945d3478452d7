"""Which names of the kernel and the standard library a generated module uses, as import statements."""

from __future__ import annotations

import re
from collections.abc import Iterable

RUNTIME = {
    "fractions": ("Fraction",),
    "datetime": ("date", "datetime", "timedelta"),
    "_kernel.access": ("Grant", "Grants"),
    "_kernel.case": ("Case",),
    "_kernel.conditions": ("When",),
    "_kernel.deciding": ("Policy", "Separation"),
    "_kernel.effects": ("Emit", "Notify"),
    "_kernel.fields": (
        "Date", "Duration", "Enum", "Flag", "Instant", "Integer", "Money", "Number", "Percent", "PersonName",
        "Reference", "Text", "Word",
    ),
    "_kernel.machine": ("Machine",),
    "_kernel.people": ("Person",),
    "_kernel.records": ("Record",),
    "_kernel.scopes": ("Hierarchy",),
    "_kernel.shapes": (
        "Agreement", "ApprovalStep", "Assign", "Block", "Body", "Call", "Chain", "Decide", "End", "Feedback",
        "HandoffStep", "Late", "Level", "Opens", "Outcome", "Task", "Timer", "Wait",
    ),
    "_kernel.tokens": ("Token",),
    "_kernel.verdicts": ("NOT_GIVEN", "PERMITTED", "Unmet", "refusing"),
    "calendars": (),
    "organisation": ("ORGANISATION", "OWNERS", "RULES", "STRUCTURE", "grants"),
}  # fmt: skip
TYPING = {
    "collections.abc": ("Mapping",),
    "datetime": ("date", "datetime"),
    "decimal": ("Decimal",),
    "fractions": ("Fraction",),
    "typing": ("Any", "Literal"),
    "_kernel.conditions": ("Facts",),
    "_kernel.people": ("Group", "Person"),
    "_kernel.verdicts": ("NotGiven", "Permitted", "Refusal"),
    "organisation": ("Organisation",),
}
STANDARD = frozenset(("collections.abc", "fractions", "datetime", "decimal", "typing"))
DOUBLE, SINGLE = r'"(?:[^"\\\n]|\\.)*"', r"'(?:[^'\\\n]|\\.)*'"
TEXTS = re.compile(rf'"""(?:[^\\]|\\.)*?"""|{DOUBLE}|{SINGLE}|#[^\n]*', re.DOTALL)
WORDS = re.compile(r"\b[A-Za-z_]\w*\b")
ANNOTATED = re.compile(r"(?:: |\| |-> |\[)(date|datetime)\b(?! *[:=(])")
CALLS = re.compile(r"\b(date|datetime|timedelta|Fraction)\(")
TIMED = frozenset(("date", "datetime", "timedelta", "Fraction"))
"""Names that are sought where they are called, or annotate, and not as words: fields may be called so too."""


class Names:
    """The names in the code of a module, texts and comments left out."""

    def __init__(self, text: str) -> None:
        self.code = code = TEXTS.sub('""', text)
        self.words = frozenset(WORDS.findall(code))
        timed = self.words & TIMED
        self.called = frozenset(CALLS.findall(code) if timed else ())
        self.annotated = frozenset(ANNOTATED.findall(code) if timed else ())

    def runtime(self, name: str) -> bool:
        """Whether a name is used when the module runs, and not in annotations alone."""
        if name == "Person":
            return ", Person)" in self.code
        return name in self.called if name in TIMED else name in self.words

    def typing(self, name: str) -> bool:
        """Whether a name is used in an annotation."""
        return name in self.annotated if name in ("date", "datetime") else name in self.words


def runtime_imports(
    names: Names, level: str, modules: Iterable[str] = (), calendars: Iterable[str] = (), own_name: str = ""
) -> str:
    """The imports that a module (`own_name`) needs to run. `level` are the dots to the package."""
    table = {**RUNTIME, "calendars": tuple(sorted(("ZONE", "CLOCK", *calendars)))}
    standard, own = [], []
    for module, known in table.items():
        used = [name for name in known if names.runtime(name)]
        if used and module in STANDARD:
            standard.append(statement(module, used))
        elif used and module != own_name:
            own.append(statement(f"{level}{module}", used))
    ordered = sorted([*modules, *own], key=lambda one: one.split(" ")[1])
    blocks = ["\n".join(sorted(standard)), "\n".join(ordered)]
    return "\n\n".join(block for block in (*blocks, "TYPE_CHECKING = False") if block)


def typing_imports(names: Names, level: str) -> str:
    """The imports that a module needs for its annotations alone."""
    standard, own = [], []
    for module, known in TYPING.items():
        used = [name for name in known if names.typing(name) and not (module in RUNTIME and _needed(names, name))]
        if used and module in STANDARD:
            standard.append(statement(module, used))
        elif used:
            own.append(statement(f"{level}{module}", used))
    blocks = ["\n".join(standard), "\n".join(own)]
    return "\n\n".join(block for block in blocks if block) or "pass"


def _needed(names: Names, name: str) -> bool:
    return name in ("date", "datetime", "Fraction", "Person") and names.runtime(name)


def statement(module: str, names: list[str]) -> str:
    """`from module import names`, on lines of their own where it is long."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 116:
        return line
    inner = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{inner})"
