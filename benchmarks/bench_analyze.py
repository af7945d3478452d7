"""How long `analyze` takes, from a checked spec to all its figures, and how that grows.

python -m benchmarks.bench_analyze

Companies of 50 processes with 500 to 8,000 steps in all: tasks, waits, decisions, a chain and a handoff, with work that
is done again in nested and in overlapping loops. Then single processes of very many steps, one of them all overlapping
loops, and a role of very many persons. Times are of the processor; `validate` stands beside them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

from benchmarks.table import show
from crmdsl.api import Checked, analyze, check_text

HEAD = """\
crmdsl: 1
company: {name: Big, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars:
  office: {hours: {mon-fri: ["08:30-12:30", "14:00-18:00"]}}
departments:
  work: {functions: [acquire, manage, quote, order, approve_order, collect]}
entities:
  case: {owner: boss, fields: {number: text}}
approvals:
  sign:
    entity: case
    requester: role_0
    levels: {first: {approver: boss, effort: 5m}}
    separation: [requester, levels]
handoffs:
  ask: {entity: case, customer: boss, supplier: role_1, effort: 10m, deliver: 1d, rework: 10%}
"""


def company(processes: int, steps: int, *, seed: int = 0, span: int = 12, persons: int = 9_000) -> str:
    """A spec of so many processes with that many steps in all; loops reach back over `span` steps at most."""
    chance, roles = Random(seed), 20
    lines = [HEAD, "roles:", f"  boss: {{department: work, headcount: {persons}, hourly_cost: 50 EUR}}"]
    lines += [f"  role_{n}: {{department: work, headcount: {persons}, hourly_cost: 30 EUR}}" for n in range(roles)]
    lines.append("processes:")
    for n in range(processes):
        lines += [f"  process_{n}:", "    entity: case", "    start: s0", "    owner: boss", "    promise: 900d"]
        lines += ["    arrivals: 3 per day", "    steps:"]
        lines += _steps(steps // processes, chance, roles, span)
    return "\n".join(lines) + "\n"


def _steps(number: int, chance: Random, roles: int, span: int) -> Iterator[str]:
    yield "      s0: {role: boss, effort: 5m, outcomes: {ok: {to: s1, chance: 99%}, no: {to: lost, chance: 1%}}}"
    for n in range(1, number):
        after = f"s{n + 1}" if n + 1 < number else "won"
        back = f"s{max(0, n - chance.randint(1, span))}"
        kind = chance.random()
        role = f"role_{chance.randrange(roles)}"
        if kind < 0.1:
            yield f"      s{n}: {{wait: {{event: e{n}, takes: 1h}}, outcomes: {{e{n}: {after}}}}}"
        elif kind < 0.2 and n + 2 < number:
            yield f'      s{n}: {{decide: {{a: {{to: {after}, when: number = "a", chance: 70%}}, b: s{n + 2}}}}}'
        elif kind < 0.22:
            yield f"      s{n}: {{approval: sign, outcomes: {{approved: {{to: {after}, chance: 95%}}, rejected: {back}}}}}"
        elif kind < 0.24:
            yield f"      s{n}: {{handoff: ask, outcomes: {{accepted: {after}, declined: lost}}}}"
        elif kind < 0.6:
            yield f"      s{n}: {{role: {role}, effort: 10m, outcomes: {{ok: {{to: {after}, chance: 97%}}, again: {{to: {back}, chance: 3%}}}}}}"
        else:
            yield f"      s{n}: {{role: {role}, effort: {{mean: 10m, cv: 0.5}}, within: 2d, late: remind, outcomes: {{ok: {after}}}}}"
    yield "      won: {end: success}"
    yield "      lost: {end: failure}"


def timed(text: str, rounds: int = 3) -> tuple[float, float]:
    """Seconds of the checks and of the figures, the least of some rounds; each from a spec that was just checked."""
    checks, figures = [], []
    for _ in range(rounds):
        start = time.process_time()
        found: Checked = check_text({"spec.yaml": text}, "spec")
        middle = time.process_time()
        assert analyze(found) is not None, [str(one.message) for one in found.errors][:3]
        figures.append(time.process_time() - middle)
        checks.append(middle - start)
    return min(checks), min(figures)


def main() -> None:
    """The tables."""
    rows = []
    for steps in (500, 1_000, 2_000, 4_000, 8_000):
        checks, figures = timed(company(50, steps))
        rows.append((f"{steps:,}", f"{1000 * checks:.0f}", f"{1000 * figures:.0f}", f"{1e6 * figures / steps:.0f}"))
    show("analyze: 50 processes", ["steps in all", "validate, ms", "analyze, ms", "µs a step"], rows)
    rows = []
    for steps in (2_000, 20_000):
        for name, span in (("loops of 12 steps", 12), ("loops of any length", steps)):
            checks, figures = timed(company(1, steps, span=span, persons=100_000), 1)
            rows.append((f"{steps:,}", name, f"{1000 * checks:,.0f}", f"{1000 * figures:,.0f}",
                         f"{1e6 * figures / steps:.0f}"))  # fmt: skip
    show("analyze: one process, roles of 100,000 persons",
         ["steps", "", "validate, ms", "analyze, ms", "µs a step"], rows)  # fmt: skip


if __name__ == "__main__":
    main()
