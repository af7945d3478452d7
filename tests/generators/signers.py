"""Small companies with one chain each, and by brute force whether it can get its signatures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product
from random import Random

ROLES = ("a", "b", "c", "d")
ABOVE = {"a": "b", "b": "c", "d": "c"}
FLAGS = ("f", "g")


@dataclass
class Level:
    """Who signs a level, how many, and the flag that must be set."""

    approver: tuple[str, ...]
    quorum: str
    when: str = ""


@dataclass
class Company:
    """People with their roles, who asks, the levels, what is kept apart; `rule`: who creates does not sign."""

    people: dict[str, tuple[str, ...]]
    asks: tuple[str, ...]
    creates: tuple[str, ...]
    levels: list[Level]
    mode: str
    separation: tuple[str, ...]
    rule: bool
    headcount: dict[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """The company as a spec."""
        roles = "\n".join(
            f"  {role}: {{department: all, headcount: {self.headcount.get(role, 1)}"
            + (f", reports_to: {ABOVE[role]}" if role in ABOVE else "") + "}"
            for role in ROLES
        )  # fmt: skip
        people = "people:\n" + "\n".join(f"  {name}: {{roles: [{', '.join(held)}]}}" for name, held in
                                         self.people.items()) + "\n"  # fmt: skip
        levels = "\n".join(
            f"      l{place}: {{approver: [{', '.join(level.approver)}], quorum: {level.quorum}"
            + (f", when: {level.when}" if level.when else "") + "}"
            for place, level in enumerate(self.levels)
        )  # fmt: skip
        rule = "  separation: {entry: {never_both: [job.create, job.approve]}}\n" if self.rule else ""
        return f"""crmdsl: 1
company: {{name: Test, currency: EUR, timezone: UTC, calendar: office}}
calendars: {{office: {{hours: {{mon-fri: ["09:00-17:00"]}}}}}}
departments: {{all: {{}}}}
roles:
{roles}
{"" if self.headcount else people}entities:
  job: {{fields: {{f: flag, g: flag}}}}
approvals:
  chain:
    entity: job
    requester: [{", ".join(self.asks)}]
    mode: {self.mode}
    otherwise: reject
    separation: [{", ".join(self.separation)}]
    levels:
{levels}
access:
  grants:
    - {{role: [{", ".join(self.creates)}], can: create, on: job}}
{rule}"""

    # by brute force

    def sets(self) -> Iterator[list[Level]]:
        """The levels that sign for each setting of the flags."""
        for values in product((True, False), repeat=len(FLAGS)):
            record = dict(zip(FLAGS, values, strict=True))
            held = [level for level in self.levels if not level.when or _holds(level.when, record)]
            if held:
                yield held if self.mode == "ladder" else held[:1]

    def asking(self) -> list[str]:
        """Who may ask."""
        return [name for name, held in self.people.items() if set(held) & set(self.asks)]

    def can(self, levels: list[Level], asker: str, creator: str | None) -> bool:
        """Whether the levels can be signed when somebody asks for what somebody has created."""
        barred = {asker} if "requester" in self.separation else set()
        barred |= {creator} if creator is not None and self.rule else set()
        return self._filled(levels, barred)

    def _filled(self, levels: list[Level], barred: set[str]) -> bool:
        if not levels:
            return True
        first, *rest = levels
        for signers in self._signers(first, barred):
            if self._filled(rest, barred | signers if "levels" in self.separation else barred):
                return True
        return False

    def _signers(self, level: Level, barred: set[str]) -> Iterator[set[str]]:
        able = [name for name, held in self.people.items() if set(held) & set(level.approver) and name not in barred]
        if level.quorum == "all":
            for chosen in product(able, repeat=len(level.approver)):
                fits = all(role in self.people[name] for name, role in zip(chosen, level.approver, strict=True))
                if fits and len(set(chosen)) == len(chosen):
                    yield set(chosen)
        else:
            for some in combinations(able, 1 if level.quorum == "any" else int(level.quorum)):
                yield set(some)

    def served(self, levels: list[Level], asker: str) -> bool:
        """Whether somebody can be served, whoever has created what he asks for."""
        creators = [name for name, held in self.people.items() if set(held) & set(self.creates)]
        return any(self.can(levels, asker, creator) for creator in creators or [None])

    def serves_himself(self, levels: list[Level], asker: str) -> bool:
        """Whether somebody can be served for what he has created, if he may create."""
        return not set(self.people[asker]) & set(self.creates) or self.can(levels, asker, asker)


def _holds(when: str, record: dict[str, bool]) -> bool:
    return not record[when[4:]] if when.startswith("not ") else record[when]


def some(random: Random) -> Company:
    """A company; where headcounts say who there is, each person has one role."""
    counted = random.random() < 0.4
    headcount = {role: random.randrange(4) for role in ROLES} if counted else {}
    people: dict[str, tuple[str, ...]] = {}
    if counted:
        people = {f"{role}_{n}": (role,) for role in ROLES for n in range(1, headcount[role] + 1)}
    else:
        for name in ("anna", "bruno", "carla", "dora", "elio")[: random.randrange(2, 6)]:
            people[name] = tuple(sorted(random.sample(ROLES, random.choice((1, 1, 2)))))
    levels = []
    for _ in range(random.randrange(1, 4)):
        approver = tuple(sorted(random.sample(ROLES, random.choice((1, 1, 2)))))
        quorum = random.choice(("any", "any", "2", "all"))
        levels.append(Level(approver, quorum, random.choice(("", "f", "g", "not f"))))
    return Company(
        people, tuple(sorted(random.sample(ROLES, random.choice((1, 2))))),
        tuple(sorted(random.sample(ROLES, random.choice((1, 2))))), levels,
        random.choice(("bands", "ladder", "ladder")),
        random.choice((("requester",), ("levels",), ("requester", "levels"), ("requester", "levels"))),
        random.random() < 0.4, headcount,
    )  # fmt: skip
