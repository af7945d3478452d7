"""What keys of one declaration must be to each other, and texts that only their class understands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from crmdsl.diagnostics import Message
from crmdsl.model.access import Grant, SeparationRule
from crmdsl.model.chains import Feedback, Level
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.declaration import Declaration
from crmdsl.model.kinds import RefKind
from crmdsl.model.organisation import Calendar, Company, Role
from crmdsl.model.places import known_holidays, known_zone
from crmdsl.model.processes import Parallel
from crmdsl.model.quality import Action, Scenario
from crmdsl.model.reading.context import Reading
from crmdsl.model.reading.refusals import bad_value, missing_key, missing_one, second_key, shown
from crmdsl.syntax.nodes import Mapping, Scalar

UNLESS: dict[type[Declaration], tuple[str, str]] = {Role: ("department", "external")}
"""A class -> a key that must stand unless another (an attribute) is true."""
_LANGUAGE = re.compile(r"[a-z]{2}")


def exactly_one(*rivals: str) -> Callable[[Reading, Declaration], None]:
    """A check that one of some keys stands, and not two."""

    def check(reading: Reading, found: Declaration) -> None:
        standing = second_key(reading, found.node, rivals) if isinstance(found.node, Mapping) else 0
        if not standing and not set(rivals) & set(reading.meant):
            missing_one(reading, found.name_node, found.name, rivals)

    return check


def company(reading: Reading, found: Company) -> None:
    """The codes and names that a company is described by."""
    currency, zone = text_of(found, "currency"), text_of(found, "timezone")
    language, title = text_of(found, "language"), text_of(found, "name")
    if currency and currency.value not in DECIMALS:
        fix = currency.value.upper()
        hint = Message("its ISO 4217 code, as `EUR`")
        message = Message("`{code}` is no currency", code=shown(currency.value))
        bad_value(reading, currency, message, hint, fix if fix in DECIMALS else None)
    if not currency or currency.value not in DECIMALS:
        found.currency = ""  # no amount is in another currency than one that is not known
    if zone and not known_zone(zone.value):
        message = Message("`{zone}` is no time zone", zone=shown(zone.value))
        bad_value(reading, zone, message, Message("an IANA name, as `Europe/Rome`"))
    if language and not _LANGUAGE.fullmatch(language.value):
        message = Message("`{language}` is no code of a language", language=shown(language.value))
        bad_value(reading, language, message, Message("two small letters, as `it` or `en`"))
    if title and not title.value.strip():
        bad_value(reading, title, Message("the company's name is empty"), Message("write its name"))


def text_of(found: Declaration, key: str) -> Scalar | None:
    """The text that stands under a key, if one does."""
    node = found.node.get(key) if isinstance(found.node, Mapping) else None
    return node if isinstance(node, Scalar) and (node.value or node.style) else None


def calendar(reading: Reading, found: Calendar) -> None:
    """Public holidays of a country that is known."""
    node = text_of(found, "holidays")
    if node and not known_holidays(node.value):
        message = Message("no public holidays are known for `{place}`", place=shown(node.value))
        bad_value(reading, node, message, Message("a country, or one of its subdivisions: `IT`, `IT-BZ`, `DE-BY`"))


def feedback(reading: Reading, found: Feedback) -> None:
    """A score to be under lies on the scale."""
    node = text_of(found, "below")
    if node and found.scale is not None and found.below is not None and found.below > found.scale:
        message = Message("`{below}` is more than the best score, `{scale}`", below=found.below, scale=found.scale)
        bad_value(reading, node, message, Message("from 1 to {scale}", scale=found.scale))


def parallel(reading: Reading, found: Parallel) -> None:
    """A join asks for no more branches than there are."""
    node = text_of(found, "join")
    if node and isinstance(found.join, int) and 0 < len(found.parallel) < found.join:
        message = Message.counted(
            "`{join}` is more than the {count} branch",
            "`{join}` is more than the {count} branches",
            count=len(found.parallel),
            join=found.join,
        )
        bad_value(reading, node, message, Message("from 1 to {count}, or `all`", count=len(found.parallel)))


def grant(reading: Reading, found: Grant) -> None:
    """Fields are listed, or those left out are."""
    if isinstance(found.node, Mapping):
        second_key(reading, found.node, ("fields", "except"))


def separation_rule(reading: Reading, found: SeparationRule) -> None:
    """Only two or more actions can be kept apart, each on one entity."""
    node = found.node.get("never_both") if isinstance(found.node, Mapping) else None
    if node is not None and found.never_both and len({ref.name for ref in found.never_both}) < 2:
        message = Message("one action alone cannot be kept apart from anything")
        bad_value(reading, node, message, Message("name two or more, as `[order.create, order.approve]`"))
    for ref in found.never_both:
        if ref.name.count(".") != 1:
            message = Message("`{action}` is no action on an entity", action=shown(ref.name))
            bad_value(reading, ref.node, message, Message("an entity and an action, as `order.approve`"))


def action(reading: Reading, found: Action) -> None:
    """Time passes, or one thing happens, or that after this: `after` may stand beside what happens then."""
    node = found.node
    if not isinstance(node, Mapping):
        return
    happens = ("do", "after", "event")
    if not second_key(reading, node, ("do", "event")) and "after" not in node.entries:
        if not set(happens) & set(reading.meant):
            missing_one(reading, found.name_node, f"action {found.name}", happens)
    elif "do" in node.entries and "by" not in node.entries and "by" not in reading.meant:
        missing_key(reading, found.name_node, f"action {found.name}", "by", "agent", RefKind(("roles",)))


CHECKS: dict[type[Any], Callable[[Reading, Any], None]] = {
    Company: company,
    Calendar: calendar,
    Feedback: feedback,
    Parallel: parallel,
    Grant: grant,
    SeparationRule: separation_rule,
    Action: action,
    Level: exactly_one("approver", "manager_of", "named_in"),
    Scenario: exactly_one("process", "approval", "handoff"),
}
"""A class -> what is checked of its declarations once they are read."""
