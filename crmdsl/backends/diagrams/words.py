"""The words of a picture: labels of the spec in the language asked for, and the notation's own."""

from __future__ import annotations

from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import catalogue
from crmdsl.model.declaration import Declaration
from crmdsl.model.values import Label

WORDS = {
    "owner": Message("owner"), "promise": Message("promised within {time}"), "case": Message("case"),
    "anytime": Message("at any time"), "requested": Message("requested"), "promised": Message("promised"),
    "delivered": Message("delivered"), "approved": Message("approved"), "rejected": Message("rejected"),
    "accepted": Message("accepted"), "declined": Message("declined"), "cancelled": Message("cancelled"),
    "timeout": Message("timeout"), "success": Message("success"), "failure": Message("failure"),
    "done": Message("done"), "from": Message("from"), "otherwise": Message("otherwise"),
    "all": Message("all branches"), "any": Message("the first branch"), "of": Message("of"),
    "not met": Message("no longer possible"), "late": Message("late"), "task": Message("task"),
    "approval": Message("approval"), "handoff": Message("handoff"), "decide": Message("decision"),
    "wait": Message("wait"), "call": Message("process"), "end": Message("end"),
    "remind": Message("remind"), "escalate": Message("escalate"), "manager": Message("the requester's manager"),
    "named in": Message("whoever is named in {field}"), "approve": Message("approve"), "reject": Message("reject"),
    "after": Message("after"), "outside": Message("outside of the company"), "event": Message("event"),
    "steps": Message("steps"), "leads to": Message("leads to"), "states": Message("states"), "lanes": Message("lanes"),
    "main": Message("the usual way"), "fork": Message("side by side"), "for": Message("for"),
    "asks": Message("the internal customer of a handoff"),
    "respond": Message("answer within"), "deliver": Message("deliver within"), "verify": Message("check within"),
}  # fmt: skip


def word(key: str, language: str, **holes: str) -> str:
    """A word of the notation in a language, with its holes filled; English where there is none."""
    known = WORDS.get(key)
    return known.having(**holes).text(catalogue(language)) if known else key


def human(name: str) -> str:
    """A name as people read it: `credit_check` -> `Credit check`."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def in_language(label: Label | None, language: str) -> str | None:
    """The text of a label, `None` where there is no label or an empty one."""
    return (label.in_(language) or None) if label else None


def called(declaration: Declaration, language: str) -> str:
    """What people call a declaration: its label, else its name."""
    return in_language(declaration.label, language) or human(declaration.name)
