"""Why somebody may not do something, in the language of who asks: the sentences of the generated package."""

from __future__ import annotations

from collections.abc import Mapping

from crmdsl.diagnostics import Message


def reason(rule: str, *, actor: str, action: str, on: str, words: Mapping[str, str]) -> Message:
    """The sentence of a refusal: `rule` and `words` as `Denied.why` has them, and the question."""
    entity = on.partition(".")[0]
    if rule == "four-eyes":
        return _four_eyes(actor, words)
    found = {
        "no-grant": Message("no grant lets {actor} {action} {on}", actor=actor, action=action, on=on),
        "not-writable": Message("nobody writes {on}: it is derived, or comes from outside", on=on),
        "not-in-step": Message("{on} is written in {steps} alone", on=on, steps=words.get("steps", "")),
        "locked": Message("an approval is pending and locks this {entity}", entity=entity),
        "separation": Message(
            "the separation `{name}`: the roles of {actor} have more than one of {actions}",
            name=words.get("separation", ""), actor=actor, actions=words.get("actions", ""),
        ),
        "unknown-person": Message("{actor} is not of the organisation", actor=actor),
        "unknown-action": Message("there is no action {action}", action=action),
        "unknown-entity": Message("{entity} is no entity of this company", entity=entity),
        "unknown-field": Message("there is no field {on}", on=on),
        "bad-record": Message("this is no record of {entity}", entity=entity),
    }  # fmt: skip
    return found.get(rule) or Message("this cannot be decided: {error}", error=words.get("error", rule))


def _four_eyes(actor: str, words: Mapping[str, str]) -> Message:
    name = words.get("separation", "")
    if "unknown" in words:
        action = words["unknown"]
        return Message(
            "the separation `{name}` asks who did {action} on this record, and nobody knows", name=name, action=action
        )
    action = words.get("done", "")
    return Message(
        "the separation `{name}`: {actor} did {action} on this record", name=name, actor=actor, action=action
    )
