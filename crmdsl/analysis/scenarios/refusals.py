"""Refusals of a generated package in other languages than English, which is all that it speaks itself.

A refusal is data: its rule and details say what its sentence says, so that nothing has to be read out of the sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmdsl.diagnostics import Catalogue, Message, Row, quoted

SAID = {
    "unknown-person": Message("only somebody of the organisation may do this"),
    "signed-already": Message("`{by}` has signed already"),
    "later-signer": Message("a signature of `{by}` would leave a later signature without a signer"),
    "locked": Message("`{field}` is locked while an approval is pending"),
    "not-editable": Message("`{field}` cannot be written in this step"),
    "no-grant": Message("`{by}` may not do this for lack of a grant"),
    "reason-missing": Message("`{event}` needs a reason"),
    "missing-field": Message("{fields} must be known to go on"),
    "gives-missing": Message("{fields} must be known before anything is requested"),
    "wrong-role": Message("another person must fire `{event}`"),
    "not-in-state": Message("`{event}` is not open in this state"),
    "four-eyes": Message("the separation `{separation}` forbids this to whoever has acted on the same record before"),
    "guard": Message("no outcome of `{state}` is open"),
    "wrong-owner": Message("`{to}` cannot own the record: only {roles} may"),
    "out-of-years": Message("the time lies beyond the years of the calendar"),
    "not-agreed": Message("a later date than the time to deliver allows needs the customer's `agree`"),
    "bad-value": Message("the value of `{field}` is not one that it may have"),
}
"""A rule -> what its refusal says, with holes for its details."""


class Sentence(Message):
    """The sentence of a refusal: the package's own in English, one by its rule in other languages."""

    __slots__ = ("own", "said")

    def __init__(self, rule: str, own: str, detail: Mapping[str, Any]) -> None:
        super().__init__("", rule=rule, own=own)
        self.own = own
        self.said = said(rule, detail)

    def text(self, catalogue: Catalogue | None = None) -> str:
        """The sentence in the language of a catalogue; the package's own where the details do not suffice."""
        try:
            return self.own if catalogue is None or self.said is None else self.said.text(catalogue)
        except KeyError:
            return self.own


def said(rule: str, detail: Mapping[str, Any]) -> Message | None:
    """What a refusal says, `None` where its rule is not known."""
    if rule == "guard" and "part" in detail:
        return _unmet(detail["part"], detail["values"])
    if rule == "no-grant" and "field" in detail:
        return Message("`{by}` may not write `{field}`", by=detail["by"], field=detail["field"])
    if rule == "wrong-role" and detail.get("roles"):
        return Message("only {roles} may fire `{event}`", roles=quoted(detail["roles"]), event=detail["event"])
    known = SAID.get(rule)
    if known is None:
        return None
    words = {name: quoted(value) if isinstance(value, list | tuple) else value for name, value in detail.items()}
    return known.having(**words)


def _unmet(part: str, values: Mapping[str, Any]) -> Message:
    """A condition that does not hold, with the values that it reads."""
    if not values:
        return Message("`{part}` does not hold", part=part)
    shown = [
        Message("`{name}` is unknown", name=name) if value is None else f"`{name} = {value}`"
        for name, value in values.items()
    ]
    return Message("`{part}` does not hold: {values}", part=part, values=Row(shown))
