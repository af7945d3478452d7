"""How the fields of records are told to an engine of policies: whole numbers, words and names, within limits.

Engines have no exact decimals, and whole numbers of 64 bits. So a figure is told in its smallest unit, and has a limit,
so that no condition calculates beyond what the engine keeps: `MARGIN` times the bounds of its field (a case may set
more than its field's `max`), else `LARGEST`. What is beyond is refused before it is asked. A `number` is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.conditions.ast import Expr, Path
from crmdsl.conditions.cedar import LARGEST, Bounds
from crmdsl.conditions.derived import inlined
from crmdsl.ir.casespace import SECTIONS, CaseSpace
from crmdsl.ir.program import Program
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.entities import Field

MARGIN = 10
FIGURES = {"money", "percent", "integer", "duration"}


@dataclass(frozen=True, slots=True)
class Kept:
    """How a field is told. `kind`: `figure flag text word name date instant record`, or `untold`.

    A figure has `digits` behind its point and is at most `limit`, a word is one of `words`; `of` is the entity of a
    record, or what a name is a name of (`person unit territory channel product_line`), empty for an enumeration.
    """

    kind: str
    digits: int = 0
    limit: int = 0
    words: tuple[str, ...] = ()
    of: str = ""


class Records:
    """The fields of all entities of a program as engines are told them, and its conditions over these."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.space = CaseSpace(program.resolved)
        company = program.spec.company
        self.decimals = DECIMALS[company.currency] if company is not None else 2

    @property
    def day(self) -> int:
        """Minutes of a day of working time."""
        return self.space.day

    def fields(self, entity: str) -> Iterator[tuple[str, Kept]]:
        """The fields of an entity."""
        for name, field in self.program.spec.entities[entity].fields.items():
            yield name, self.kept(entity, field)

    def kept(self, entity: str, field: Field) -> Kept:
        """How a field is told; a derived one is not, since conditions write it out."""
        if field.type is None or field.derived is not None or field.type.base == "number":
            return Kept("untold")
        base = field.type.base
        if base in FIGURES:
            digits = {"money": self.decimals, "percent": 2}.get(base, 0)
            return Kept("figure", digits, self.limit(entity, field.name))
        if base in ("enum", *SECTIONS):
            words = field.type.values if base == "enum" else tuple(self.space.names(base))
            return Kept("word", words=words, of="" if base == "enum" else base)
        if base == "person":
            return Kept("name", of="person")
        return Kept("record", of=field.type.entity) if base == "reference" else Kept(base)

    def limit(self, entity: str, name: str) -> int:
        """The greatest magnitude of a figure."""
        facts = self.space.field(entity, name)
        if facts is None or facts.low is None or facts.high is None:
            return LARGEST
        return min(MARGIN * max(abs(int(facts.low)), abs(int(facts.high)), 1), LARGEST)

    def bounds(self, path: Path) -> Bounds:
        """Between what a figure lies that a condition reads."""
        entity = path.entity
        for part in path.parts[:-1]:
            facts = self.space.field(entity, part)
            entity = facts.type.entity if facts is not None else ""
        limit = self.limit(entity, path.parts[-1])
        return -limit, limit

    def kind(self, path: Path) -> tuple[int, str]:
        """How many parts of a record's path are fields, and the type of the last of these."""
        entity = path.entity
        for count, part in enumerate(path.parts, 1):
            facts = self.space.field(entity, part)
            if facts is None or not facts.type.entity:
                return count, facts.type.base if facts is not None else ""
            entity = facts.type.entity
        return len(path.parts), "reference"

    def written_out(self, tree: Expr) -> Expr:
        """A condition without derived fields."""
        return inlined(tree, self.space.field)
