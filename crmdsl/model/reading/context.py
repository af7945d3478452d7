"""What one reading of a spec knows and finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from collections.abc import Mapping as Mapping_
from contextlib import contextmanager
from typing import Any

from crmdsl.diagnostics import Diagnostic
from crmdsl.diagnostics.collection import MOST
from crmdsl.model.kinds import Key, Kind, LateKind, RefKind
from crmdsl.model.parse import is_name
from crmdsl.model.processes import Step
from crmdsl.syntax.nodes import Mapping, Node, Scalar

Read = Callable[[Node, Node], Any]
"""Reads the value under a key: the key's node (where an empty value is reported) and the value's.

Gives `None` for a value with a fault, which is reported; the declaration then keeps the default.
"""

STRUCTURE = frozenset({
    "steps", "outcomes", "decide", "parallel", "wait", "to", "then", "start", "on_failure", "anytime", "fields",
    "levels", "entity",
})  # fmt: skip
"""Keys without which nothing can be said of the graph around them."""


ROOM = 100_000
"""Nodes that any spec may take by `use`; a larger spec may take more."""


class Reading:
    """The state of one reading: what is known, where it is, and what was found."""

    def __init__(self, currency: str | None) -> None:
        self.currency = currency
        self.plans: dict[tuple[type[Any], bool], Any] = {}
        # Makers of readers for maps whose entries are of several classes, and the keys of all kinds of steps.
        self.special: dict[str, Callable[[Reading, str, Key], Read]] = {}
        self.step_keys: dict[str, Read] = {}
        # What may stand under a key, and names that were found to be written well.
        self.examples: dict[str, tuple[Kind, str]] = {}
        self.sections: Mapping_[str, Mapping_[str, object]] = {}
        self.names: set[str] = set()

        # The declaration that is read; of a process the path around, the steps so far, and all of them as nodes.
        self.section = ""
        self.declaration = ""
        self.process = ""
        self.prefix = ""
        self.all_steps: dict[str, Step] = {}
        self.steps_root: Mapping | None = None
        self.steps_found: dict[str, tuple[Scalar, Node]] | None = None
        # Keys that are misspelt in the declaration that is checked.
        self.meant: Collection[str] = ()

        # Declarations being read that take keys by `use`, how many nodes may still be taken, and sizes of nodes.
        self.using: list[int] = []
        self.room = ROOM
        self.sizes: dict[int, int] = {}
        # Values and keys whose faults are reported: those that are taken by `use` are read more than once.
        self.said: dict[int, str | None] = {}
        self.lacking: set[tuple[int, str]] = set()

        self.diagnostics: list[Diagnostic] = []
        self.unsound: set[str] = set()
        self.incomplete: set[str] = set()
        self.unread: set[str] = set()

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, unless there are more than anybody reads."""
        if not self.full:
            self.diagnostics.append(diagnostic)

    @property
    def full(self) -> bool:
        """Whether there are more diagnostics than are told in the end."""
        return len(self.diagnostics) > MOST

    @contextmanager
    def taking(self, node: Node) -> Iterator[None]:
        """While a declaration is read that takes keys by `use`."""
        self.using.append(id(node))
        try:
            yield
        finally:
            self.using.pop()

    def learn(self, name: str, key: Key) -> None:
        """Remember what may stand under a key; of a key that takes different kinds nothing is remembered."""
        kind = self.examples.setdefault(name, (key.kind, key.example))[0]
        if type(kind) is not type(key.kind):
            self.examples[name] = (kind, "")

    def example(self, name: str) -> str:
        """How the value of a key is written, with a name of this spec where it is one; nothing if that differs."""
        kind, text = self.examples.get(name, (None, ""))
        return self.own(kind, text) if kind and text else text

    def own(self, kind: Kind, text: str) -> str:
        """An example with a name of this spec in place of one that stands in no spec of anybody."""
        names = self.names_for(kind)
        if not names or text.strip("[]") in names:
            return text
        return f"[{names[0]}]" if text.startswith("[") else names[0]

    def names_for(self, kind: Kind) -> list[str]:
        """The names of this spec that may stand under a key of a kind."""
        sections = kind.sections if isinstance(kind, RefKind) else ("roles",) if isinstance(kind, LateKind) else ()
        return [name for section in sections for name in self.sections.get(section, ()) if is_name(name)]

    def hushed(self, node: Node) -> bool:
        """Whether nothing is said of a fault of a value: there are too many, or it is told already.

        A value is read more than once where others take it by `use`.
        """
        return self.full or (bool(self.using) and id(node) in self.said)

    def miss(self, key: str) -> None:
        """A key was meant to stand and could not be read."""
        self.unread.add(f"{self.section}.{self.declaration}.{key}" if self.declaration else f"{self.section}.{key}")

    def spoil(self) -> None:
        """Something of the process being read is missing: rules on its graph leave it out."""
        if self.process:
            self.unsound.add(self.process)

    def lack(self) -> None:
        """Names inside of what is being read may stand in a part that could not be read."""
        self.spoil()
        self.incomplete.add(f"{self.section}.{self.declaration}" if self.declaration else self.section)
