"""What may be written to a field of text: an expression, or the text itself."""

from __future__ import annotations

from crmdsl.conditions.ast import Expr, Literal, Name
from crmdsl.conditions.checker import check
from crmdsl.conditions.faults import ConditionSyntax, ConditionType, PartFault, SyntaxFault
from crmdsl.conditions.names import look_up
from crmdsl.conditions.parser import parse
from crmdsl.conditions.scope import Scope
from crmdsl.conditions.types import TEXT, described
from crmdsl.diagnostics import Message


def check_value(text: str, scope: Scope, *, optional: bool = False) -> tuple[Expr | None, tuple[PartFault, ...]]:
    """The value of a text for a field of text.

    In double quotes it is always the text between them, and the name of a field of text is that field.
    The name of another field is a fault; everything else is the text as it stands.
    """
    parsed = parse(text)
    if isinstance(parsed, SyntaxFault):
        if text.lstrip().startswith('"'):
            return None, (PartFault(ConditionSyntax, parsed.start, parsed.end, parsed.message, parsed.help),)
        return _plain(text), ()
    if isinstance(parsed, Name):
        return _named(parsed, text, scope, optional)
    if isinstance(parsed, Literal) and parsed.type == TEXT:
        return parsed, ()
    return _plain(text), ()


def _named(name: Name, text: str, scope: Scope, optional: bool) -> tuple[Expr | None, tuple[PartFault, ...]]:
    found = look_up(name, scope).expr
    if found is None:
        return _plain(text), ()
    if found.type == TEXT:
        return check(name, scope, TEXT, optional=optional)
    message = Message("`{name}` is {kind}, not text", name=text, kind=described(found.type))
    hint = Message("for the text itself write it in double quotes inside single ones: `{text}`", text=f"'\"{text}\"'")
    return None, (PartFault(ConditionType, name.start, name.end, message, hint),)


def _plain(text: str) -> Literal:
    return Literal(0, len(text), TEXT, text)
