"""A company of one process, to be varied: what its simulation must come to is known by hand."""

from __future__ import annotations

from crmdsl.analysis.simulation.engine import Engine
from crmdsl.analysis.simulation.job import Job
from crmdsl.analysis.simulation.settings import Settings

MONDAY = 1768204800
"""12 January 2026, 9:00 in Rome."""
WORK = "{role: clerk, effort: {mean: 30m, cv: 1}, outcomes: {finish: done}}"


def text(
    *,
    arrivals: str = "arrivals: 16 per day, ",
    steps: str = f"work: {WORK}, done: {{end: success}}",
    clerks: str = "headcount: 2",
    hours: str = '{mon-fri: ["09:00-17:00"]}',
    more: str = "",
) -> str:
    """The spec: things are worked on by clerks, whose boss owns the process."""
    return f"""crmdsl: 1
company: {{name: Small, currency: EUR, timezone: Europe/Rome, calendar: office}}
calendars: {{office: {{hours: {hours}, years: 2025..2028}}}}
departments: {{shop: {{head: boss}}}}
roles:
  boss: {{department: shop, headcount: 1}}
  clerk: {{department: shop, reports_to: boss, {clerks}}}
entities:
  thing: {{owner: clerk, fields: {{size: money, kind: plain | fancy, checked: optional flag}}}}
access:
  grants:
    - {{role: clerk, can: [create, read, update], on: thing, scope: all}}
    - {{role: boss, can: read, on: thing, scope: all}}
processes:
  job: {{entity: thing, owner: boss, {arrivals}start: work, steps: {{{steps}}}}}
{more}"""


def job(spec: str, days: int = 28, warm_up: int = 0, seed: int = 1, events: int = 100_000) -> Job:
    """The simulation of a spec."""
    return Job("small", (("small.yaml", spec.encode()),), (), Settings(MONDAY, days, warm_up, seed, events))


def run(spec: str, days: int = 28, **more: int) -> Engine:
    """A replication of a spec."""
    return job(spec, days, **more).run(0)
