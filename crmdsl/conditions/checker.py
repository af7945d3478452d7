"""Names and types of a condition: the typed tree, or everything that is wrong with it."""

from __future__ import annotations

from fractions import Fraction

from crmdsl.conditions import facts as certain
from crmdsl.conditions.ast import (
    FLAG,
    And,
    Arithmetic,
    Between,
    Compare,
    Expr,
    In,
    Known,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    Path,
    Type,
)
from crmdsl.conditions.facts import NO_FACTS, NOTHING, Facts, Outcome
from crmdsl.conditions.faults import ConditionMissing, ConditionSyntax, ConditionType, PartFault, UnknownName
from crmdsl.conditions.mismatch import (
    cannot_calculate,
    cannot_compare,
    comparisons,
    no_condition,
    no_order,
    no_text,
    no_value,
    too_deep,
)
from crmdsl.conditions.names import Found, look_up, span_of
from crmdsl.conditions.scope import Scope
from crmdsl.conditions.types import CLOSED, FIGURES, NUMBER, calculated, ordered, same
from crmdsl.diagnostics import Message
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.parse import parse_money


def check(
    expr: Expr, scope: Scope, expected: Type = FLAG, *, optional: bool = False
) -> tuple[Expr | None, tuple[PartFault, ...]]:
    """The typed tree of a condition, or of an expression that gives a value of the type `expected`.

    With `optional` the value itself may be missing. Without a tree there are faults here, or one that lies
    elsewhere (a field whose own type has a fault) and is reported there.
    """
    checker = _Checker(scope, expected)
    found = checker.condition(expr, optional) if expected == FLAG else checker.assigned(expr, expected, optional)
    if not checker.faults:
        return found, ()
    if checker.unsure:
        checker.faults = [fault for fault in checker.faults if fault.fault is not ConditionMissing] or checker.faults
    return None, tuple(sorted(checker.faults, key=lambda fault: (fault.start, fault.end)))


MAX_COMPARISONS = 4
"""How deep conditions may be compared with conditions."""
WITHOUT_FIELDS = frozenset({"state", "role", "unit_kind"})
"""Types that no field has."""


class _Checker:
    """One check of one condition. A part that gives `None` has a fault, which is noted."""

    def __init__(self, scope: Scope, expected: Type) -> None:
        self.scope = scope
        self.expected = expected
        self.reported: set[str] = set()
        self.currency = scope.vocabulary.currency
        self.faults: list[PartFault] = []
        self.names: dict[int, Found] = {}
        self.unsure = False
        """Whether it asks if something is known that cannot be told: it may be what is said to be missing elsewhere."""

    def look_up(self, name: Name) -> Found:
        """What a name stands for, by where it begins: it is asked for as a side, as a value and as a field."""
        found = self.names.get(name.start)
        if found is None:
            found = self.names[name.start] = look_up(name, self.scope)
        return found

    def fault(self, kind: type, part: Expr | tuple[int, int], message: Message, hint: Message | None = None) -> None:
        start, end = part if isinstance(part, tuple) else (part.start, part.end)
        self.faults.append(PartFault(kind, start, end, message, hint))

    # conditions

    def condition(self, expr: Expr, optional: bool) -> Expr | None:
        return self.flag(expr, NOTHING, optional)[0]

    def flag(self, expr: Expr, facts: Facts, optional: bool = False) -> tuple[Expr | None, Outcome]:
        """A part that holds or not, and what is certain then."""
        if isinstance(expr, (And, Or)):
            return self.joined(expr, facts)
        if isinstance(expr, Not):
            value, (holds, fails) = self.flag(expr.value, facts)
            return value and Not(expr.start, expr.end, expr.type, value), Outcome(fails, holds)
        if isinstance(expr, Known):
            return self.known(expr)
        if isinstance(expr, Compare):
            found = self.compare(expr, facts)
            return found, certain.of_comparison(found) if found else NO_FACTS
        if isinstance(expr, In):
            return self.member(expr, facts), NO_FACTS
        if isinstance(expr, Between):
            return self.between(expr, facts), NO_FACTS
        return self.bare(expr, facts, optional), NO_FACTS

    def bare(self, expr: Expr, facts: Facts, optional: bool) -> Expr | None:
        found = self.value(expr, facts, optional)
        if found and found.type != FLAG:
            self.fault(ConditionType, expr, *no_condition(found))
            return None
        return found

    def joined(self, expr: And | Or, facts: Facts) -> tuple[Expr | None, Outcome]:
        """`and`, `or`: each part is asked after the ones before it held, or did not."""
        conjunction = isinstance(expr, And)
        parts: list[Expr] = []
        gained, common = NOTHING, None
        for part in expr.parts:
            found, (holds, fails) = self.flag(part, facts | gained if gained else facts)
            on, off = (holds, fails) if conjunction else (fails, holds)
            if common is None or common:
                common = gained | off if common is None else common & (gained | off)
            if on:
                gained |= on
            if found:
                parts.append(found)
        whole = type(expr)(expr.start, expr.end, expr.type, tuple(parts)) if len(parts) == len(expr.parts) else None
        common = common or NOTHING
        return whole, Outcome(gained, common) if conjunction else Outcome(common, gained)

    def known(self, expr: Known) -> tuple[Expr | None, Outcome]:
        if not isinstance(expr.path, Name):
            self.fault(ConditionType, expr.path, Message("only a field can be known or missing"))
            return None, NO_FACTS
        path = self.name(expr.path, None)
        if path is None:
            self.unsure = True
            return None, NO_FACTS
        if not isinstance(path, Path):
            self.fault(ConditionType, expr.path, Message("only a field can be known or missing"))
            return None, NO_FACTS
        found = Known(expr.start, expr.end, expr.type, path, expr.known)
        return found, certain.of_known(found)

    def compare(self, expr: Compare, facts: Facts) -> Compare | None:
        left, right = self.pair(expr.left, expr.right, facts)
        if left is None or right is None:
            return None
        if not same(left.type, right.type):
            self.fault(ConditionType, *cannot_compare(expr, left, right, self.currency))
            return None
        if expr.op not in ("=", "!=") and not ordered(left.type):
            self.fault(ConditionType, expr, *no_order(expr.op, left.type))
            return None
        found = Compare(expr.start, expr.end, expr.type, expr.op, left, right)
        if left.type.base == "flag" and comparisons(found) > MAX_COMPARISONS:
            self.fault(ConditionSyntax, found, *too_deep(MAX_COMPARISONS))
            return None
        return found

    def member(self, expr: In, facts: Facts) -> In | None:
        value = self.subject(expr.value, expr.choices, facts)
        choices = [self.opposite(choice, value, facts) for choice in expr.choices]
        if value is None or None in choices:
            return None
        sound = True
        for choice in choices:
            if choice and not same(value.type, choice.type):
                self.fault(ConditionType, *cannot_compare(expr, value, choice, self.currency))
                sound = False
        found = In(expr.start, expr.end, expr.type, value, tuple(c for c in choices if c))
        if sound and value.type.base == "flag" and comparisons(found) > MAX_COMPARISONS:
            self.fault(ConditionSyntax, found, *too_deep(MAX_COMPARISONS))
            return None
        return found if sound else None

    def between(self, expr: Between, facts: Facts) -> Between | None:
        value = self.subject(expr.value, (expr.low, expr.high), facts)
        low, high = self.opposite(expr.low, value, facts), self.opposite(expr.high, value, facts)
        if value is None or low is None or high is None:
            return None
        sound = True
        for end in (low, high):
            if not same(value.type, end.type):
                self.fault(ConditionType, *cannot_compare(expr, value, end, self.currency))
                sound = False
        if sound and not ordered(value.type):
            self.fault(ConditionType, expr, *no_order("between", value.type))
            sound = False
        return Between(expr.start, expr.end, expr.type, value, low, high) if sound else None

    # what stands opposite

    def pair(self, left: Expr, right: Expr, facts: Facts) -> tuple[Expr | None, Expr | None]:
        """Both sides of a comparison: a name opposite an enumeration is one of its values if it has it."""
        names = (self.closed(left), self.closed(right)) if isinstance(right, Name) else (None, None)
        if names[0] and self.is_value(right, names[0]):
            return self.value(left, facts), self.constant(right, names[0])
        if names[1] and self.is_value(left, names[1]):
            return self.constant(left, names[1]), self.value(right, facts)
        if names[1] and not names[0]:
            found = self.value(right, facts)
            return self.opposite(left, found, facts), found
        found = self.value(left, facts)
        other = self.opposite(right, found, facts)
        return (self.coerced(found, other.type) if found and other else found), other

    def subject(self, value: Expr, choices: tuple[Expr, ...], facts: Facts) -> Expr | None:
        """The value asked of `in` and `between`: a constant takes its type from the first of the others."""
        found = self.value(value, facts)
        if isinstance(found, Literal):
            silent = _Checker(self.scope, self.expected)
            others = [silent.value(choice, facts) for choice in choices]
            for other in others:
                found = self.coerced(found, other.type) if other else found
        return found

    def opposite(self, expr: Expr, against: Expr | None, facts: Facts) -> Expr | None:
        """A part that is compared with `against`: a name may be a value of its type."""
        if against and isinstance(expr, Name) and against.type.base in CLOSED:
            if self.is_value(expr, against.type):
                return self.constant(expr, against.type)
            if not self.is_field(expr) or (against.type.base in WITHOUT_FIELDS and len(expr.parts) == 1):
                self.fault(UnknownName, *no_value(expr, against.type, self.scope))
                return None
        if isinstance(expr, Name) and not self.is_field(expr):
            if against is None:
                return None
            if against.type.base in ("text", "flag"):
                self.fault(UnknownName, *no_text(expr, against.type, self.scope))
                return None
        found = self.value(expr, facts)
        return self.coerced(found, against.type) if found and against else found

    def closed(self, expr: Expr) -> Type | None:
        """The type of a name, if its values have names."""
        found = self.look_up(expr).expr if isinstance(expr, Name) else None
        return found.type if found and found.type.base in CLOSED else None

    def is_field(self, name: Name) -> bool:
        found = self.look_up(name)
        return found.fault is None or len(name.parts) > 1

    def is_value(self, expr: Expr, kind: Type) -> bool:
        if not isinstance(expr, Name):
            return False
        name = ".".join(expr.parts)
        if kind.base == "state":
            return self.scope.states is not None and self.scope.states.has(name)
        return name in self.scope.vocabulary.values(kind)

    def constant(self, expr: Expr, kind: Type) -> Expr:
        return Literal(expr.start, expr.end, kind, ".".join(expr.parts) if isinstance(expr, Name) else None)

    def coerced(self, expr: Expr, against: Type) -> Expr:
        """A whole number as written is a number where a number stands opposite."""
        if isinstance(expr, Literal) and expr.type.base == "integer" and against.base == "number":
            return Literal(expr.start, expr.end, NUMBER, Fraction(expr.value))
        return expr

    # values

    def assigned(self, expr: Expr, expected: Type, optional: bool) -> Expr | None:
        """An expression whose value is written to a field of the type `expected`."""
        target = Path(expr.start, expr.end, expected, "record", ())
        found = self.opposite_target(expr, target, optional)
        if found is None:
            return None
        widened = expected.base == "enum" == found.type.base and set(found.type.values) <= set(expected.values)
        if same(found.type, expected) or widened:
            return found
        self.fault(ConditionType, *cannot_compare(expr, target, found, self.currency))
        return None

    def opposite_target(self, expr: Expr, target: Path, optional: bool) -> Expr | None:
        if isinstance(expr, Name) and target.type.base in CLOSED:
            return (
                self.opposite(expr, target, NOTHING) if not self.is_path(expr) else self.value(expr, NOTHING, optional)
            )
        found = self.value(expr, NOTHING, optional)
        return self.coerced(found, target.type) if found else None

    def is_path(self, expr: Name) -> bool:
        return self.look_up(expr).expr is not None

    def value(self, expr: Expr, facts: Facts, optional: bool = False) -> Expr | None:
        """A part of any type; with `optional` it may be missing."""
        if isinstance(expr, Literal):
            return self.literal(expr)
        if isinstance(expr, Name):
            return self.name(expr, None if optional else facts)
        if isinstance(expr, Arithmetic):
            return self.arithmetic(expr, facts, optional)
        if isinstance(expr, Negate):
            return self.negated(expr, facts, optional)
        return self.flag(expr, facts)[0]

    def literal(self, expr: Literal) -> Literal | None:
        if expr.type.base != "money":
            return expr
        currency, written = self.scope.vocabulary.currency, expr.value
        value = parse_money(written, currency)
        if value is not None:
            return Literal(expr.start, expr.end, expr.type, value)
        code = written[-3:]
        if code != currency and currency:
            message = Message(
                "`{money}` is not in the company's currency, `{currency}`", money=written, currency=currency
            )
            near = Message("write `{money}`", money=f"{written[:-3]}{currency}")
            self.fault(ConditionType, expr, message, near)
        elif code in DECIMALS:
            message = Message("`{money}` is finer than its currency, or too large", money=written)
            hint = Message("`{currency}` has {decimals} decimals", currency=code, decimals=DECIMALS[code])
            self.fault(ConditionSyntax, expr, message, hint)
        return None

    def name(self, name: Name, facts: Facts | None) -> Expr | None:
        """A name as a value; with `facts`, what may be missing of it must be among them."""
        found = self.look_up(name)
        if found.fault:
            self.faults.append(found.fault())
        path = found.expr
        if facts is not None and isinstance(path, Path):
            self.missing(name, path, found.optional, facts)
        return path

    def missing(self, name: Name, path: Path, optional: tuple[int, ...], facts: Facts) -> None:
        for count in reversed(optional):
            known = ("known", path.root, *path.parts[:count]) in facts
            if not known and not (count == 1 and path.parts[0] in self.scope.known):
                part = ".".join(path.parts[:count])
                if part in self.reported:
                    return
                self.reported.add(part)
                message, end = Message("`{part}` may be missing", part=part), span_of(name, count - 1)[1]
                self.fault(ConditionMissing, (name.start, end), message, self.making_sure(part, count == 1))
                return

    def making_sure(self, part: str, own: bool) -> Message:
        """How to be sure that something is known: asked before in a condition, needed by the step for a value."""
        if self.expected == FLAG:
            if own:
                return Message("write `{part} is known and ...` before it, or list it in `needs`", part=part)
            return Message("write `{part} is known and ...` before it", part=part)
        if own:
            return Message("list `{part}` in `needs` of the step, or write it to an optional field", part=part)
        return Message("write it to an optional field, or route by `{part} is known` and write a constant", part=part)

    def arithmetic(self, expr: Arithmetic, facts: Facts, optional: bool) -> Expr | None:
        left, right = self.value(expr.left, facts, optional), self.value(expr.right, facts, optional)
        if left is None or right is None:
            return None
        if expr.op in "+-":
            left, right = self.coerced(left, right.type), self.coerced(right, left.type)
        kind = calculated(expr.op, left.type.base, right.type.base)
        if kind is None:
            self.fault(ConditionType, expr, *cannot_calculate(expr.op, left, right))
            return None
        if kind.base == "date" and not whole_days(right if left.type.base == "date" else left):
            self.fault(ConditionType, expr, Message("a date moves by whole days"), Message("write `30d elapsed`"))
            return None
        if expr.op == "/" and certain.can_be_zero(right, self.scope, facts):
            self.fault(
                ConditionType, expr.right, Message("this can be zero, and nothing is divided by zero"),
                Message("give the field a `min` above zero, or ask before: `amount > 0 EUR and ...`"),
            )  # fmt: skip
            return None
        return Arithmetic(expr.start, expr.end, kind, expr.op, left, right)

    def negated(self, expr: Negate, facts: Facts, optional: bool) -> Expr | None:
        found = self.value(expr.value, facts, optional)
        if found is None:
            return None
        if found.type.base not in FIGURES:
            self.fault(ConditionType, expr, *cannot_calculate("-", found, found))
            return None
        return Negate(expr.start, expr.end, found.type, found)


def whole_days(expr: Expr) -> bool:
    """Whether a span of clock time is one of days: a constant, or the distance of two dates."""
    if isinstance(expr, Literal):
        return bool(expr.value.total_minutes() % 1440 == 0)
    if isinstance(expr, Arithmetic) and expr.op == "-" and expr.left.type.base == "date":
        return True
    return isinstance(expr, Arithmetic) and expr.op in "+-" and whole_days(expr.left) and whole_days(expr.right)
