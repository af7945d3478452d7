"""Every condition and expression of a spec, typed where it stands."""

from __future__ import annotations

from typing import Any

from crmdsl.conditions.assignment import check_value
from crmdsl.conditions.ast import FLAG, Expr, Type
from crmdsl.conditions.checker import check
from crmdsl.conditions.faults import ConditionSyntax, ConditionType, PartFault, SyntaxFault, UnknownName
from crmdsl.conditions.parser import parse
from crmdsl.conditions.repairs import certain
from crmdsl.conditions.scope import Scope, States
from crmdsl.diagnostics import Fix, Message
from crmdsl.model.values import Condition, CutCondition
from crmdsl.resolve.symbols import Symbols
from crmdsl.syntax.nodes import Scalar

NAMING = ("roles", "people", "sales_network", "territories", "channels", "product_lines", "processes")
STATEFUL = ("processes", "approvals", "handoffs")
Checked = tuple[Expr | None, tuple[PartFault, ...]]
REPAIRS: dict[object, Message] = {
    ConditionSyntax: Message("a condition is written like `discount > 5% and kind in A | B`"),
    ConditionType: Message("only values of one type go together, as `amount > 100 EUR`"),
    UnknownName: Message("name a field that is declared, or declare it; text stands in double quotes"),
}
"""The repair where a fault has none of its own."""


class Conditions:
    """Checks conditions and keeps their trees by the `id` of the condition; the same text is checked once a scope."""

    def __init__(self, symbols: Symbols, expressions: dict[int, Expr]) -> None:
        self.symbols = symbols
        self.expressions = expressions
        self._checked: dict[Any, Checked] = {}
        incomplete = symbols.spec.incomplete
        self._doubtful = any(place.startswith("entities") or place in NAMING for place in incomplete)
        self._stateless = any(place.startswith(STATEFUL) for place in incomplete)

    def check(
        self, condition: Condition, scope: Scope, expected: Type = FLAG, *, optional: bool = False
    ) -> Expr | None:
        """Type one condition (or expression of an expected type), keep its tree and report its faults."""
        found, faults = self.checked(condition, scope, expected, optional)
        return self.keep(condition, found, faults)

    def keep(self, condition: Condition, found: Expr | None, faults: tuple[PartFault, ...]) -> Expr | None:
        """Keep the tree of a condition, or report what is wrong with it."""
        if isinstance(condition, CutCondition):
            found, faults = None, tuple(fault for fault in faults if fault.end <= condition.cut)
        if found is not None:
            self.expressions[id(condition)] = found
        for fault in faults:
            self.report(condition, fault)
        return found

    def checked(self, condition: Condition, scope: Scope, expected: Type, optional: bool) -> Checked:
        """The tree and the faults of a condition, which are not reported; neither where there are faults enough."""
        if self.symbols.full:
            return None, ()
        text = condition.text
        states: States | None = scope.states if "state" in text else None
        key = (text, scope.entity, scope.words, scope.known, expected, optional, states)
        known = self._checked.get(key)
        if known is None:
            known = self._checked[key] = self._check(text, scope, expected, optional)
        return known

    def _check(self, text: str, scope: Scope, expected: Type, optional: bool) -> Checked:
        if expected.base == "text":
            return check_value(text, scope, optional=optional)
        parsed = parse(text)
        if isinstance(parsed, SyntaxFault):
            return None, (PartFault(ConditionSyntax, parsed.start, parsed.end, parsed.message, parsed.help),)
        if scope.entity not in scope.vocabulary.spec.entities:
            return None, ()
        return check(parsed, scope, expected, optional=optional)

    def report(self, condition: Condition, fault: PartFault) -> None:
        """Report a fault at its part of the condition."""
        if fault.fault is UnknownName:
            self.symbols.spoil()
            if self._doubtful or (self._stateless and "state" in condition.text):
                return
        if self.symbols.full:
            return
        from crmdsl.conditions.wording import clearer  # only faults pay for its patterns

        node = condition.node
        span = node.part(fault.start, fault.end) if fault.end > fault.start else node.span
        fix = fix_of(condition.node, fault)
        currency = self.symbols.spec.company.currency if self.symbols.spec.company else ""
        hint = commented(node, fault) or clearer(condition.text, fault, currency)
        hint = hint or fault.help or REPAIRS.get(fault.fault)
        self.symbols.report(fault.fault.at(span, fault.message, help=hint, fix=fix))


def commented(node: Scalar, fault: PartFault) -> Message | None:
    """How a condition is written of which a `#` in a quoted text has made a comment."""
    rest = node.source.text[node.end_offset :].split("\n", 1)[0].rstrip()
    if node.style is not None or not node.value.startswith('"', fault.start) or not rest.startswith(" #"):
        return None
    text = "'" + (node.value + rest).replace("'", "''") + "'"
    return Message("a `#` behind a blank begins a comment: put the whole value in quotes: `{text}`", text=text)


def fix_of(node: Scalar, fault: PartFault) -> Fix | None:
    """The repair of a fault, if it is certain and can be written where it stands without other quotes."""
    repair = certain(node.value, fault)
    if repair is None or (node.style == '"' and '"' in repair.text):
        return None
    if node.style is None and repair.start == 0 and repair.text.startswith('"'):
        return None
    return Fix(node.part(repair.start, repair.end), repair.text)
