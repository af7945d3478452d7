"""Text of a condition → its tree, names still as written.

Precedence, weakest first: `or`, `and`, `not`, comparison, `+ -`, `* /`, unary `-`. Comparisons do not chain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmdsl.conditions.ast import (
    FLAG,
    UNKNOWN,
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
    Type,
)
from crmdsl.conditions.faults import SyntaxFault
from crmdsl.conditions.tokens import COMPARISONS, INSTEAD, Token, complaint, tokens
from crmdsl.diagnostics import Message
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.parse import parse_date, parse_duration, parse_instant, parse_integer, parse_number, parse_percent
from crmdsl.model.values import Duration

MAX_LENGTH = 10_000
MAX_DEPTH = 32
MAX_ARITHMETIC = 100
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""A sign -> what it is with its sides turned round."""
FIGURES = frozenset({"money", "percent", "number"})
SUMMED, MULTIPLIED = frozenset("+-"), frozenset("*/")

_parsed: dict[str, Expr | SyntaxFault] = {}


def parse(text: str) -> Expr | SyntaxFault:
    """The tree of a condition or expression, or what is wrong with its text. Money keeps its text as `value`."""
    found = _parsed.get(text)
    if found is None:
        if len(_parsed) > 100_000:
            _parsed.clear()
        found = _parsed[text] = _parse(text)
    return found


def _parse(text: str) -> Expr | SyntaxFault:
    if len(text) > MAX_LENGTH:
        return SyntaxFault(
            0, len(text), Message("a condition of {length} characters is too long", length=len(text)),
            Message("a condition has {limit} characters at most", limit=MAX_LENGTH),
        )  # fmt: skip
    try:
        return _Parser(text).whole()
    except _Refused as refused:
        return refused.fault


class _Refused(Exception):
    def __init__(self, start: int, end: int, message: Message, hint: Message | None = None) -> None:
        self.fault = SyntaxFault(start, end, message, hint)


def _refuse(token: Token, message: Message, hint: Message | None = None) -> _Refused:
    return _Refused(token.start, token.end, message, hint)


class _Parser:
    __slots__ = ("arithmetic", "at", "depth", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.arithmetic = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def end(self) -> int:
        """Where the token before this one ends."""
        return self.tokens[self.at - 1].end if self.at else 0

    def sign(self, *signs: str) -> Token | None:
        """Takes the sign or keyword at hand if it is one of these."""
        token = self.tokens[self.at]
        if token.kind in ("sign", "keyword") and token.text in signs:
            self.at += 1
            return token
        return None

    def whole(self) -> Expr:
        if self.token.kind == "end":
            raise _Refused(0, len(self.text), Message("the condition is empty"))
        found = self.disjunction()
        if self.token.kind != "end":
            raise self.unexpected(self.token)
        return found

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _refuse(
                token, Message("the condition is nested too deeply"),
                Message("a condition has {limit} levels at most", limit=MAX_DEPTH),
            )  # fmt: skip

    def disjunction(self) -> Expr:
        start = self.token.start
        parts = [self.conjunction()]
        while self.sign("or"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Or(start, self.end, FLAG, tuple(parts))

    def conjunction(self) -> Expr:
        start = self.token.start
        parts = [self.negation()]
        while self.sign("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else And(start, self.end, FLAG, tuple(parts))

    def negation(self) -> Expr:
        token = self.sign("not")
        if not token:
            return self.comparison()
        self.deeper(token)
        value = self.negation()
        self.depth -= 1
        return Not(token.start, self.end, FLAG, value)

    def comparison(self) -> Expr:
        start = self.token.start
        left = self.sum()
        token = self.token
        found = left
        if token.kind == "sign" and token.text in COMPARISONS:
            self.at += 1
            self.not_last(start)
            right = self.sum()
            found = Compare(start, self.end, FLAG, token.text, left, right)
        elif self.sign("in"):
            self.not_last(start)
            choices = self.choices()
            found = In(start, self.end, FLAG, left, choices)
        elif self.sign("between"):
            self.not_last(start)
            found = self.between(start, left)
        elif self.sign("is"):
            self.not_last(start)
            known = self.known()
            found = Known(start, self.end, FLAG, left, known)
        if found is not left:
            self.no_second(token, found)
        return found

    def not_last(self, start: int) -> None:
        """Refuses a text that ends with the sign just taken; what began at `start` is unfinished."""
        if self.token.kind == "end":
            sign = self.tokens[self.at - 1]
            raise _Refused(start, sign.end, Message("nothing follows `{sign}`", sign=sign.text))

    def choices(self) -> tuple[Expr, ...]:
        found = [self.sum()]
        while self.sign("|"):
            found.append(self.sum())
        return tuple(found)

    def between(self, start: int, value: Expr) -> Expr:
        low = self.sum()
        if not self.sign("and"):
            first = start if self.token.kind == "end" else self.token.start
            last = self.end if self.token.kind == "end" else self.token.end
            hint = Message("write `between {low} and ...`", low=self.cut(low))
            raise _Refused(first, last, Message("`between` has no upper end"), hint)
        self.not_last(start)
        high = self.sum()
        return Between(start, self.end, FLAG, value, low, high)

    def known(self) -> bool:
        token = self.token
        if token.kind == "word" and token.text in ("known", "missing"):
            self.at += 1
            return token.text == "known"
        hint = _in_words(self.text, token) or Message("write `is known` or `is missing`, or compare with `=`")
        if token.text in ("not", "null", "none", "empty", "None", "unknown"):
            hint = Message("write `is known` or `is missing`")
        raise _refuse(token, Message("after `is` stands `known` or `missing`"), hint)

    def no_second(self, first: Token, found: Expr) -> None:
        """Refuses `1% < x < 5%`; `found` is what stands before the second sign."""
        token = self.token
        if (token.kind != "sign" or token.text not in COMPARISONS) and token.text not in ("in", "between", "is"):
            return
        if first.text in ("<", "<=", ">", ">=") and token.text in ("<", "<=", ">", ">="):
            hint = Message("write `{text}`", text=self.twice(first, found, token))
        else:
            hint = Message("write two comparisons with `and` between them, or put one of them in parentheses")
        raise _refuse(token, Message("`{sign}` follows a comparison", sign=token.text), hint)

    def twice(self, first: Token, found: Expr, second: Token) -> str:
        """`1% < x < 5%` as two comparisons."""
        parts = (found.left, found.right) if isinstance(found, Compare) else (found, found)
        left, middle = map(self.cut, parts)
        right = self.tokens[min(self.at + 1, len(self.tokens) - 1)].text or "..."
        return f"{middle} {TURNED[first.text]} {left} and {middle} {second.text} {right}"

    def sum(self) -> Expr:
        start = self.tokens[self.at].start
        found = self.product()
        while self.tokens[self.at].text in SUMMED and (token := self.sign("+", "-")):
            self.not_last(start)
            found = self.calculated(start, token, found, self.product())
        return found

    def product(self) -> Expr:
        start = self.tokens[self.at].start
        found = self.operand()
        while self.tokens[self.at].text in MULTIPLIED and (token := self.sign("*", "/")):
            self.not_last(start)
            found = self.calculated(start, token, found, self.operand())
        return found

    def calculated(self, start: int, token: Token, left: Expr, right: Expr) -> Expr:
        self.count(token)
        return Arithmetic(start, self.end, UNKNOWN, token.text, left, right)

    def count(self, token: Token) -> None:
        self.arithmetic += 1
        if self.arithmetic > MAX_ARITHMETIC:
            raise _refuse(
                token, Message("the condition calculates too much"),
                Message("a condition has {limit} arithmetic signs at most", limit=MAX_ARITHMETIC),
            )  # fmt: skip

    def operand(self) -> Expr:
        token = self.tokens[self.at]
        kind = token.kind
        if kind in ("word", "keyword"):
            if kind == "word" or self.keyword_as_value(token):
                self.at += 1
                return self.word(token)
        elif kind not in ("sign", "bad", "end"):
            self.at += 1
            return literal(token)
        if self.sign("("):
            return self.parenthesis(token)
        if self.sign("-"):
            return self.negative(token)
        raise self.no_operand(token)

    def keyword_as_value(self, token: Token) -> bool:
        """`in`, `is` and `between` may be values of an enumeration: `direction = in`."""
        after = self.tokens[self.at + 1]
        ends = after.kind == "end" or after.text in ("and", "or", ")", "|")
        return ends and self.at > 0 and token.text in ("in", "is", "between")

    def word(self, token: Token) -> Expr:
        if token.text in ("true", "false"):
            return Literal(token.start, token.end, FLAG, token.text == "true")
        return Name(token.start, token.end, UNKNOWN, tuple(token.text.split(".")))

    def parenthesis(self, token: Token) -> Expr:
        self.deeper(token)
        found = self.disjunction()
        if not self.sign(")"):
            if self.token.kind == "end":
                raise _refuse(token, Message("this parenthesis is never closed"), Message("close it with `)`"))
            raise self.unexpected(self.token)
        self.depth -= 1
        return found

    def negative(self, token: Token) -> Expr:
        self.count(token)
        if self.token.kind in FIGURES:
            figure = literal(self.token)
            self.at += 1
            value = "-" + figure.value if figure.type.base == "money" else -figure.value
            return Literal(token.start, self.end, figure.type, value)
        self.deeper(token)
        value = self.operand()
        self.depth -= 1
        return Negate(token.start, self.end, UNKNOWN, value)

    def no_operand(self, token: Token) -> _Refused:
        if token.kind == "bad":
            message, hint = complaint(token)
            return _refuse(token, message, self.amount(token) or hint)
        before = self.tokens[self.at - 1] if self.at else None
        if token.kind == "end" and before:
            return _refuse(before, Message("nothing follows `{sign}`", sign=before.text))
        if before and before.text == "(" and token.text == ")":
            return _Refused(before.start, token.end, Message("these parentheses are empty"))
        return _refuse(token, Message("`{sign}` stands where a value is expected", sign=token.text))

    def unexpected(self, token: Token) -> _Refused:
        if token.kind == "bad":
            message, hint = complaint(token)
            return _refuse(token, message, self.figure(token) or self.amount(token) or hint)
        if token.text == ")":
            return _refuse(token, Message("this parenthesis closes nothing"))
        return _refuse(token, Message("`{word}` does not belong here", word=token.text), self.meant(token))

    def figure(self, token: Token) -> Message | None:
        """What is meant by a comma in a number."""
        before, after = self.tokens[self.at - 1], self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.text != "," or before.end != token.start or after.start != token.end or after.kind not in FIGURES:
            return None
        digits = len(after.text) - len(after.text.lstrip("0123456789"))
        if "." in before.text:
            return Message("write `{amount}`", amount=f"{before.text.replace('.', '_')}.{after.text}")
        sign = "_" if digits == 3 else "."
        return Message("write `{figure}`", figure=f"{before.text}{sign}{after.text}")

    def amount(self, token: Token) -> Message | None:
        """What is meant by `15k EUR` and `1.000.000 EUR`."""
        from crmdsl.conditions.wording import figure_meant  # only faults pay for its patterns

        return figure_meant(token.text, self.tokens[min(self.at + 1, len(self.tokens) - 1)].text)

    def meant(self, token: Token) -> Message | None:
        if token.text in INSTEAD:
            return Message("write `{word}`", word=INSTEAD[token.text])
        if token.kind in ("word", "keyword") and (phrase := _in_words(self.text, token)):
            return phrase
        before = self.tokens[self.at - 1]
        if before.kind == "number" and len(token.text) == 3 and token.text.upper() in DECIMALS:
            return Message("write `{money}`", money=f"{before.text} {token.text.upper()}")
        if token.text == "not":
            return Message("put `not` in front: `not kind in A | B`")
        if token.text == "|":
            return Message("`|` divides the choices of `in`, which stand without parentheses: `kind in A | B`")
        if token.kind in ("sign", "keyword"):
            return None
        return Message("between two values stands `and`, `or`, a comparison or an arithmetic sign")

    def cut(self, part: Expr) -> str:
        return self.text[part.start : part.end]


def _in_words(text: str, token: Token) -> Message | None:
    """What is meant by a comparison in words."""
    from crmdsl.conditions.wording import sign_meant  # only faults pay for its patterns

    return sign_meant(text, token.start)


def literal(token: Token) -> Literal:
    """The constant of a token."""
    if token.kind == "money":
        return Literal(token.start, token.end, Type("money"), " ".join(token.text.split()))
    kind, read, hint = READERS[token.kind]
    if token.kind == "number" and "." in token.text:
        kind, read = "number", parse_number
    value = read(token.text if kind == "text" else " ".join(token.text.split()))
    if value is None:
        raise _refuse(token, Message("`{word}` cannot be read", word=token.text), hint)
    if isinstance(value, Duration) and value.elapsed:
        kind = "elapsed"
    return Literal(token.start, token.end, Type(kind), value)


def _text(text: str) -> str:
    found: list[str] = []
    letters = iter(text[1:-1])
    for letter in letters:
        plain = letter
        if letter == "\\":
            plain = next(letters)
            plain = ESCAPES.get(plain, plain)
        found.append(plain)
    return "".join(found)


ESCAPES = {"n": "\n", "t": "\t"}
READERS: dict[str, tuple[str, Callable[[str], Any], Message | None]] = {
    "percent": ("percent", parse_percent, Message("a percent has two decimals at most: `12.25%`")),
    "number": ("integer", parse_integer, Message("a number has 18 digits at most")),
    "duration": (
        "duration", parse_duration, Message("a duration is written `1w 2d 4h 30m`, clock time `60d elapsed`"),
    ),
    "date": ("date", parse_date, Message("there is no such day; a date is written `2026-03-31`")),
    "instant": ("instant", parse_instant, Message("there is no such time; an instant is written `2026-03-31T09:00`")),
    "text": ("text", _text, None),
}  # fmt: skip
