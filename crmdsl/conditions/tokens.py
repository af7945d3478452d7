"""The words and signs of a condition, with their places."""

from __future__ import annotations

import re
from typing import NamedTuple

from crmdsl.diagnostics import Message

PLAIN = frozenset({"money", "percent", "number", "duration", "date", "instant", "text"})
"""Kinds of tokens that are what they look like."""
KEYWORDS = frozenset({"and", "or", "not", "in", "between", "is"})
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class Token(NamedTuple):
    """A word or sign. `kind` is `word keyword money percent number duration date instant text sign bad end`."""

    kind: str
    text: str
    start: int
    end: int


NUMBER = r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?"
SPLIT = re.compile(
    rf"""\s*(?:
    (?P<instant>[0-9]{{4}}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9](?::[0-9][0-9])?(?![\w:]))
  | (?P<date>[0-9]{{4}}-[0-9][0-9]-[0-9][0-9](?!\w))
  | (?P<duration>[0-9]+[wdhm](?:\s+[0-9]+[wdhm])*(?:\s+elapsed)?(?![\w.]))
  | (?P<percent>{NUMBER}%)
  | (?P<money>{NUMBER}\s+(?!AND\b|NOT\b)[A-Z]{{3}}(?!\w))
  | (?P<number>{NUMBER}(?![\w.]))
  | (?P<figure>\d[\w.]*)
  | (?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
  | (?P<text>"(?:[^"\\]|\\[\s\S])*")
  | (?P<open>"(?s:.*))
  | (?P<quoted>'[^']*'?)
  | (?P<sign>===|!==|<=|>=|==|!=|<>|=<|=>|:=|&&|\|\||\*\*|[-+*/()<>=|])
  | (?P<odd>\S)
)""",
    re.VERBOSE,
)
INSTEAD = {
    "&&": "and", "&": "and", "||": "or", "!": "not", "<>": "!=", "≠": "!=", "!==": "!=", "=<": "<=", "≤": "<=",
    "=>": ">=", "≥": ">=", "===": "=", ":=": "=", "AND": "and", "OR": "or", "NOT": "not", "And": "and", "Or": "or",
    "Not": "not", "×": "*", "÷": "/", "−": "-", "–": "-", "IN": "in", "IS": "is", "BETWEEN": "between",
    "e": "and", "ed": "and", "E": "and", "o": "or", "oppure": "or", "O": "or", "OPPURE": "or",
}  # fmt: skip
"""What other languages write -> what is meant here."""


def tokens(text: str) -> list[Token]:
    """All words and signs of a text; what cannot be one is `bad`. The last is `end`, behind the last one."""
    found: list[Token] = []
    at = 0
    while match := SPLIT.match(text, at):
        kind = match.lastgroup or "odd"
        start, at = match.span(kind)
        if kind in PLAIN:
            found.append(Token(kind, match[kind], start, at))
        else:
            found.append(_token(kind, match[kind], start, at))
    found.append(Token("end", "", at, at))
    return found


def _token(kind: str, word: str, start: int, end: int) -> Token:
    if kind == "word":
        return Token("keyword" if word in KEYWORDS else "word", word, start, end)
    if kind == "sign":
        if word in INSTEAD or word == "**":
            return Token("bad", word, start, end)
        return Token("sign", "=" if word == "==" else word, start, end)
    if kind in ("open", "quoted", "figure", "odd"):
        return Token("bad", word, start, end)
    return Token(kind, word, start, end)


def complaint(token: Token) -> tuple[Message, Message | None]:
    """What is wrong with a `bad` token, and what to write instead."""
    word = token.text
    if word in INSTEAD:
        return _not_a_sign(word), Message("write `{word}`", word=INSTEAD[word])
    first = word[0]
    if first == '"':
        return Message("this text is never closed"), Message(
            'close it with `"`; a condition whose text has a comma stands in single quotes inside `{{ }}`: '
            """`{{when: 'name = "Rossi, Bianchi"', to: next}}`"""
        )
    if first == "'":
        return Message("`{word}` stands in single quotes", word=word), Message(
            "text stands in double quotes: `{text}`", text='"' + word.strip("'") + '"'
        )
    if first.isdigit():
        return Message("`{word}` is no number", word=word), _about_figure(word)
    return _not_a_sign(word), _about_sign(first)


def _not_a_sign(word: str) -> Message:
    return Message("`{word}` is not a part of a condition", word=word)


def _about_figure(word: str) -> Message:
    digits = word.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = word[len(digits) :]
    if len(unit) == 3 and digits and unit.isupper():
        return Message("put a blank before the currency: `{money}`", money=f"{digits} {unit}")
    if unit in ("h", "d", "w", "m"):
        return Message("a duration has whole numbers: `1h 30m`")
    return Message("a number is written `1_000` or `3.5`, a percent `12.5%`, money `100 EUR`, a duration `1d 4h`")


def _about_sign(sign: str) -> Message | None:
    if sign == "%":
        return Message("a percent is written without a blank: `5%`")
    if sign == ",":
        return Message("the choices of `in` are divided by `|`, the thousands of a number by `_`, its decimals by `.`")
    if sign in "“”„«»":
        return Message('quotes are straight: `"`, and only text has any')
    if sign in "[]{}":
        return Message("choices are written `in A | B`, without brackets")
    if sign in "€$£":
        return Message("money is written with the code of its currency: `100 EUR`")
    return None
