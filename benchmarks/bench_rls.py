"""Row security of a compiled spec against the same question with an explicit WHERE, in one run.

    python -m benchmarks.bench_rls [ROWS]

Needs the extra `bench` (a real PostgreSQL). A million rows unless told otherwise. Each question is asked three ways: by
somebody whose rows the policies choose, of the table and of the view that hides fields, and by an application that no
policy binds, with the condition in the statement as `filter` of the generated package writes it: with parameters. The
application knows beforehand who asks, what he may and whose records are within his reach, and is not charged for having
found out; the policies find that out in each statement. Statements are prepared and planned before the clock runs, on
either side, as those of an application are. A ratio over 1 is what security costs.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from benchmarks.table import show
from crmdsl.api import check_text
from crmdsl.backends.postgres import emit
from tests.differential.postgres import connection

AGENTS, ZONES = 200, 20
WARM = 8
"""Executions before the clock runs; after five PostgreSQL may plan for any parameters."""
ROUND = 0.04
"""Seconds that each way is asked for in a round: the quicker, the oftener."""
SPEC = """\
crmdsl: 1
company: {name: Bench, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
departments: {sales: {head: director}}
roles:
  director: {department: sales}
  manager: {department: sales, reports_to: director}
  agent: {department: sales, reports_to: manager, inherit: false}
  clerk: {department: sales, inherit: false}
territories: {ZONES}
people:
  boss: {roles: director}
  carla: {roles: clerk}
  PEOPLE
entities:
  order: {owner: agent, fields: {amount: money, kind: standard | special, discount: percent, margin: {type: percent}}}
  lead: {owner: agent, fields: {amount: money, note: text}}
access:
  grants:
    - {role: agent, can: [read, update], on: order, scope: own, except: margin}
    - {role: manager, can: [read, update], on: order, scope: territory}
    - {role: clerk, can: read, on: order, scope: all, when: kind = special and amount <= 50 EUR, except: margin}
    - {role: director, can: read, on: order, scope: all}
"""


def spec() -> str:
    """The company, with its people and territories."""
    zones = ", ".join(f"zone_{number}: {{}}" for number in range(ZONES))
    people = [f"agent_{n}: {{roles: agent, territory: zone_{n % ZONES}}}" for n in range(AGENTS)]
    people += [f"manager_{n}: {{roles: manager, territory: zone_{n}}}" for n in range(ZONES)]
    return SPEC.replace("{ZONES}", "{" + zones + "}").replace("PEOPLE", "\n  ".join(people))


def load(opened: Any, rows: int) -> None:
    """The schema, its policies and the rows."""
    found = check_text({"spec.yaml": spec()}, "bench")
    assert not found.failed, found.errors[0].message
    files = {file.path: file.text for file in emit(found.program)}
    for name in ("schema.sql", "access.sql", "people.sql"):
        opened.execute(files[name])
    opened.execute("SET search_path = bench")
    opened.execute('ALTER TABLE "order" DISABLE TRIGGER USER')
    opened.execute(
        """INSERT INTO "order" ("_id", "_creator", "_owner", "amount", "kind", "discount", "margin")
        SELECT 'r' || n, 'agent_' || h, 'agent_' || h, n % 10000 / 100.0,
               CASE WHEN n % 4 = 0 THEN 'special' ELSE 'standard' END, n % 30, n % 40
        FROM (SELECT n, abs(hashint4(n)) % %(agents)s AS h FROM generate_series(1, %(rows)s) AS n) AS made""".replace(
            "% 10000", "%% 10000").replace("n % 4", "n %% 4").replace("n % 30", "n %% 30").replace("n % 40", "n %% 40"
        ).replace(") % %(agents)s", ") %% %(agents)s"),
        {"agents": AGENTS, "rows": rows},
    )  # fmt: skip
    opened.execute('ALTER TABLE "order" ENABLE TRIGGER USER')
    opened.execute("CREATE ROLE application BYPASSRLS; GRANT USAGE ON SCHEMA bench TO application")
    opened.execute('GRANT SELECT ON "order" TO application')
    opened.execute("VACUUM ANALYZE")


def explicit(actor: str) -> tuple[str, dict[str, Any]]:
    """The condition that the policies stand for, as it is written by hand, and its parameters."""
    if actor.startswith("agent"):
        return """ "_owner" = %(actor)s OR "_creator" = %(actor)s """, {"actor": actor}
    if actor.startswith("manager"):
        zone = int(actor.partition("_")[2])
        names = [*(f"agent_{n}" for n in range(zone, AGENTS, ZONES)), actor]
        return """coalesce("_owner", "_creator") = ANY (%(names)s)""", {"names": names}
    if actor == "carla":
        return """ "kind" = 'special' AND "amount" <= 50 """, {}
    return "TRUE", {}


ROLES = {"agent_7": "agent", "manager_7": "manager", "carla": "clerk", "boss": "director"}
QUESTIONS = {
    "list": 'SELECT "_id", "amount", "kind" FROM {table} WHERE {where} ORDER BY "_id" LIMIT 50',
    "sum": 'SELECT count(*), sum("amount") FROM {table} WHERE {where}',
    "point": 'SELECT "_id", "amount", "kind" FROM {table} WHERE "_id" = \'r4711\' AND ({where})',
}


def become(opened: Any, actor: str | None) -> None:
    """Act as somebody, or as the application."""
    opened.execute("SELECT set_config('crmdsl.actor', %s, false)", [actor or ""])
    opened.execute(f'SET ROLE "bench.role.{ROLES[actor]}"' if actor is not None else "SET ROLE application")


def timed(opened: Any, actor: str | None, statement: str, parameters: dict[str, Any], warm: int) -> float:
    """Seconds of one execution, as a prepared statement; the quickest, since others work on the machine too."""
    become(opened, actor)
    for _ in range(warm):
        opened.execute(statement, parameters, prepare=True).fetchall()
    found: list[float] = []
    while not found or sum(found) < ROUND:
        start = time.perf_counter()
        opened.execute(statement, parameters, prepare=True).fetchall()
        found.append(time.perf_counter() - start)
    return min(found)


def compare(opened: Any, rounds: int) -> None:
    """A table of milliseconds and ratios."""
    rows = []
    for question, text in QUESTIONS.items():
        for actor, role in ROLES.items():
            condition, parameters = explicit(actor)
            ways: dict[str, tuple[str | None, str, dict[str, Any]]] = {
                "WHERE": (None, text.format(table='"order"', where=condition), parameters),
                "policies": (actor, text.format(table='"order"', where="NOT FALSE"), {}),
                "view": (actor, text.format(table='"order.read"', where="TRUE"), {}),
            }
            same(opened, ways, question)
            found: dict[str, list[float]] = {name: [] for name in ways}
            for number in range(rounds):
                for name, (who, statement, given) in ways.items():
                    found[name].append(timed(opened, who, statement, given, 1 if number else WARM))
            times = {name: statistics.median(each) for name, each in found.items()}
            ratios = [f"{times[name] / times['WHERE']:.2f}" for name in ("policies", "view")]
            rows.append((question, role, *(f"{1000 * time_:.3f}" for time_ in times.values()), *ratios))
    show("Row security", ["", "asked by", "WHERE ms", "policies ms", "view ms", "policies", "view"], rows)


def same(opened: Any, ways: dict[str, tuple[str | None, str, dict[str, Any]]], question: str) -> None:
    """All ways must give the same answer."""
    answers: list[Any] = []
    for who, statement, parameters in ways.values():
        become(opened, who)
        answers.append(opened.execute(statement, parameters).fetchall())
    assert all(answer == answers[0] for answer in answers), (question, [str(a)[:200] for a in answers])


def main(rows: int = 1_000_000, rounds: int = 15) -> None:
    """Load, and compare."""
    with connection() as opened:
        load(opened, rows)
        compare(opened, rounds)


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 1_000_000)
