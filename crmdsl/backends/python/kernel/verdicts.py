"""What an attempt comes to: permitted, or refused with the reason as data."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final, Literal, TypeVar

    from .conditions import Facts, When
    from .records import Record

    Event = TypeVar("Event", bound=Callable[..., Any])


class NotGiven:
    """The type of `NOT_GIVEN`, the default of an argument that was left out (`None` clears an optional field)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOT_GIVEN"

    def __reduce__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven()
BY_AT: Final = 3
"""`self`, `by` and `at`, which an event of a task always has."""


def refusing(method: Event) -> Event:
    """An event of which a type checker wants every field said that the case may be without.

    At run time one may be left out: the answer is a refusal that names it, or the event, if the case knows it by now.
    """
    count = method.__code__.co_argcount - len(method.__defaults__ or ()) - BY_AT
    method.__defaults__ = (NOT_GIVEN,) * count + (method.__defaults__ or ())
    return method


class Permitted:
    """The answer yes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Permitted()"

    def __reduce__(self) -> str:
        return "PERMITTED"

    if TYPE_CHECKING:

        def __bool__(self) -> Literal[True]: ...


PERMITTED: Final = Permitted()


class Refusal:
    """The answer no: the rule that says so, its place in the spec, a sentence, and details as data.

    `rule` is one of the words listed in the documentation (`wrong-role`, `guard`, `missing-field` …); `place`
    is `file:line` of the construct; `detail` holds JSON values. A refusal is falsy.
    """

    __slots__ = ("_detail", "_message", "place", "rule")

    def __init__(self, rule: str, place: str, message: str, detail: Mapping[str, Any] | None = None) -> None:
        self.rule = rule
        self.place = place
        self._message = message
        self._detail = detail

    @property
    def message(self) -> str:
        """Why not, as an English sentence."""
        return self._message

    @property
    def detail(self) -> dict[str, Any]:
        """What the message is made of: roles, fields, the part of a condition with its values …"""
        return dict(self._detail or {})

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return f"Refusal({self.rule!r}, {self.place!r}, {self.message!r})"

    def __str__(self) -> str:
        return f"{self.message} ({self.rule}, {self.place})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Refusal):
            return NotImplemented
        return (self.rule, self.place, self.message, self.detail) == (
            other.rule, other.place, other.message, other.detail,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash((self.rule, self.place))

    if not TYPE_CHECKING:  # a type checker knows by itself that a refusal has no more

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            raise AttributeError(f"{name!r} is asked of a refusal, no case came of the act before: {self}")


class Unmet(Refusal):
    """The refusal of a condition that does not hold. What it reads is put into words when somebody asks."""

    __slots__ = ("_facts", "_record", "_when")

    def __init__(self, when: When, record: Record | None, facts: Facts | None = None) -> None:
        super().__init__("guard", when.place, "")
        self._when = when
        self._record = record
        self._facts = facts

    @property
    def message(self) -> str:
        """The part that does not hold, with the values that it reads."""
        detail = self.detail
        shown = [f"{name} = {'unknown' if value is None else value}" for name, value in detail["values"].items()]
        return f"`{detail['part']}` does not hold" + (f": {', '.join(shown)}" if shown else "")

    @property
    def detail(self) -> dict[str, Any]:
        """The whole condition, the part that does not hold, the values that it reads."""
        part = self._when.failing(self._record, self._facts)
        return {"condition": self._when.text, "part": part.text, "values": part.values(self._record, self._facts)}

    def __reduce__(self) -> tuple[Any, ...]:
        return Refusal, (self.rule, self.place, self.message, self.detail)


class Refused(Exception):
    """Carries a refusal out of the middle of an act; never leaves this package."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal
