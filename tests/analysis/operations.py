"""Small companies for tests of load, queues and lead times."""

from __future__ import annotations

from crmdsl.api import check_text
from crmdsl.ir.program import Program

HEAD = """\
crmdsl: 1
company: {name: T, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-13:00", "14:00-18:00"]}}}
departments: {d: {class: primary}}
entities: {order: {fields: {amount: money}}}
"""


def program(text: str) -> Program:
    """The program of a company: the rest of its spec."""
    return check_text({"spec.yaml": HEAD + text}).program
