"""Random processes: every step leads to the next, so that each is reached and each reaches an end."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.generators.chains import DURATIONS, timed
from tests.generators.conditions import Conditions
from tests.generators.entities import FIELDS, REQUIRED, WRITABLE, expression
from tests.generators.needs import Needs
from tests.generators.organisations import Company

EVENTS = ("submit", "abandon", "confirm", "skip", "fix", "hold", "send", "done_it", "go", "close")
HOSTILE = ("class", "import", "fire", "record", "advance", "states", "self", "at", "by", "type", "none", "match",
           "reopen", "reassign", "reopen_case")  # fmt: skip


class Processes:
    """Makes processes for one company out of the chains and processes that are there."""

    def __init__(self, random: Random, company: Company, needs: Needs, chains: dict[str, dict[str, Any]]) -> None:
        self.random = random
        self.company = company
        self.needs = needs
        self.approvals = chains["approvals"]
        self.handoffs = chains["handoffs"]
        self.callable: dict[str, str] = {}
        """Process -> its entity, of those that may be called."""
        self.conditions = Conditions(random, company.currency, company.roles)
        self.payer = False
        self.owner: list[str] = []
        self.entity = ""

    def process(self, name: str, entity: str, size: int) -> dict[str, Any]:
        r = self.random
        owner = r.choice(self.company.roles[1:])
        found: dict[str, Any] = {"entity": entity, "class": "primary"}
        if r.random() < 0.85:
            found["owner"] = owner
        self.owner = [owner] if "owner" in found else []
        self.entity = entity
        steps, start = self.steps([f"s{n}" for n in range(r.randint(2, 2 + size))], depth=1, ends=("won", "lost"))
        found["start"] = start
        found["steps"] = steps
        if r.random() < 0.3:
            found["promise"] = r.choice(("30d", "8w", "60d elapsed"))
        if r.random() < 0.5 and (self.owner or r.random() < 0.5):
            found["anytime"] = self.anytime(name, steps)
        return found

    def anytime(self, name: str, steps: dict[str, Any]) -> dict[str, Any]:
        r = self.random
        outcome: dict[str, Any] = {"to": r.choice(("lost" if "lost" in steps else "won", "s0"))}
        if not self.owner or r.random() < 0.6:
            outcome["by"] = r.choice(self.company.roles)
        if r.random() < 0.4:
            outcome["when"] = r.choice(("state = s0", "state != s0", self.conditions.simple(self.entity)))
        return {f"stop_{name}": outcome | self.effects()}

    def steps(self, names: list[str], depth: int, ends: tuple[str, str]) -> tuple[dict[str, Any], str]:
        """Steps one after the other to the ends for success and failure."""
        found: dict[str, Any] = {}
        for number, name in enumerate(names):
            onward = names[number + 1] if number + 1 < len(names) else ends[0]
            elsewhere = [*names[number + 1 :], *ends]
            # only steps that wait for somebody are gone back to, so that no ring runs for ever by itself
            before = [one for one in names[:number] if found[one].keys() & {"role", "wait", "handoff"}]
            found[name] = self.step(name, onward, elsewhere, before, depth)
        failing = ends[1] in targets(found)
        if depth == 1 or failing:
            found[ends[1]] = {"end": "failure", "reason": {"it": "Perso", "en": "Lost"}}
            if depth == 1 and not failing:
                first = found[names[0]]
                self.fail(first, ends[1], names[0], found)
        found[ends[0]] = {"end": "success"}
        return found, names[0]

    def fail(self, first: dict[str, Any], end: str, name: str, found: dict[str, Any]) -> None:
        """Gives a process without a way to failure one."""
        if "role" in first:
            first["outcomes"]["give_up"] = end
        elif "decide" in first:
            first["decide"] = {"bad": {"when": self.conditions.simple(self.entity), "to": end}, **first["decide"]}
        else:
            found.pop(end)

    def step(self, name: str, onward: str, elsewhere: list[str], before: list[str], depth: int) -> dict[str, Any]:
        kinds = ["task"] * 6 + ["handoff", "handoff", "handoff", "wait", "decide"] + ["approval"] * 4
        kinds += ["call"] * (2 if self.callable else 0) + ["parallel"] * (3 - depth) * (2 if depth == 1 else 1)
        while True:
            kind = self.random.choice(kinds)
            found = getattr(self, f"_{kind}")(onward, elsewhere, before, depth)
            if found is not None:
                return {**found, "label": "Step"} if self.random.random() < 0.1 else found  # type: ignore[no-any-return]

    # kinds of steps

    def _task(self, onward: str, elsewhere: list[str], before: list[str], depth: int) -> dict[str, Any]:
        r = self.random
        roles = r.sample(self.company.roles, r.choice((1, 1, 1, 2)))
        found: dict[str, Any] = {"role": roles if len(roles) > 1 else roles[0]}
        edits = r.sample(WRITABLE[self.entity], min(len(WRITABLE[self.entity]), r.choice((0, 1, 2, 3))))
        pool = [*edits, *REQUIRED[self.entity]]
        needs = list(dict.fromkeys(r.choices(pool, k=r.choice((0, 0, 1, 2)))))
        if r.random() < 0.4:
            found["effort"] = r.choice(("15m", {"mean": "30m", "cv": "0.5"}))
        for key, value in (("edits", edits), ("needs", needs)):
            if value:
                found[key] = value if len(value) > 1 or r.random() < 0.5 else value[0]
        reads = [r.choice(FIELDS[self.entity][-3:])] if r.random() < 0.2 else []
        if reads:
            found["reads"] = reads
        self.needs.add(roles, self.entity, [*reads, *needs], edits)
        events = self.events(r.choice((1, 2, 2, 3)))
        found["outcomes"] = {events[0]: self.outcome(onward, guard=False)}
        for event in events[1:]:
            back = before and r.random() < 0.25
            to = r.choice(before) if back else r.choice(elsewhere)
            found["outcomes"][event] = self.outcome(to, guard=r.random() < 0.6, needs=needs)
        return found | timed(r, self.company, roles, r.choice((None, events[-1])), 0.6)

    def events(self, count: int) -> list[str]:
        found = self.random.sample(EVENTS, count)
        if self.random.random() < 0.1:
            found[-1] = self.random.choice(HOSTILE)
        return found

    def outcome(self, to: str, guard: bool, needs: list[str] | None = None) -> Any:
        r = self.random
        found: dict[str, Any] = {"to": to}
        if guard:
            found["when"] = self.guard(needs or [])
        if r.random() < 0.15:
            found["by"] = r.choice(self.company.roles)
        found |= self.effects()
        return to if len(found) == 1 and r.random() < 0.7 else found

    def guard(self, needs: list[str]) -> str:
        chance = self.random.random()
        if chance < 0.1:
            return self.conditions.actor()
        if chance < 0.25 and "ceiling" in needs and self.entity == "order":
            return f"ceiling >= {self.conditions.money()}"
        return self.conditions.condition(self.entity)

    def effects(self) -> dict[str, Any]:
        r = self.random
        found: dict[str, Any] = {}
        if r.random() < 0.25:
            found["set"] = self.assignments()
        if r.random() < 0.2:
            found["emits"] = r.choice(("ordered", ["ordered", "billed"]))
        if r.random() < 0.15:
            found["notify"] = r.sample(self.company.roles, r.choice((1, 2)))
        if r.random() < 0.1 and self.entity == "order":
            values = {"about": r.choice(("client.title", '"a, b"')), "score": r.choice(("quantity", "3"))}
            found["opens"] = {"process": "improve", "with": values}
        return found

    def assignments(self) -> dict[str, str]:
        r = self.random
        if self.entity == "improvement":
            return {"score": "score + 1"}
        if self.entity == "client":
            return {"blocked": r.choice(("true", "false"))}
        fields = [field for field in WRITABLE["order"] if field != "lead"]
        found = {f: expression(r, f, self.company.currency) for f in r.sample(fields, r.choice((1, 1, 2)))}
        if r.random() < 0.3:
            found["client.blocked"] = r.choice(("true", "false"))
        if r.random() < 0.1:
            found["client.credit"] = "amount"
        return found

    def part(self, entity: str) -> dict[str, str] | None:
        """How a part on another entity says which record it acts on."""
        if entity == self.entity:
            return {}
        if self.entity != "order" or entity != "client":
            return None
        return {"of": self.random.choice(("client", "payer"))} if self.payer else {}

    def _approval(self, onward: str, elsewhere: list[str], before: list[str], depth: int) -> dict[str, Any] | None:
        r = self.random
        name = r.choice(list(self.approvals))
        part = self.part(self.approvals[name]["entity"])
        if part is None:
            return None
        found: dict[str, Any] = {"approval": name, **part}
        found["outcomes"] = {"approved": self.routed(onward), "rejected": self.routed(r.choice([*elsewhere, *before]))}
        return found | timed(r, self.company, self.owner, r.choice((None, "rejected")), 0.25 if self.owner else 0)

    def routed(self, to: str) -> Any:
        effects = self.effects()
        return {"to": to, **effects} if effects or self.random.random() < 0.3 else to

    def _handoff(self, onward: str, elsewhere: list[str], before: list[str], depth: int) -> dict[str, Any] | None:
        r = self.random
        name = r.choice(list(self.handoffs))
        part = self.part(self.handoffs[name]["entity"])
        if part is None:
            return None
        found: dict[str, Any] = {"handoff": name, **part}
        found["outcomes"] = {"accepted": self.routed(onward), "declined": self.routed(r.choice([*elsewhere, *before]))}
        if r.random() < 0.5:
            found["outcomes"]["cancelled"] = self.routed(r.choice(elsewhere))
        return found | timed(r, self.company, self.owner, r.choice((None, "declined")), 0.25 if self.owner else 0)

    def _decide(self, onward: str, elsewhere: list[str], before: list[str], depth: int) -> dict[str, Any]:
        r = self.random
        found: dict[str, Any] = {}
        for number in range(r.randint(1, 2)):
            condition = self.conditions.condition(self.entity)
            found[f"case_{number}"] = {"when": condition, "to": r.choice(elsewhere), **self.effects()}
        found["rest"] = self.routed(onward) if r.random() < 0.5 else {"to": onward}
        return {"decide": found}

    def _wait(self, onward: str, elsewhere: list[str], before: list[str], depth: int) -> dict[str, Any]:
        r = self.random
        event = r.choice(("shipped", "paid", "reported"))
        wait: dict[str, Any] = {"event": event}
        source = r.choice(("erp", "erp", None, r.choice(self.company.roles)))
        if source:
            wait["from"] = source
        outcomes: dict[str, Any] = {event: self.routed(onward)}
        if r.random() < 0.2:
            outcomes[event] = {"to": onward, "when": self.conditions.simple(self.entity)}
        if r.random() < 0.6:
            wait["timeout"] = r.choice((*DURATIONS, "50h elapsed", "5d elapsed"))
            outcomes["timeout"] = self.routed(r.choice(elsewhere))
        roles = [source] if source in self.company.roles else self.owner
        found: dict[str, Any] = {"wait": wait, "outcomes": outcomes}
        return found | timed(r, self.company, roles, r.choice((None, event)), 0.4 if roles else 0)

    def _call(self, onward: str, elsewhere: list[str], before: list[str], depth: int) -> dict[str, Any] | None:
        r = self.random
        name = r.choice(list(self.callable))
        part = self.part(self.callable[name])
        if part is None:
            return None
        found: dict[str, Any] = {"process": name, **part}
        found["outcomes"] = {"success": self.routed(onward), "failure": self.routed(r.choice(elsewhere))}
        return found | timed(r, self.company, self.owner, r.choice((None, "failure")), 0.25 if self.owner else 0)

    def _parallel(self, onward: str, elsewhere: list[str], before: list[str], depth: int) -> dict[str, Any]:
        r = self.random
        branches: dict[str, Any] = {}
        for number in range(r.choice((2, 2, 3))):
            branches[f"b{number}"] = self.single() if r.random() < 0.4 else self.branch(depth)
        if r.random() < 0.75:
            branches |= self.contested(depth)
        found: dict[str, Any] = {"parallel": branches}
        join = r.choice((None, "all", "any", str(r.randint(1, len(branches)))))
        if join:
            found["join"] = join
        found["then"] = onward
        if any(step.get("end") == "failure" for b in branches.values() for step in b.get("steps", {}).values()):
            found["on_failure"] = r.choice([*elsewhere, *before])
        return found | timed(r, self.company, self.owner, None, 0.3 if self.owner else 0)

    def contested(self, depth: int) -> dict[str, Any]:
        """A chain in one branch, and in another somebody who changes what it is about."""
        here = [name for name, chain in self.approvals.items() if chain["entity"] == self.entity]
        unlocked = [name for name in here if self.approvals[name].get("locks") == "false"]
        if not here:
            return {}
        step = {
            "approval": self.random.choice(unlocked or here), "outcomes": {"approved": "good", "rejected": "bad"},
        }  # fmt: skip
        roles = [self.random.choice(self.company.roles)]
        edits = REQUIRED[self.entity][:4]
        self.needs.add(roles, self.entity, [], edits)
        again = {"role": roles[0], "edits": edits, "outcomes": {"change": "t0", "go": "good"}}
        ends = {"good": {"end": "success"}}
        return {
            "b0": {"start": "t0", "steps": {"t0": step, "bad": {"end": "failure"}, **ends}},
            "b1": {"start": "t0", "steps": {"t0": again, **ends}},
        }

    def single(self) -> dict[str, Any]:
        """A branch of one task."""
        r = self.random
        roles = [r.choice(self.company.roles)]
        found: dict[str, Any] = {"role": roles[0]}
        if r.random() < 0.5:
            edits = [r.choice(WRITABLE[self.entity])]
            self.needs.add(roles, self.entity, [], edits)
            found["edits"] = edits
        return found | timed(r, self.company, roles, r.choice((None, "done")), 0.4)

    def branch(self, depth: int) -> dict[str, Any]:
        names = [f"t{number}" for number in range(self.random.choice((1, 1, 2)))]
        steps, start = self.steps(names, depth + 1, ("good", "bad"))
        return {"start": start, "steps": steps}


def targets(steps: dict[str, Any]) -> list[str]:
    """Every name that an outcome of some steps leads to."""
    found: list[str] = []
    for step in steps.values():
        for outcome in (*step.get("outcomes", {}).values(), *step.get("decide", {}).values()):
            found.extend([outcome if isinstance(outcome, str) else outcome["to"]])
        found += [step[key] for key in ("then", "on_failure") if key in step]
    return found
