"""What to say where the parts of a condition do not go together: the place, the message, the repair."""

from __future__ import annotations

import re

from crmdsl.conditions.ast import And, Arithmetic, Compare, Expr, In, Literal, Name, Negate, Not, Or, Path, Type
from crmdsl.conditions.scope import Scope
from crmdsl.conditions.types import CLOSED, described
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.reading.repairs import flag, percent

Complaint = tuple[Message, Message | None]
EXAMPLES = {
    "money": "100 EUR", "percent": "5%", "number": "3.5", "integer": "4", "text": '"abc"', "flag": "true",
    "duration": "1d 4h", "elapsed": "48h elapsed", "date": "2026-03-31", "instant": "2026-03-31T09:00",
}  # fmt: skip
NAMED = CLOSED - {"enum"}
NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")


def cannot_compare(whole: Expr, left: Expr, right: Expr, currency: str) -> tuple[Expr, Message, Message | None]:
    """Two sides of different types. The place is the constant if one side is one, else the whole."""
    wrong, other = (left, right) if isinstance(left, Literal) and not isinstance(right, Literal) else (right, left)
    place = wrong if isinstance(wrong, Literal) else whole
    if not isinstance(other, Path) or not other.parts:
        message = Message("{one} stands where {two} is expected", one=described(wrong.type), two=described(other.type))
    else:
        message = Message(
            "`{path}` is {one}, and this is {two}", path=written(other), one=described(other.type),
            two=described(wrong.type),
        )  # fmt: skip
    return place, message, _instead(wrong, other.type, currency)


def _instead(wrong: Expr, expected: Type, currency: str) -> Message | None:
    if isinstance(wrong, Literal):
        shown = _rewritten(wrong, expected, currency)
        if shown:
            return Message("write `{value}`", value=shown)
    example = EXAMPLES.get(expected.base)
    if example:
        return Message("nothing is converted: compare it with {kind}, as `{example}`", kind=described(expected),
                       example=example)  # fmt: skip
    return None


def _rewritten(wrong: Literal, expected: Type, currency: str) -> str | None:
    """The constant as it would be written in the type expected."""
    if wrong.type.base == "text" and expected.base == "enum":
        return str(wrong.value) if wrong.value in expected.values else None
    if wrong.type.base == "text" and expected.base in NAMED:
        return wrong.value if NAME.fullmatch(wrong.value) else None
    if wrong.type.base == "duration" and expected.base == "elapsed":
        return f"{wrong.value} elapsed"
    if wrong.type.base == "date" and expected.base == "instant":
        return f"{wrong.value}T00:00"
    if wrong.type.base == "number" and expected.base == "percent":
        meant = percent(f"{float(wrong.value):g}")
        return meant.text if meant else None
    if wrong.type.base == "integer" and expected.base in ("percent", "money"):
        return f"{wrong.value}%" if expected.base == "percent" else f"{wrong.value:_} {currency}"
    return None


def no_order(op: str, kind: Type) -> Complaint:
    """`<` between values that have no order."""
    message = Message("`{op}` needs an order, and {kind} has none", op=op, kind=described(kind))
    if kind.base == "enum":
        return message, Message("declare the values with `<`, least first, or ask with `=` or `in`")
    return message, Message("ask with `=`, `!=` or `in`")


def no_condition(found: Expr) -> Complaint:
    """A value where a condition stands."""
    message = Message("{kind} is no condition", kind=described(found.type))
    example = EXAMPLES.get(found.type.base)
    if isinstance(found, Path) and found.parts and example:
        return message, Message("compare it: `{path} > {example}`", path=written(found), example=example)
    return message, Message("compare it with something")


def cannot_calculate(op: str, left: Expr, right: Expr) -> Complaint:
    """Arithmetic that the units do not allow."""
    bases = left.type.base, right.type.base
    message = Message("`{op}` does not go with {left} and {right}", op=op, left=described(left.type),
                      right=described(right.type))  # fmt: skip
    if op in "+-" and bases == ("money", "percent"):
        share = Message("a share of it is `{left} * (100% {op} {right})`", left=written(left), op=op,
                        right=written(right))  # fmt: skip
        return message, share
    if "date" in bases and ("duration" in bases or "integer" in bases):
        return message, Message("a date moves by clock time: `30d elapsed`")
    if "instant" in bases and "duration" in bases:
        return message, Message("an instant moves by clock time: `48h elapsed`")
    if op in "+-":
        return message, Message("only values of one type are added or subtracted")
    return message, Message("money times a percent is money, money divided by money a number")


def no_value(name: Name, kind: Type, scope: Scope) -> tuple[Name, Message, Message | None]:
    """A name that is neither a value of the type opposite nor a field."""
    word = ".".join(name.parts)
    if kind.base == "state":
        near = scope.states.near(word) if scope.states else None
        message = Message("there is no state `{name}`", name=word)
    else:
        values = scope.vocabulary.values(kind)
        near = nearest(word, [*values, *scope.vocabulary.fields(scope.entity)])
        message = Message("`{name}` is no field, and not {kind}", name=word, kind=described(kind))
    if near is None and kind.base == "enum":
        return name, message, Message("the values are `{values}`", values=" | ".join(kind.values[:20]))
    return name, message, Message("did you mean `{name}`?", name=near) if near else None


def no_text(name: Name, kind: Type, scope: Scope) -> tuple[Name, Message, Message | None]:
    """A name that is no field, opposite text or a flag."""
    word = ".".join(name.parts)
    message = Message("`{entity}` has no field `{name}`", entity=scope.entity, name=word)
    if kind.base == "text":
        return name, message, Message("text stands in double quotes: `{text}`", text=f'"{word}"')
    meant = flag(word)
    said = meant.text if meant else None
    near = nearest(word, scope.vocabulary.fields(scope.entity))
    if said is None and near:
        return name, message, Message("did you mean `{name}`?", name=near)
    return name, message, Message("write `{word}`", word=said) if said else Message("a flag is `true` or `false`")


def written(expr: Expr) -> str:
    """A short name for a part of a condition."""
    if isinstance(expr, Path):
        return ".".join(expr.parts if expr.root == "record" else (expr.root, *expr.parts))
    if isinstance(expr, Literal) and expr.type.base == "percent":
        return f"{expr.value / 100:g}%"
    return "..." if isinstance(expr, (Arithmetic, Negate, Literal)) else "it"


def comparisons(expr: Expr) -> int:
    """How deep conditions are compared with conditions: each doubles what a target without a third truth prints."""
    if isinstance(expr, And | Or):
        return max(map(comparisons, expr.parts))
    if isinstance(expr, Not):
        return comparisons(expr.value)
    if isinstance(expr, Compare):
        pairs: tuple[tuple[Expr, Expr], ...] = ((expr.left, expr.right),)
    else:
        pairs = tuple((expr.value, choice) for choice in expr.choices) if isinstance(expr, In) else ()
    if not pairs or pairs[0][0].type.base != "flag":
        return 0
    return max(
        max(comparisons(one), comparisons(two)) + (not isinstance(one, Literal) and not isinstance(two, Literal))
        for one, two in pairs
    )


def too_deep(limit: int) -> Complaint:
    """Conditions compared with conditions, which are comparisons of conditions."""
    return (
        Message("conditions are compared with conditions too deeply"),
        Message("at most {limit} such comparisons stand one inside of the other", limit=limit),
    )
