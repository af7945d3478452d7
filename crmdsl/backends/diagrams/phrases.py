"""Values, times and conditions of a spec in the words of a reader: `Importo > 2.000 EUR e ≤ 15.000 EUR`, `2 giorni`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from crmdsl.backends.diagrams.metrics import NO_BREAK
from crmdsl.backends.diagrams.words import called, human
from crmdsl.conditions.ast import (
    And,
    Between,
    Compare,
    Expr,
    In,
    Known,
    Literal,
    Name,
    Not,
    Or,
    Path,
    State,
    Today,
    walk,
)
from crmdsl.conditions.regions.cases import written
from crmdsl.conditions.unparse import ATOM, NOT, OR, SUM, Printer, figure
from crmdsl.diagnostics import Message, numbers
from crmdsl.diagnostics.languages import catalogue
from crmdsl.model.spec import Spec
from crmdsl.model.values import Condition, Duration
from crmdsl.resolve.names import resolve
from crmdsl.resolve.resolved import Resolved

FIGURES = frozenset({"money", "percent", "number", "integer"})
SIGNS = {"!=": "≠", "<=": "≤", ">=": "≥"}
SECTIONS = {
    "role": "roles", "unit": "sales_network", "territory": "territories", "channel": "channels",
    "product_line": "product_lines", "person": "people",
}  # fmt: skip
"""The sections whose declarations a name in a condition may stand for, by the type of the value."""
PERSONS = {"requester": Message("who asks"), "actor": Message("who acts")}
PARTS = {
    "role": Message("role"), "unit": Message("unit"), "territory": Message("territory"), "kind": Message("kind"),
}  # fmt: skip
"""What is asked of a person or a unit."""
WORKING = (
    Message.counted("{count} week", "{count} weeks", count=0),
    Message.counted("{count} day", "{count} days", count=0),
    Message.counted("{count} hour", "{count} hours", count=0),
    Message.counted("{count} minute", "{count} minutes", count=0),
)
"""Working time, from weeks to minutes."""
ELAPSED = (
    Message.counted("{count} calendar week", "{count} calendar weeks", count=0),
    Message.counted("{count} calendar day", "{count} calendar days", count=0),
    Message.counted("{count} clock hour", "{count} clock hours", count=0),
    Message.counted("{count} clock minute", "{count} clock minutes", count=0),
)
"""Time of the clock."""

_latest: list[tuple[Spec, Resolved]] = []


def resolved(spec: Spec) -> Resolved:
    """The conditions of a spec with their types, worked out once for all pictures of it.

    What is known of the processes stays as it is: a spec that was only read is drawn as far as it was read.
    """
    if not _latest or _latest[0][0] is not spec:
        known = spec.unsound, spec.faulty
        _latest[:] = [(spec, resolve(spec)[0])]
        spec.unsound, spec.faulty = known
    return _latest[0][1]


def span(duration: Duration, language: str) -> str:
    """A duration as people say it: `1 giorno 4 ore`, `60 giorni solari`."""
    counted = zip(ELAPSED if duration.elapsed else WORKING, duration[:4], strict=True)
    found = [(message, count) for message, count in counted if count] or [(WORKING[3], 0)]
    return " ".join(message.having(count=count).text(catalogue(language)) for message, count in found)


def amount(base: str, value: Any, currency: str, language: str) -> str:
    """A value of a field as people write it in a language: `2.000,50 EUR` in Italian."""
    if base == "duration" and isinstance(value, Duration):
        return span(value, language)
    if base == "enum":
        return str(value).replace("_", " ")
    text = written(base, value, currency)
    return numbers.figure(text, language) if base in FIGURES else text


def condition(spec: Spec, found: Condition | None, language: str) -> str:
    """A condition as people read it, nothing where there is none; its own text where it has a fault."""
    if found is None:
        return ""
    tree = resolved(spec).typed(found)
    if tree is None:
        return as_written(found)
    text = _Reader(spec, language).part(tree, OR)
    return text[:1].upper() + text[1:]


def as_written(found: Condition | None) -> str:
    """The text of a condition in one line, as it stands in the spec."""
    return " ".join(found.text.split()) if found else ""


class _Reader(Printer):
    """Prints a condition with the labels of a spec; where a word could bind either way, parentheses say how."""

    def __init__(self, spec: Spec, language: str) -> None:
        super().__init__(spec.company.currency if spec.company else "")
        self.spec = spec
        self.language = language

    def say(self, message: Message) -> str:
        return message.text(catalogue(self.language))

    def strength(self, expr: Expr) -> int:
        if isinstance(expr, And) and len(kept := self._kept(expr.parts)) == 1:
            return self.strength(kept[0])
        if isinstance(expr, In) and len(expr.choices) > 1:
            return OR
        return super().strength(expr)

    def joined(self, expr: And | Or) -> str:
        if isinstance(expr, Or):
            return f" {self.say(Message('or'))} ".join(self.part(one, NOT) for one in expr.parts)
        kept = self._kept(expr.parts)
        return f" {self.say(Message('and'))} ".join(self._alike(kept)) if len(kept) > 1 else self.part(kept[0], OR)

    def _kept(self, parts: Sequence[Expr]) -> list[Expr]:
        """Parts of an `and` without what goes without saying: that a value is known which the next part asks for."""
        return [
            part for part, behind in zip(parts, [*parts[1:], None], strict=True)
            if not (isinstance(part, Known) and part.known and behind and _asks(behind, part.path))
        ]  # fmt: skip

    def _alike(self, parts: Sequence[Expr]) -> Iterator[str]:
        """Parts of an `and`; what is said of the same value as before leaves it out: `> 5% e ≤ 15%`."""
        before: Expr | None = None
        for part in parts:
            text = self.part(part, NOT)
            left = part.left if isinstance(part, Compare) and isinstance(part.right, Literal) else None
            if isinstance(left, Path) and isinstance(before, Path) and self.path(left) == self.path(before):
                text = text.removeprefix(self.path(left) + " ")
            before = left
            yield text

    def negation(self, expr: Not) -> str:
        return f"{self.say(Message('not'))} {self.part(expr.value, ATOM)}"

    def compare(self, expr: Compare) -> str:
        return f"{self.part(expr.left, SUM)} {SIGNS.get(expr.op, expr.op)}{NO_BREAK}{self.part(expr.right, SUM)}"

    def member(self, expr: In) -> str:
        choices = f" {self.say(Message('or'))} ".join(self.part(one, SUM) for one in expr.choices)
        return f"{self.part(expr.value, SUM)} = {choices}"

    def between(self, expr: Between) -> str:
        low, value, high = (self.part(one, SUM) for one in (expr.low, expr.value, expr.high))
        return f"{low} ≤ {value} ≤{NO_BREAK}{high}"

    def known(self, expr: Known) -> str:
        said = Message("{field} is known") if expr.known else Message("{field} is missing")
        return self.say(said.having(field=self.part(expr.path, SUM)))

    def arithmetic(self, expr: Any) -> str:
        text = super().arithmetic(expr)
        return text.replace(" * ", " × ") if expr.op == "*" else text

    def literal(self, expr: Literal) -> str:
        base, value = expr.type.base, expr.value
        if base == "flag":
            return self.say(Message("yes") if value else Message("no"))
        if base in SECTIONS:
            declared = getattr(self.spec, SECTIONS[base]).get(value)
            return called(declared, self.language) if declared else human(str(value))
        if base == "state":
            return " › ".join(map(human, str(value).split(".")))
        if base in FIGURES:
            text = figure(base, value, self.currency)
            return numbers.figure(text, self.language).replace(" ", NO_BREAK)
        if base in ("duration", "elapsed"):
            return span(value, self.language)
        return str(value).replace("_", " ") if base in ("enum", "unit_kind") else figure(base, value)

    def name(self, expr: Name) -> str:
        return " › ".join(map(human, expr.parts))

    def path(self, expr: Path) -> str:
        found = [] if expr.root == "record" else [self.say(PERSONS[expr.root])]
        entity = self.spec.entities.get(expr.entity)
        for part in expr.parts:
            field = entity.fields.get(part) if entity else None
            if field is not None:
                found.append(called(field, self.language))
                entity = self.spec.entities.get(field.type.entity) if field.type else None
            else:
                found.append(self.say(PARTS[part]) if part in PARTS else human(part))
                entity = None
        return " › ".join(found)

    def today(self, _: Today) -> str:
        return self.say(Message("today"))

    def state(self, _: State) -> str:
        return self.say(Message("state"))


def _asks(expr: Expr, value: Expr) -> bool:
    """Whether a comparison, or a flag by itself, is of a value: where that is missing, it does not hold."""
    if not isinstance(expr, Compare | In | Between | Path) or not isinstance(value, Path):
        return False
    return any(isinstance(one, Path) and (one.root, one.parts) == (value.root, value.parts) for one in walk(expr))
