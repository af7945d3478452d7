"""The events that are open in a state: who may fire them, what they may write, and the refusals known beforehand."""

from __future__ import annotations

from .verdicts import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from .people import Group
    from .shapes import Body, Node, Outcome, Path

TASK, WAIT, ANYTIME = "task", "wait", "anytime"
APPROVE, REJECT, RECALL = "approve", "reject", "recall"
PROMISE, DECLINE, DELIVER, AGREE = "promise", "decline", "deliver", "agree"
ACCEPT, RETURN, CANCEL = "accept", "return", "cancel"
REASSIGN, REOPEN = "reassign", "reopen"

SIGNING: Final = frozenset((APPROVE, REJECT))
BY_CUSTOMER: Final = frozenset((AGREE, ACCEPT, RETURN, CANCEL))
BY_SUPPLIER: Final = frozenset((PROMISE, DECLINE, DELIVER))
BY_PROCESS_OWNER: Final = frozenset((REASSIGN, REOPEN))


class Opening:
    """An event that is open in a state.

    `event` is its name as it is fired (`branch.event` where that is needed), `name` the outcome's own. `roles`
    may fire it; `None` where that depends on the case, or where it comes from outside. `paths` are the fields, seen
    from the record at hand, that may be written with it.
    """

    __slots__ = (
        "body", "depth", "event", "kind", "name", "needs", "node", "outcome", "outside", "paths", "place", "roles",
        "wrong_role",
    )  # fmt: skip

    def __init__(
        self,
        event: str,
        kind: str,
        node: Node,
        place: str,
        *,
        name: str = "",
        roles: Group | None = None,
        outcome: Outcome | None = None,
        paths: tuple[Path, ...] = (),
        needs: tuple[Path, ...] = (),
        outside: bool = False,
        body: Body | None = None,
    ) -> None:
        self.body = body or node.body
        """The process or branch whose outcome it is."""
        self.depth = self.body.depth
        self.event = event
        self.kind = kind
        self.name = name or event
        self.node = node
        self.place = place
        self.roles = roles
        self.outcome = outcome
        self.paths = paths
        self.needs = needs
        self.outside = outside
        self.wrong_role = wrong_role(self)


def wrong_role(opening: Opening) -> Refusal:
    """The refusal of somebody who holds none of the roles."""
    if opening.outside:
        return Refusal("wrong-role", opening.place, f"`{opening.event}` comes from outside, nobody fires it")
    roles = opening.roles.names if opening.roles else ()
    who = f"only {' or '.join(roles)} may" if roles else "another person must"
    message = f"{who} fire `{opening.event}` in {opening.node.name or 'this state'}"
    return Refusal("wrong-role", opening.place, message, {"event": opening.event, "roles": list(roles)})


def not_in_state(event: str, place: str, state: str) -> Refusal:
    """The refusal of an event that is not open."""
    detail = {"event": event, "state": state}
    return Refusal("not-in-state", place, f"`{event}` is not open in {state}", detail)
