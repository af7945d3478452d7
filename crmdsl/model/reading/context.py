"""What one reading of a spec knows and finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from crmdsl.diagnostics import Diagnostic
from crmdsl.model.kinds import Key, Kind
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
    """The state of one reading.

    `section` and `declaration` say what is being read; `process`, `prefix` and `all_steps` the process, the path
    of the steps around, and the steps found so far; `steps_root` all of its steps as nodes. `special` makes the
    readers of maps whose entries are of several classes; `names` are names that were found to be written well;
    `examples` what may stand under a key. `using` are the declarations being read that take keys by `use`, `room` is
    how many nodes may still be taken, so that no small file makes a large spec; `sizes` are those of nodes. `meant`
    are the keys of the declaration being checked that are misspelt.
    """

    __slots__ = (
        "all_steps", "currency", "declaration", "diagnostics", "examples", "incomplete", "meant", "names", "plans",
        "prefix", "process", "room", "section", "sizes", "special", "steps_found", "steps_root", "unread", "unsound",
        "using",
    )  # fmt: skip

    def __init__(self, currency: str | None) -> None:
        self.currency = currency
        self.diagnostics: list[Diagnostic] = []
        self.examples: dict[str, tuple[type[Kind], str]] = {}
        self.section = ""
        self.declaration = ""
        self.process = ""
        self.prefix = ""
        self.all_steps: dict[str, Step] = {}
        self.steps_root: Mapping | None = None
        self.steps_found: dict[str, tuple[Scalar, Node]] | None = None
        self.room = ROOM
        self.sizes: dict[int, int] = {}
        self.using: list[int] = []
        self.names: set[str] = set()
        self.unsound: set[str] = set()
        self.incomplete: set[str] = set()
        self.unread: set[str] = set()
        self.meant: Collection[str] = ()
        self.plans: dict[tuple[type[Any], bool], Any] = {}
        self.special: dict[str, Callable[[Reading, str, Key], Read]] = {}

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic."""
        self.diagnostics.append(diagnostic)

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
        kind = self.examples.setdefault(name, (type(key.kind), key.example))[0]
        if kind is not type(key.kind):
            self.examples[name] = (kind, "")

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
