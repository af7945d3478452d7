"""Where a case is: one token for each step that is active, one inside the other."""

from __future__ import annotations

from .people import Person

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .shapes import Node

PENDING, PASSED, SUPERIORS = -1, 0, -2
"""What `late` of a token may be besides the mask of the roles that `{escalate: role}` added: its time limit has not
passed yet; it has passed and nobody was added; the superiors of whoever may act were added."""


class Signature:
    """A valid signature: on which level, by whom, and for which of the roles listed (a mask) it can count."""

    __slots__ = ("level", "person", "roles")

    def __init__(self, level: int, person: Person, roles: int) -> None:
        self.level = level
        self.person = person
        self.roles = roles

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Signature):
            return NotImplemented
        return (self.level, self.person, self.roles) == (other.level, other.person, other.roles)

    def __hash__(self) -> int:
        return hash((self.level, self.person, self.roles))


class Pending:
    """An approval that runs: who requested it, the levels that sign (by number), the signatures so far.

    `since` and `late` are those of the whole step, whose levels have their own.
    """

    __slots__ = ("late", "levels", "requester", "signatures", "since")

    def __init__(
        self,
        requester: Person | None,
        levels: tuple[int, ...],
        since: int,
        late: int = PENDING,
        signatures: tuple[Signature, ...] = (),
    ) -> None:
        self.requester = requester
        self.levels = levels
        self.since = since
        self.late = late
        self.signatures = signatures

    def copy(self) -> Pending:
        """Another object of the same content."""
        return Pending(self.requester, self.levels, self.since, self.late, self.signatures)

    def signatures_of(self, level: int) -> list[Signature]:
        """The valid signatures on one level."""
        return [signature for signature in self.signatures if signature.level == level]

    def is_new(self, token: Token) -> bool:
        """Whether all of it follows from its requester and the level that it stands in."""
        chain = token.node.step.chain  # type: ignore[attr-defined]
        fresh = self.since == token.since and self.late == PENDING and not self.signatures
        return fresh and self.requester is not None and not chain.ladder

    def content(self) -> tuple[object, ...]:
        """What two of them are compared by."""
        return (self.requester, self.levels, self.since, self.late, self.signatures)


class Errand:
    """A handoff that runs: its customer, the date promised, whether a later one is agreed, rejects so far."""

    __slots__ = ("agreed", "customer", "date", "late", "rejects", "since")

    def __init__(
        self,
        customer: Person | None,
        since: int,
        late: int = PENDING,
        date: int | None = None,
        rejects: int = 0,
        *,
        agreed: bool = False,
    ) -> None:
        self.customer = customer
        self.since = since
        self.late = late
        self.date = date
        self.rejects = rejects
        self.agreed = agreed

    def copy(self) -> Errand:
        """Another object of the same content."""
        return Errand(self.customer, self.since, self.late, self.date, self.rejects, agreed=self.agreed)

    def content(self) -> tuple[object, ...]:
        """What two of them are compared by."""
        return (self.customer, self.since, self.late, self.date, self.rejects, self.agreed)


class Token:
    """A step that is active since an instant. What runs inside a block or a called process are its children.

    A token that a case keeps is never changed; an act works on copies.
    """

    __slots__ = ("children", "data", "late", "node", "parent", "since")

    def __init__(
        self,
        node: Node,
        since: int,
        late: int = PENDING,
        data: Pending | Errand | None = None,
        parent: Token | None = None,
    ) -> None:
        self.node = node
        self.since = since
        self.late = late
        self.data = data
        self.parent = parent
        self.children: list[Token] = []

    def copy(self, parent: Token | None = None) -> Token:
        """A copy that an act may change, children and all."""
        new = Token(self.node, self.since, self.late, self.data.copy() if self.data else None, parent)
        new.children = [child.copy(new) for child in self.children]
        return new

    def walk(self) -> Iterator[Token]:
        """This token and all inside it, outer before inner, in the order of the spec."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator[Token]:
        """The tokens that nothing runs inside of."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def shortened(self, safe: tuple[int, int]) -> Token | Pending | Errand | Person | None:
        """What a case keeps besides its state: nothing but data where that is single and not late, else all of it."""
        data: Pending | Errand | Person | None = self.data
        if isinstance(data, Pending) and data.is_new(self):
            data = data.requester
        if self.children or self.late != PENDING or (self.node.quick and not isinstance(data, Person)):
            return self
        return data if safe[0] <= self.since <= safe[1] else self

    def content(self) -> tuple[object, ...]:
        """What two of them are compared by."""
        data = self.data.content() if self.data else None
        return (self.node.name, self.since, self.late, data, tuple(child.content() for child in self.children))


def standing(node: Node, until: int, data: Token | Pending | Errand | Person | None) -> Token:
    """Where a case is that keeps this, as a copy that an act may change."""
    if isinstance(data, Token):
        return data.copy()
    since = until - node.calm
    if isinstance(data, Person):
        return Token(node, since, PENDING, Pending(data, (node.index,), since))  # type: ignore[attr-defined]
    return Token(node, since, PENDING, data.copy() if data is not None else None)


def state_names(root: Token) -> tuple[str, ...]:
    """The names of the states under a token; a branch of one task leaves none when it has ended."""
    if not root.children and root.node.name:
        return (root.node.name,)
    return tuple(token.node.name for token in root.leaves() if not getattr(token.node, "hidden", False))
