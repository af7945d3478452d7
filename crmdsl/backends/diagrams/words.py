"""The words of a picture: labels of the spec in the language asked for, and the notation's own."""

from __future__ import annotations

from crmdsl.model.declaration import Declaration
from crmdsl.model.values import Label

WORDS = {
    "it": {
        "owner": "responsabile", "promise": "promesso in", "case": "pratica",
        "anytime": "in ogni momento", "requested": "richiesta", "promised": "presa in carico",
        "delivered": "consegnata", "approved": "approvato", "rejected": "respinto", "accepted": "accettato",
        "declined": "rifiutato", "cancelled": "annullato", "timeout": "tempo scaduto", "success": "buon fine",
        "failure": "mancato", "done": "fatto", "from": "da", "otherwise": "altrimenti", "all": "tutti i rami",
        "any": "il primo ramo", "of": "di", "not met": "non più possibile", "late": "in ritardo",
        "task": "attività", "approval": "approvazione", "handoff": "passaggio di consegne", "decide": "decisione",
        "wait": "attesa", "call": "processo", "end": "fine", "elapsed": "solari", "remind": "sollecito",
        "escalate": "escalation", "manager": "capo del richiedente", "named in": "indicato in",
        "approve": "approva", "reject": "respinge", "after": "dopo",
    },
    "en": {
        "anytime": "at any time", "of": "of", "all": "all branches", "any": "the first branch",
        "not met": "no longer possible", "end": "end", "manager": "the requester's manager",
        "named in": "named in", "promise": "promised in", "call": "process", "decide": "decision",
    },
}  # fmt: skip


def word(key: str, language: str) -> str:
    """A word of the notation in a language, English where there is none."""
    return WORDS.get(language, {}).get(key) or WORDS["en"].get(key, key)


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
