"""Conditions in the words of every day, and figures as an office writes them: what each would be here."""

from __future__ import annotations

import re

from crmdsl.conditions.faults import PartFault
from crmdsl.conditions.mismatch import EXAMPLES
from crmdsl.diagnostics import Message
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.reading.meant import thousands
from crmdsl.model.reading.repairs import amount, money, parted

_EQUAL = r"(?: +(?:o|od|or) +(?:uguale|pari|equal)(?: +(?:a|al|to|di))?)"
_MORE = "maggiore|maggiori|superiore|superiori|più grande|più alto|più di|greater|more|larger|higher|bigger|above|over"
_LESS = "minore|minori|inferiore|inferiori|più piccolo|più basso|meno|less|lower|smaller|under|below|fewer"
_OF = r"(?: +(?:di|a|al|alla|da|dal|dalla|del|della|than|to))?"
_PHRASES = tuple(
    (re.compile(rf"(?:(?:è|sono|is|are) +)?(?:{words})(?!\w)(?: +(?:il|lo|la|i|gli|le|the)(?!\w))?\s*"), sign)
    for words, sign in (
        (f"(?:{_MORE}){_OF}{_EQUAL}|(?:{_MORE}){_EQUAL}{_OF}|almeno|at least|non inferiore{_OF}|a partire da", ">="),
        (f"(?:{_LESS}){_OF}{_EQUAL}|(?:{_LESS}){_EQUAL}{_OF}|al massimo|at most|fino a|up to|non superiore{_OF}", "<="),
        (f"(?:{_MORE}){_OF}|supera|superano|eccede|oltre|sopra|exceeds", ">"),
        (f"(?:{_LESS}){_OF}|sotto", "<"),
        (f"divers[oaie]{_OF}|different(?: +from)?|not equal(?: +to)?|differs(?: +from)?", "!="),
        (f"(?:uguale|uguali|pari|equal){_OF}|equals|vale|è", "="),
    )
)
_BETWEEN = re.compile(
    r"(?:(?:è|sono|is|are) +)?(?:compres[oaie] +)?(?:tra|fra|from|da|dal|dall') *(?:il +|l')?(\S+(?: +[A-Z]{3}\b)?)"
    r" +(?:e|ed|and|to|a|al|all') *(?:il +|l')?(\S+(?: +[A-Z]{3}\b)?)"
)
_OPERAND = re.compile(r'"[^"]*"|[^\s()|]+(?: +[A-Z]{3}(?!\w))?')
_NAME = re.compile(r"[^\W\d][\w.]*$")
_FIGURE = re.compile(r"([0-9][0-9.]*)(?: +([A-Z]{3}))?")
NEAR = 200
"""Letters of a condition that are looked at on either side."""
_SHORT = re.compile(r"[0-9]+(?:\.[0-9]+)?[kK]")


def sign_meant(text: str, start: int) -> Message | None:
    """What is meant by the words that begin at `start` of a condition: `sconto maggiore di 5%`, `tra 5% e 15%`."""
    before, text = text[max(0, start - NEAR) : start].rstrip(), text[start : start + NEAR]
    before = before.removesuffix(" is").removesuffix(" è")
    left = _NAME.search(before)
    name = left[0] if left else "x"
    ends = _BETWEEN.match(text)
    if ends:
        low, high = ends[1].rstrip(",;)"), ends[2].rstrip(",;)")
        return Message("write `{text}`", text=f"{name} >= {low} and {name} <= {high}")
    for pattern, sign in _PHRASES:
        found = pattern.match(text)
        if found:
            right = _OPERAND.match(text, found.end())
            return Message("write `{text}`", text=f"{name} {sign} {right[0] if right else '...'}")
    return None


def figure_meant(word: str, after: str, currency: str = "") -> Message | None:
    """What is meant by `15k EUR` or `1.000.000 EUR`: the first word is no number, the second may be a currency."""
    code = after if after in DECIMALS else currency
    whole = parted(word)
    if whole is not None:
        return thousands(f"{whole} {code}".rstrip())
    if not _SHORT.fullmatch(word):
        return None
    found = amount(word)
    return Message("write `{text}`", text=f"{found.text} {code}".rstrip()) if found else None


def clearer(text: str, fault: PartFault, currency: str) -> Message | None:
    """The help of a fault that is one of the dot before thousands, `amount > 2.000 EUR`; `None` where it is not."""
    found = _FIGURE.fullmatch(text[fault.start : fault.end])
    whole = parted(found[1]) if found else None
    if found is None or whole is None:
        return None
    with_money = fault.help is not None and fault.help.args.get("example") == EXAMPLES["money"]
    if not found[2] and not with_money:
        return None
    meant = money(currency or None)(f"{found[1]} {found[2] or currency}".rstrip())
    return meant.hint if meant else None
