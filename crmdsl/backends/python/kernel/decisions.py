"""What a decision on access comes to: granted by a grant, or denied, and why."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from .access import Grant
    from .deciding import Policy


class Granted:
    """Yes: `grant` is the first that says so. It is truthy."""

    __slots__ = ("grant",)
    allowed = True

    def __init__(self, grant: Grant) -> None:
        self.grant = grant

    @property
    def place(self) -> str:
        """Where the grant stands in the spec."""
        return self.grant.place

    if TYPE_CHECKING:

        def __bool__(self) -> Literal[True]: ...

    def as_json(self) -> dict[str, Any]:
        """The decision as JSON values."""
        grant = self.grant
        when = None if grant.when is None else grant.when.text
        return {
            "allowed": True, "place": grant.place,
            "grant": {"roles": list(grant.roles), "can": list(grant.actions), "scope": grant.scope, "when": when},
        }  # fmt: skip

    def __repr__(self) -> str:
        return f"Granted({self.grant.place!r})"


class Why:
    """Why not: the rule that says so, its place in the spec, a sentence, and each grant that did not apply.

    `rule` is `unknown-person`, `unknown-action`, `unknown-entity`, `unknown-field`, `no-grant`, `not-writable`,
    `not-in-step`, `locked`, `four-eyes`, `separation` or `error`. `words` are those of the sentence that are not the
    question's, to say it in another language.
    """

    __slots__ = ("attempts", "message", "place", "rule", "words")

    def __init__(
        self, rule: str, place: str, message: str, attempts: tuple[Attempt, ...] = (), **words: str
    ) -> None:  # fmt: skip
        self.rule = rule
        self.place = place
        self.message = message
        self.attempts = attempts
        self.words = words


class Attempt:
    """A grant of the action on the entity that did not apply, and the part of it that fails.

    `part` is `role`, `fields`, `scope`, `when` (with the part of the condition that does not hold) or `step`;
    `values` what it was held against.
    """

    __slots__ = ("grant", "part", "text", "values")

    def __init__(self, grant: Grant, part: str, text: str, values: dict[str, Any]) -> None:
        self.grant = grant
        self.part = part
        self.text = text
        self.values = values

    def as_json(self) -> dict[str, Any]:
        """The attempt as JSON values."""
        return {"place": self.grant.place, "part": self.part, "text": self.text, "values": self.values}

    def __repr__(self) -> str:
        return f"Attempt({self.grant.place!r}, {self.part!r}, {self.text!r})"


class Denied:
    """No. It is falsy; the reason is worked out when somebody asks for it.

    Who makes it sets `question`: a constructor of its own would take longer than most decisions.
    """

    __slots__ = ("_why", "question")
    allowed = False
    question: tuple[Policy, Any, Any, Any, Any, Any]
    _why: Why

    @property
    def why(self) -> Why:
        """The reason as data."""
        try:
            return self._why
        except AttributeError:  # nobody has asked so far
            policy, *asked = self.question
            self._why = policy.why(*asked)
            return self._why

    @property
    def rule(self) -> str:
        """The word for the reason."""
        return self.why.rule

    @property
    def place(self) -> str:
        """Where in the spec the reason stands."""
        return self.why.place

    @property
    def message(self) -> str:
        """The reason as a sentence."""
        return self.why.message

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The grants of the action on the entity, each with the part of it that fails."""
        return self.why.attempts

    def __bool__(self) -> Literal[False]:
        return False

    def as_json(self) -> dict[str, Any]:
        """The decision as JSON values."""
        why = self.why
        return {
            "allowed": False, "rule": why.rule, "place": why.place, "message": why.message,
            "attempts": [attempt.as_json() for attempt in why.attempts],
        }  # fmt: skip

    def __repr__(self) -> str:
        return f"Denied({self.rule!r}, {self.place!r})"
