"""Random approval chains and handoffs."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.generators.conditions import Conditions
from tests.generators.entities import FIELDS, OPTIONAL, REQUIRED
from tests.generators.needs import Needs
from tests.generators.organisations import Company

OPTIONS = (
    ("recall", 0.5, ("true", "true", "false")),
    ("locks", 0.65, ("false", "false", "false", "true")),
    ("reason", 0.5, ("always", "never", "on_reject")),
    ("on_reject", 0.5, ("previous_level", "previous_level", "end")),
)
"""Keys of a chain, how often each stands, and with what."""
DURATIONS = ("30m", "2h", "4h", "1d", "1d 4h", "2d", "1w", "36h elapsed", "3d elapsed")


def late(random: Random, company: Company, roles: list[str], outcome: str | None) -> Any:
    """What happens after a deadline; nobody is escalated to where there is no superior."""
    choices: list[Any] = ["remind", {"escalate": random.choice(company.roles)}]
    if company.with_superior(roles):
        choices += ["escalate"] * 5
    if outcome is not None:
        choices += [outcome, outcome]
    return random.choice(choices)


def timed(random: Random, company: Company, roles: list[str], outcome: str | None, likely: float) -> dict[str, Any]:
    if random.random() > likely:
        return {}
    found: dict[str, Any] = {"within": random.choice(DURATIONS)}
    if random.random() < 0.9:
        found["late"] = late(random, company, roles, outcome)
    return found


class Chains:
    """Makes chains for one company."""

    def __init__(self, random: Random, company: Company, needs: Needs) -> None:
        self.random = random
        self.company = company
        self.needs = needs
        self.conditions = Conditions(random, company.currency, company.roles)

    # approvals

    def approval(self, entity: str) -> dict[str, Any]:
        r, company = self.random, self.company
        requester = r.sample(company.roles[1:], r.randint(1, 2))
        ladder = r.random() < 0.6
        separation = r.choice(([], ["requester"], ["levels"], *[["requester", "levels"]] * 3))
        others = [role for role in company.roles if "requester" in separation or role not in requester]
        found: dict[str, Any] = {"entity": entity, "requester": requester if len(requester) > 1 else requester[0]}
        substitutes = r.choice((None, "none", "superior", "superior", "superior", "named", "named"))
        if "requester" not in separation:
            # nobody who asks may come to sign as a superior either
            others = [role for role in others if not set(requester) & ({*company.ups([role])})] or ["boss"]
            if "boss" in requester:
                separation = [*separation, "requester"]
        levels = self.ladder(entity, others) if ladder else self.bands(entity, others)
        if ladder and r.random() < 0.35 and (tight := self.tight(requester)):
            levels, separation = tight, ["requester", "levels"]
        found |= {"mode": "ladder"} if ladder else ({"mode": "bands"} if r.random() < 0.5 else {})
        found["levels"] = levels
        if not all("when" not in level for level in levels.values()):
            found["otherwise"] = r.choice(("approve", "approve", "reject"))
        if separation:
            found["separation"] = separation if len(separation) > 1 else separation[0]
        if substitutes:
            found["substitutes"] = substitutes
        for key, likely, values in OPTIONS:
            if r.random() < likely:
                found[key] = r.choice(values)
        self.manager_levels(found, requester)
        satisfy(company, found)
        if substitutes in ("named", "superior") and r.random() < 0.85:
            self.send_away(r.choice(list(levels.values())))
        for level in levels.values():
            self.needs.add(as_list(level.get("approver", [])), entity, level.get("reads", []))
        return found

    def send_away(self, level: dict[str, Any]) -> None:
        """Everybody who signs a level is away, so that others stand in."""
        people = self.company.body.get("people", {})
        away = self.company.holders(as_list(level.get("approver", [])))
        for name in away if people else []:
            people[name]["absent"] = ["2026-01-01..2027-12-31"]
            people[name]["substitute"] = self.random.choice([other for other in people if other not in away] or [name])

    def manager_levels(self, found: dict[str, Any], requester: list[str]) -> None:
        """A level may be for the requester's manager, or for the person that a field names."""
        r = self.random
        for level in found["levels"].values():
            if "requester" not in as_list(found.get("separation", [])) or level.get("quorum", "any") != "any":
                continue
            chance = r.random()
            if chance < 0.15 and self.company.with_superior(requester):
                level.pop("approver")
                level["manager_of"] = "requester"
            elif chance < 0.3 and found["entity"] == "order":
                level.pop("approver")
                level["named_in"] = "lead"
            if "approver" not in level and level.get("late") == "escalate":
                level["late"] = "remind"
            if "approver" not in level:
                level.pop("reads", None)

    def ladder(self, entity: str, others: list[str]) -> dict[str, Any]:
        r = self.random
        found = {}
        level: dict[str, Any] = {}
        for number in range(r.choice((1, 2, 2, 3))):
            before = level.get("approver")
            level = self.level(entity, others)
            if before is not None and r.random() < 0.4:
                level = {"approver": before, "quorum": r.choice(("any", "any", "2"))}
            if r.random() < 0.35:
                level = {"when": self.condition(entity), **level}
            found[f"l{number}"] = level
        return found

    def tight(self, requester: list[str]) -> dict[str, Any] | None:
        """Two levels with a person who can sign either, and is needed for the second."""
        once = [role for role in self.company.roles if len(self.company.holders([role])) == 1 and role not in requester]
        if not once:
            return None
        last = self.random.choice(once)
        other = self.random.choice([role for role in self.company.roles if role not in (last, *requester)])
        return {"l0": {"approver": [last, other]}, "l1": {"approver": last}}

    def condition(self, entity: str) -> str:
        if self.random.random() < 0.12:
            return self.conditions.requester()
        return self.conditions.condition(entity, 1)

    def bands(self, entity: str, others: list[str]) -> dict[str, Any]:
        """Levels that cut one field into bands."""
        field, first, second = {
            "order": ("discount", "5%", "20%"), "improvement": ("score", "1", "3"),
            "client": ("exposure", f"100 {self.company.currency}", f"900 {self.company.currency}"),
        }[entity]  # fmt: skip
        return {
            "low": {"when": f"{field} > {first} and {field} <= {second}", **self.level(entity, others)},
            "high": {"when": f"{field} > {second}", **self.level(entity, others)},
        }

    def level(self, entity: str, others: list[str]) -> dict[str, Any]:
        r = self.random
        roles = r.sample(others, min(len(others), r.choice((1, 1, 2))))
        found: dict[str, Any] = {"approver": roles if len(roles) > 1 else roles[0]}
        quorum = r.choice((None, None, "any", "all", "2"))
        if quorum == "2" and len(self.company.holders(roles)) < 3:
            quorum = None
        if quorum:
            found["quorum"] = quorum
        if r.random() < 0.3:
            found["reads"] = [r.choice(FIELDS[entity][-4:])]
        return found | timed(r, self.company, roles, r.choice((None, None, None, "rejected", "approved")), 0.8)

    # handoffs

    def handoff(self, entity: str, improvement: str) -> dict[str, Any]:
        r, company = self.random, self.company
        roles = r.sample(company.roles, 3)
        customer, supplier = (roles[:1], roles[1:]) if r.random() < 0.5 else (roles[:2], roles[2:])
        gives = r.sample(REQUIRED[entity], r.randint(0, 2))
        returns = r.sample(OPTIONAL[entity], r.randint(1, min(2, len(OPTIONAL[entity]))))
        returns = [field for field in returns if field != "remark"] or returns
        found: dict[str, Any] = {
            "entity": entity, "customer": customer if len(customer) > 1 else customer[0],
            "supplier": supplier if len(supplier) > 1 else supplier[0],
        }  # fmt: skip
        if gives:
            found["gives"] = gives
        found["returns"] = returns
        for key in ("respond", "deliver", "verify"):
            if r.random() < 0.7:
                found[key] = r.choice(DURATIONS)
        if r.random() < 0.7:
            found["accept_when"] = " and ".join(f"{field} is known" for field in returns)
        elif r.random() < 0.5:
            found["accept_when"] = self.conditions.condition(entity, 1)
        if r.random() < 0.6:
            found["rework_limit"] = str(r.randint(0, 2))
        if r.random() < 0.7:
            found["late"] = late(r, company, [*supplier, *customer], r.choice((None, "declined")))
        if r.random() < 0.5:
            found["feedback"] = {"scale": "5", "below": "3", "opens": improvement}
        if r.random() < 0.2:
            found["fulfilled_by"] = improvement
        self.needs.add(customer, entity, [*gives, *returns])
        self.needs.add(supplier, entity, gives, returns)
        return found


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def satisfy(company: Company, chain: dict[str, Any]) -> None:
    """Takes quorums and separation of levels back until distinct persons can sign whoever asks."""
    separation = as_list(chain.get("separation", []))
    requesters = company.holders(as_list(chain["requester"]))
    if all(can_sign(company, chain, {name} if "requester" in separation else set()) for name in requesters):
        return
    for level in chain["levels"].values():
        level.pop("quorum", None)
        if "approver" in level and len(company.holders(as_list(level["approver"]))) < 4:
            level["approver"] = company.roles[:3]
            if level.get("late") == "escalate":
                level["late"] = "remind"
    chain["separation"] = "requester"


def can_sign(company: Company, chain: dict[str, Any], gone: set[str]) -> bool:
    """Whether the levels can all be signed, by distinct persons where separation says so, without those gone."""
    distinct = "levels" in as_list(chain.get("separation", []))
    slots: list[list[str]] = []
    for level in chain["levels"].values():
        if "named_in" in level:
            continue
        roles = as_list(level["approver"]) if "approver" in level else sorted(company.ups(as_list(chain["requester"])))
        if level.get("quorum") == "all":
            groups = [company.holders([role]) for role in roles]
        else:
            groups = [company.holders(roles)] * int(level.get("quorum", "1").replace("any", "1"))
        if not distinct and not place(groups, set(gone)):
            return False
        slots += groups
    return not distinct or place(slots, set(gone))


def place(slots: list[list[str]], gone: set[str]) -> bool:
    if not slots:
        return True
    return any(person not in gone and place(slots[1:], gone | {person}) for person in slots[0])
