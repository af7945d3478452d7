"""What a renderer is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from crmdsl.diagnostics.diagnostic import Diagnostic, Severity
from crmdsl.diagnostics.message import Message

HELP = Message("help")
"""What stands in front of a repair."""


class Lines(Protocol):
    """The text of a file, line by line."""

    def line(self, number: int, /) -> str:
        """Line `number` (1-based) without its break, empty when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """The diagnostics of a spec, in the order in which they are shown, with the texts of its files.

    `folder` goes in front of the files' paths in the formats that other programs resolve from where they
    run (github, sarif): the path of the spec's folder from there, empty where it is the same.
    """

    spec: str
    diagnostics: Sequence[Diagnostic]
    sources: Mapping[str, Lines] = field(default_factory=dict)
    folder: str = ""

    def path(self, file: str) -> str:
        """A file's path from where the program runs."""
        return f"{self.folder.rstrip('/')}/{file}" if self.folder else file


def counts(diagnostics: Sequence[Diagnostic]) -> dict[str, int]:
    """How many diagnostics there are of each severity."""
    found = dict.fromkeys((severity.value for severity in Severity), 0)
    for diagnostic in diagnostics:
        found[diagnostic.severity.value] += 1
    return found
