"""Decisions on access: the generated package against functions written by hand, a set of permissions, and engines.

python -m benchmarks.bench_access

Small: 8 roles and 6 entities, half of the grants under a condition. Large: 200 roles, 50 entities, 10,000 grants. Ten
actions: the five of the language on a record, and five on one of its fields, as `access.actions` names them; each role
has one of them on each entity, and what it includes, and reads all. Every peer is asked the same requests, with its
handles made before and what it is given at hand, in a process of its own (some engines do not bear each other) in which
the package is asked in turn, so that a noisy machine hurts both alike: what is told are medians of the ratio. Half of
the requests are under a condition, which fails every second time; what no grant opens is asked apart. Loading is the time of the first decision of a package that was compiled before.
"""

from __future__ import annotations

import importlib
import json
import py_compile
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.table import show

ROOT = Path(__file__).parents[1]
ACTIONS: tuple[tuple[str, str | None], ...] = (
    ("create", None), ("read", None), ("update", None), ("delete", None), ("export", None), ("read", "amount"),
    ("update", "amount"), ("update", "kind"), ("export", "amount"), ("export", "kind"),
)  # fmt: skip
"""What is done, and with which field; `None` is the record, or any of its fields."""
NAMES = tuple(".".join(filter(None, one)) for one in ACTIONS)
"""What other systems call it."""
SIZES = {"small": (8, 6), "large": (200, 50)}
LIMIT = 10_000
AMOUNTS = (LIMIT, LIMIT + 100)
ROUNDS = 9
SPELL = 0.015
"""Seconds of one measurement."""
Question = tuple[int, int, int, int]
"""A role, an entity, whether its amount is the higher one, and an action, by their numbers."""
Asking = tuple[Callable[[Any, Any, Any, Any], object], Callable[..., tuple[Any, Any, Any, Any]]]
"""What decides, and what it is given for a question, which is at hand before the clock runs."""


def conditional(role: int, entity: int) -> bool:
    """Whether a grant has a condition."""
    return bool((role + entity) % 2)


def granted(role: int, entity: int) -> tuple[str, str | None]:
    """What a grant is of, besides reading."""
    return ACTIONS[(role + entity // 2) % len(ACTIONS)]


def opened(role: int, entity: int) -> list[str]:
    """The names of the actions that a grant opens."""
    can, field = granted(role, entity)
    return [
        name for name, (word, on) in zip(NAMES, ACTIONS, strict=True)
        if word in (can, "read") and (field is None or on in (None, field))
    ]  # fmt: skip


def all_opened(roles: int, entities: int) -> list[tuple[int, int, str]]:
    """Role, entity and name of an action that is open."""
    return [(r, e, name) for r in range(roles) for e in range(entities) for name in opened(r, e)]


def spec(roles: int, entities: int) -> str:
    """A company in which every role has a grant on every entity."""
    lines = ["crmdsl: 1", "company: {name: Bench, currency: EUR, timezone: Europe/Rome, calendar: c}",
             'calendars: {c: {hours: {mon-fri: "09:00-17:00"}}}', "departments: {d: {}}", "roles:"]  # fmt: skip
    lines += [f"  r{n}: {{department: d}}" for n in range(roles)]
    lines += ["entities:", *(f"  e{n}: {{owner: r0, fields: {{amount: money, kind: a | b}}}}" for n in range(entities))]
    lines += ["access:", "  actions:"]
    lines += [
        f"    {name.replace('.', '_')}_e{n}: {{can: {can}, on: e{n}{f', field: {field}' if field else ''}}}"
        for n in range(entities) for name, (can, field) in zip(NAMES, ACTIONS, strict=True)
    ]  # fmt: skip
    lines += ["  grants:"]
    for role in range(roles):
        for entity in range(entities):
            when = ", when: amount <= 100 EUR" if conditional(role, entity) else ""
            can, field = granted(role, entity)
            only = f", fields: {field}" if field else ""
            cans = ", ".join(dict.fromkeys((can, "read")))
            lines.append(f"    - {{role: r{role}, can: [{cans}], on: e{entity}{only}{when}}}")
    return "\n".join(lines) + "\n"


def write(size: str, folder: Path) -> None:
    """The package of a size, compiled."""
    from crmdsl.api import check_text, emit

    found = check_text({"spec.yaml": spec(*SIZES[size])}, f"bench_{size}")
    for file in emit(found.program):
        path = folder / f"bench_{size}" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
        if path.suffix == ".py":
            py_compile.compile(str(path))


class Package:
    """The generated package of a size."""

    def __init__(self, size: str, folder: str) -> None:
        if folder not in sys.path:
            sys.path.insert(0, folder)
        name, (_, entities) = f"bench_{size}", SIZES[size]
        self.people = importlib.import_module(f"{name}.organisation").ORGANISATION.people
        module = importlib.import_module(f"{name}.records")
        self.records = [
            [getattr(module, f"E{n}")(amount=amount // 100, kind="a") for n in range(entities)] for amount in AMOUNTS
        ]
        start = time.perf_counter()
        self.decide = importlib.import_module(f"{name}.access").decide
        self.decide(self.people[0], "read", self.records[0][0])
        self.loaded = time.perf_counter() - start

    def asking(self) -> Asking:
        def given(role: int, entity: int, high: int, action: int) -> tuple[Any, Any, Any, Any]:
            return self.people[role], ACTIONS[action][0], self.records[high][entity], ACTIONS[action][1]

        return self.decide, given

    def named(self, role: int, entity: int, high: int, action: int) -> tuple[Any, Any, Any, None]:
        """The same objects, and the name of the action as other systems call it."""
        return self.people[role], NAMES[action], self.records[high][entity], None


# peers: each is given the size and the package, whose people and records those by hand are asked of as well


def by_hand(size: str, package: Package) -> Asking:
    """A function over the people and records of the program, as one would write it."""
    roles, entities = SIZES[size]
    known = all_opened(roles, entities)
    always = frozenset((f"r{r}", name, f"e{e}") for r, e, name in known if not conditional(r, e))
    up_to_limit = frozenset((f"r{r}", name, f"e{e}") for r, e, name in known if conditional(r, e))

    def may(person: Any, action: str, record: Any, _field: None) -> bool:
        for role in person.roles:
            key = role, action, record.entity
            if key in always or (key in up_to_limit and record._amount is not None and record._amount <= LIMIT):
                return True
        return False

    return may, package.named


def words(role: int, entity: int, high: int, action: int) -> tuple[str, str, str, int]:
    """A question in names and figures."""
    return f"r{role}", NAMES[action], f"e{entity}", AMOUNTS[high]


def bare(size: str, _package: Package) -> Asking:
    """The same with names and figures at hand, and nothing to look up."""
    roles, entities = SIZES[size]
    known = all_opened(roles, entities)
    always = frozenset((f"r{r}", name, f"e{e}") for r, e, name in known if not conditional(r, e))
    up_to_limit = frozenset((f"r{r}", name, f"e{e}") for r, e, name in known if conditional(r, e))

    def may(role: str, action: str, entity: str, amount: int | None) -> bool:
        key = role, action, entity
        return key in always or (key in up_to_limit and amount is not None and amount <= LIMIT)

    return may, words


def permissions(size: str, _package: Package) -> Asking:
    """A frozenset, which knows no conditions."""
    roles, entities = SIZES[size]
    always = frozenset((f"r{r}", name, f"e{e}") for r, e, name in all_opened(roles, entities))
    return lambda role, action, entity, _amount: (role, action, entity) in always, words


def cedar(size: str, _package: Package) -> Asking:
    """The package `cedarpy`, with policies and entities parsed before."""
    cedarpy: Any = importlib.import_module("cedarpy")
    roles, entities = SIZES[size]

    def actions(role: int, entity: int) -> str:
        return ", ".join(f'Action::"{name}"' for name in opened(role, entity))

    policies = cedarpy.PolicySet.from_str("\n".join(
        f'permit(principal == R::"r{r}", action in [{actions(r, e)}], resource is E{e})'
        + (f" when {{ resource.amount <= {LIMIT} }};" if conditional(r, e) else ";")
        for r in range(roles) for e in range(entities)
    ))  # fmt: skip
    handles = [cedarpy.Entities.from_json_str(json.dumps([
        {"uid": {"type": f"E{e}", "id": "x"}, "attrs": {"amount": amount}, "parents": []} for e in range(entities)
    ])) for amount in AMOUNTS]  # fmt: skip

    def may(principal: str, action: str, resource: str, entities: Any) -> object:
        request = {"principal": principal, "action": action, "resource": resource}
        return cedarpy.is_authorized(request, policies, entities).allowed

    return may, lambda role, entity, high, action: (
        f'R::"r{role}"', f'Action::"{NAMES[action]}"', f'E{entity}::"x"', handles[high]
    )  # fmt: skip


def pycasbin(size: str, _package: Package) -> Asking:
    """The package `pycasbin`, with the enforcer that looks at the lines of a role, entity and action alone."""
    casbin: Any = importlib.import_module("casbin")
    roles, entities = SIZES[size]
    model = (
        "[request_definition]\nr = role, entity, act, amount\n[policy_definition]\np = role, entity, act, rule\n"
        "[policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = r.role == p.role && "
        f'r.entity == p.entity && r.act == p.act && (p.rule == "always" || r.amount <= {LIMIT})\n'
    )
    lines = [
        f"p, r{r}, e{e}, {name}, {'limit' if conditional(r, e) else 'always'}\n"
        for r, e, name in all_opened(roles, entities)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("model.conf", "policy.csv")]
        for path, text in zip(paths, (model, "".join(lines)), strict=True):
            path.write_text(text, encoding="utf-8")
        enforcer = casbin.FastEnforcer(*map(str, paths), cache_key_order=[0, 1, 2])
    return lambda role, action, entity, amount: enforcer.enforce(role, entity, action, amount), words


def cel(size: str, package: Package) -> Asking:
    """The package `cel-expr-python`: conditions compiled once, grants looked up in a dict, over the same objects."""
    found: Any = importlib.import_module("cel_expr_python.cel")
    roles, entities = SIZES[size]
    env = found.NewEnv(variables={"amount": found.Type.INT})
    limit, always = env.compile(f"amount <= {LIMIT}"), env.compile("true")
    known = all_opened(roles, entities)
    grants = {(f"r{r}", name, f"e{e}"): limit if conditional(r, e) else always for r, e, name in known}

    def may(person: Any, action: str, record: Any, _field: None) -> bool:
        for role in person.roles:
            when = grants.get((role, action, record.entity))
            if when is not None and when.eval(data={"amount": record._amount}).value():
                return True
        return False

    return may, package.named


def regorus(size: str, _package: Package) -> Asking:
    """The package `celine-regorus`: a small policy over the grants as data, fed with the text of JSON."""
    found: Any = importlib.import_module("regorus")
    roles, entities = SIZES[size]
    engine = found.Engine()
    engine.add_policy("p.rego", (
        "package p\nimport rego.v1\ndefault allow := false\nrule := data.grants[input.role][input.entity][input.action]\n"
        f'allow if rule == "always"\nallow if {{\n rule == "limit"\n input.amount <= {LIMIT}\n}}\n'
    ))  # fmt: skip
    engine.add_data_json(json.dumps({"grants": {
        f"r{r}": {f"e{e}": dict.fromkeys(opened(r, e), "limit" if conditional(r, e) else "always")
                  for e in range(entities)}
        for r in range(roles)
    }}))  # fmt: skip

    def may(role: str, action: str, entity: str, amount: int) -> object:
        engine.set_input_json(f'{{"role": "{role}", "entity": "{entity}", "action": "{action}", "amount": {amount}}}')
        return engine.eval_rule("data.p.allow")

    return may, words


PEERS: dict[str, tuple[str, Callable[[str, Package], Asking]]] = {
    "by_hand": ("by hand, same objects", by_hand), "bare": ("by hand, names and figures", bare),
    "permissions": ("frozenset, no conditions", permissions), "cedar": ("cedarpy, reused handles", cedar),
    "pycasbin": ("pycasbin, fast enforcer", pycasbin), "cel": ("cel-expr-python", cel),
    "regorus": ("regorus, data-driven", regorus),
}  # fmt: skip


# measuring

Questions = list[Question]


class Spells:
    """Somebody who is asked, with all that he is given at hand."""

    def __init__(self, asking: Asking, asked: Questions) -> None:
        self.decide, given = asking
        self.asked = [given(*one) for one in asked]
        once = max(self.seconds(self.asked[:8], 1), 1e-8)
        count = max(1, min(len(asked), int(SPELL / once)))
        self.fitted, self.repeats = self.asked[:count], max(1, int(SPELL / once / count))

    def seconds(self, asked: list[tuple[Any, Any, Any, Any]], repeats: int) -> float:
        """Seconds of the processor of one question."""
        decide = self.decide
        start = time.process_time()
        for _ in range(repeats):
            for one, two, three, four in asked:
                decide(one, two, three, four)
        return (time.process_time() - start) / repeats / len(asked)

    def spell(self) -> float:
        """So many questions, so many times, as fill a spell."""
        return self.seconds(self.fitted, self.repeats)

    def answers(self, count: int) -> list[bool]:
        return [bool(self.decide(*one)) for one in self.asked[:count]]


def against(ours: Spells, theirs: Spells) -> tuple[float, float]:
    """Seconds of ours, and how many times longer theirs take: medians of measurements in turn."""
    times = [(ours.spell(), theirs.spell()) for _ in range(ROUNDS)]
    return median(one for one, _ in times), median(two / one for one, two in times)


def questions(size: str) -> Questions:
    """Actions that a grant opens, every second one under a condition, which fails every second time."""
    random, found = Random(size), []
    for number in range(2000):
        role, entity = drawn(size, random, lambda *one, wanted=number % 2: conditional(*one) == wanted)
        found.append((role, entity, number // 2 % 2, NAMES.index(random.choice(opened(role, entity)))))
    return found


def unopened(size: str) -> Questions:
    """Actions that no grant opens."""
    random, found = Random(size), []
    for number in range(2000):
        role, entity = drawn(size, random, lambda *one: len(opened(*one)) < len(NAMES))
        closed = [name for name in NAMES if name not in opened(role, entity)]
        found.append((role, entity, number // 2 % 2, NAMES.index(random.choice(closed))))
    return found


def drawn(size: str, random: Random, fits: Callable[[int, int], bool]) -> tuple[int, int]:
    """A role and an entity that fit."""
    while True:
        pair = random.randrange(SIZES[size][0]), random.randrange(SIZES[size][1])
        if fits(*pair):
            return pair


def measure(peer: str, size: str, folder: str) -> tuple[float, float]:
    """A peer against the package; of `sizes`, the large package against the small one; of `unopened`, by hand."""
    package = Package(size, folder)
    asked = questions(size) if peer != "unopened" else unopened(size)
    ours = known(package, asked)
    if peer == "sizes":
        return against(ours, known(Package("large", folder), questions("large")))
    theirs = Spells((by_hand if peer == "unopened" else PEERS[peer][1])(size, package), asked)
    if peer != "permissions":
        assert ours.answers(48) == theirs.answers(48), peer
    return against(ours, theirs)


def known(package: Package, asked: Questions) -> Spells:
    """The package, asked before: what can apply to somebody is worked out when he is first asked about."""
    decide, given = package.asking()
    for one in asked:
        decide(*given(*one))
    return Spells((decide, given), asked)


def told(*words: str) -> Any:
    """What another process measures; nothing where the peer is not installed."""
    command = [sys.executable, "-m", "benchmarks.bench_access", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        print(f"{words}: not measured ({done.stderr.strip().splitlines()[-1:]})")
        return None
    return json.loads(done.stdout)


def main() -> None:
    """Both sizes, each peer in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for size, (roles, entities) in SIZES.items():
            write(size, Path(folder))
            loaded = median(told("load", size, folder) for _ in range(3))
            found = {peer: told(peer, size, folder) for peer in PEERS}
            own = median(one[0] for one in found.values() if one)
            rows: list[list[str]] = [["generated package", f"{own * 1e9:.0f} ns", "1"]]
            for peer, one in found.items():
                if one:
                    rows.append([PEERS[peer][0], f"{one[0] * one[1] * 1e9:.0f} ns", f"{one[1]:.2f}"])
            title = f"{size}: {roles} roles, {entities} entities, {len(ACTIONS)} actions, {roles * entities:,} grants; loaded in {loaded:.3f} s"
            show(title, ("decides", "a decision", "generated = 1"), rows)
            closed = told("unopened", size, folder)
            print(f"What no grant opens is denied in {closed[0] * 1e9:.0f} ns, by hand in {closed[1]:.2f} of that.")
        larger = told("sizes", "small", folder)
        print(f"\nA decision of the large company takes {larger[1]:.2f} times that of the small one.")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "load":
        print(json.dumps(Package(*sys.argv[2:]).loaded))
    else:
        print(json.dumps(measure(*sys.argv[1:])))
