"""Handoffs: a conversation in which a customer asks, a supplier promises and delivers, and the customer verifies."""

from __future__ import annotations

from . import moves
from .conditions import holds
from .effects import Open
from .tokens import PENDING, Errand
from .verdicts import Refusal, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .acts import Act
    from .fields import Field
    from .shapes import HandoffStep, Phase
    from .tokens import Token


def begin(act: Act, token: Token, step: HandoffStep) -> None:
    """Request: the customer is the last person who acted in his role. Refuses where what he gives is unknown."""
    agreement = step.agreement
    missing = [".".join(path) for path in agreement.gives if not known(act, step.path + path)]
    if missing and not act.timed:
        message = f"{agreement.name} cannot be requested while {', '.join(missing)} is unknown"
        raise Refused(Refusal("gives-missing", agreement.place, message, {"fields": missing}))
    token.data = Errand(act.last_actor(agreement.customer.mask), act.at)
    stand(act, token, step.requested)


def known(act: Act, path: tuple[str, ...]) -> bool:
    """Whether the field at a path is known."""
    return act.record_at(path) is not None


def errand_at(token: Token) -> tuple[Errand, HandoffStep]:
    """What a token in a phase keeps, and its step."""
    return token.data, token.node.step  # type: ignore[return-value,attr-defined]


def stand(act: Act, token: Token, phase: Phase) -> None:
    """Stand in a phase from now on."""
    token.node, token.since, token.late = phase, act.at, PENDING
    errand, step = errand_at(token)
    if phase is not step.promised or errand.date is None:
        moves.timely(act, phase.timers, act.at)


def promise(act: Act, token: Token, date: int | None) -> None:
    """The supplier takes charge, perhaps naming a date."""
    errand, step = errand_at(token)
    errand.date = date
    _fulfil(act, step)
    stand(act, token, step.promised)


def deliver(act: Act, token: Token) -> None:
    """The supplier delivers; from requested he promises too."""
    _, step = errand_at(token)
    if token.node is step.requested:
        _fulfil(act, step)
    stand(act, token, step.delivered)


def _fulfil(act: Act, step: HandoffStep) -> None:
    """Ask for the case that does the work, once it is promised."""
    if step.agreement.fulfilled_by:
        act.effects.append(Open(step.agreement.fulfilled_by, {}, _about(act, step)))


def agree(token: Token) -> None:
    """The customer agrees to a later date."""
    errand, _ = errand_at(token)
    errand.agreed = True


def accept(act: Act, token: Token, score: int | None) -> None:
    """The customer takes the delivery, perhaps with a score; a bad one opens a case that improves."""
    errand, step = errand_at(token)
    feedback = step.agreement.feedback
    if feedback and feedback.opens and score is not None and feedback.below is not None and score < feedback.below:
        values = _scored(act, step, errand, score)
        act.effects.append(Open(feedback.opens, values, _about(act, step)))
    leave(act, token, "accepted")


def give_back(act: Act, token: Token) -> None:
    """The customer rejects the delivery: back to promised, or the end of it after too many of them."""
    errand, step = errand_at(token)
    limit = step.agreement.rework_limit
    if limit is not None and errand.rejects >= limit:
        leave(act, token, "declined")
        return
    errand.rejects += 1
    errand.date = None
    stand(act, token, step.promised)


def unverified(act: Act, token: Token) -> None:
    """What nobody verified in time is accepted if it may be, else rejected."""
    errand, step = errand_at(token)
    when = step.agreement.accept_when
    if holds(when, act.record_at(step.path), act.facts(step.body, errand.customer)):
        accept(act, token, None)
    else:
        give_back(act, token)


def leave(act: Act, token: Token, outcome: str) -> None:
    """End the handoff by one of the step's outcomes."""
    _, step = errand_at(token)
    moves.take(act, token, step.outcomes[outcome])


def _about(act: Act, step: HandoffStep) -> dict[str, Any] | None:
    record = act.record_at(step.path)
    return None if record is None else record.as_json()


def _scored(act: Act, step: HandoffStep, errand: Errand, score: int) -> dict[str, Any]:
    """What the record of the case opened is filled with: of each field the first value that it can hold.

    A text is about the handoff by its name, a reference to the record itself.
    """
    customer = errand.customer.name if errand.customer is not None else None
    feedback = step.agreement.feedback
    fields = feedback.record().FIELDS if feedback is not None and feedback.record is not None else {}
    known: dict[str, tuple[Any, ...]] = {
        "about": (step.agreement.name, _about(act, step)), "score": (score,), "from": (customer,),
        "case": (act.record.id, act.record.as_json()),
    }  # fmt: skip
    return {
        name: next((value for value in values if value is not None and _holds(fields[name], value)), None)
        for name, values in known.items()
        if name in fields
    }


def _holds(field: Field, value: Any) -> bool:
    """Whether a field can hold a value of JSON."""
    try:
        field.from_json(value)
    except ValueError:
        return False
    return True
