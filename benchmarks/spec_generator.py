"""A spec of any size: a company of many look-alike branches, each with processes, chains, handoffs and scenarios.

    python -m benchmarks.spec_generator LINES OUT [--faults N]

Every declaration differs in names and figures, as those of a real company do; with `--faults`, that many
misspelt keys, names, values and conditions are strewn evenly over it.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

HEAD = """\
crmdsl: 1

company: {name: Big S.p.A., language: it, currency: EUR, timezone: Europe/Rome, calendar: office}

calendars:
  office:
    hours: {mon-fri: ["08:30-12:30", "14:00-18:00"]}
    holidays: IT

territories:
  italy: {}

integrations:
  erp: {kind: erp, owner: director, sends: [shipped, paid_in], receives: [confirmed]}

departments:
  management: {head: director, class: control, functions: [collect, approve_order]}

roles:
  director: {department: management, headcount: 60, hourly_cost: 100 EUR}
  client: {external: true}
"""

UNIT = """\
departments:
  sales_{n}: {{head: manager_{n}, class: primary, label: {{it: Vendite {n}, en: Sales {n}}}}}

roles:
  manager_{n}: {{department: sales_{n}, reports_to: director, headcount: 2, hourly_cost: {cost} EUR, availability: 80%}}
  agent_{n}: {{department: sales_{n}, reports_to: manager_{n}, headcount: 9, hourly_cost: 38 EUR, availability: 70%}}
  clerk_{n}: {{department: sales_{n}, reports_to: manager_{n}, headcount: 3, hourly_cost: 30 EUR, availability: 90%}}

territories:
  area_{n}: {{in: italy}}

sales_network:
  unit_{n}:
    kind: employees
    role: agent_{n}
    manager: manager_{n}
    territories: [area_{n}]
    functions: [acquire, manage, quote, order]

entities:
  customer_{n}:
    key: vat
    owner: agent_{n}
    fields:
      vat: text
      rating: {{type: optional D < C < B < A, label: {{it: Affidabilità, en: Rating}}}}
      limit: optional money
      exposure: {{type: money, from: erp}}
      blocked: flag
  order_{n}:
    owner: agent_{n}
    fields:
      customer: customer_{n}
      amount: {{type: money, max: 5_000_000 EUR}}
      discount: {{type: percent, max: 60%}}
      net: {{type: money, derived: amount * (100% - discount)}}
      kind: standard | special
      paid: optional flag

approvals:
  discount_{n}:
    entity: order_{n}
    requester: agent_{n}
    levels:
      area:
        when: discount > {low}% and discount <= {high}% and amount <= {limit} EUR
        approver: manager_{n}
        effort: 10m
        chance: 30%
        within: 4h
        late: escalate
      board:
        when: discount > {high}% or (discount > {low}% and amount > {limit} EUR)
        approver: director
        effort: 20m
        chance: 5%
        within: 1d
        late: remind
    otherwise: approve
    separation: [requester, levels]
    recall: true

handoffs:
  rating_{n}:
    label: {{it: Richiesta fido {n}, en: Credit rating {n}}}
    customer: agent_{n}
    supplier: clerk_{n}
    entity: customer_{n}
    gives: [vat]
    returns: [rating, limit]
    effort: {{mean: 30m, cv: 0.8}}
    respond: 2h
    deliver: 1d
    verify: 4h
    accept_when: rating is known and limit is known
    rework: 8%
    decline: 3%
    rework_limit: 3
    late: {{escalate: manager_{n}}}

processes:
  sale_{n}:
    label: {{it: Vendita {n}, en: Sale {n}}}
    entity: order_{n}
    owner: manager_{n}
    customer: client
    arrivals: 3 per day
    promise: 90d
    start: quote
    steps:
      quote:
        role: agent_{n}
        effort: {{mean: 1h, cv: 0.6}}
        within: 2d
        late: remind
        edits: [amount, discount, kind]
        needs: [amount, discount]
        outcomes:
          submit: {{to: check, chance: 85%}}
          abandon: {{to: lost}}
      check:
        approval: discount_{n}
        outcomes: {{approved: rating, rejected: {{to: quote, chance: 10%}}}}
      rating:
        handoff: rating_{n}
        outcomes: {{accepted: gate, declined: lost}}
      gate:
        decide:
          blocked: {{when: customer.blocked, to: lost}}
          within: {{when: customer.limit is known and customer.exposure + amount <= customer.limit, to: confirm, chance: 85%}}
          over: {{to: lost}}
      confirm:
        role: clerk_{n}
        effort: {{mean: 20m, cv: 0.5}}
        within: 4h
        late: escalate
        reads: [net]
        edits: [paid]
        outcomes:
          confirm: {{to: shipping, emits: confirmed, notify: [agent_{n}]}}
      shipping:
        wait: {{event: shipped, from: erp, timeout: 30d, takes: {{mean: 12d, cv: 0.5}}}}
        outcomes: {{shipped: won, timeout: {{to: confirm, chance: 5%}}}}
      won: {{end: success}}
      lost: {{end: failure, reason: {{it: Persa, en: Lost}}}}

access:
  grants:
    - {{role: agent_{n}, can: [create, read, update], on: [customer_{n}, order_{n}], scope: own}}
    - {{role: clerk_{n}, can: [read, update], on: [customer_{n}, order_{n}], scope: all, when: state != quote}}

scenarios:
  small_{n}:
    process: sale_{n}
    given: {{order_{n}: {{amount: 20_000 EUR, discount: 1%, kind: standard}}, customer_{n}: {{vat: IT{n:011d}, exposure: 0 EUR, blocked: false}}}}
    when:
      - {{by: agent_{n}, do: submit}}
    then: {{state: rating.requested}}
"""

FAULTS = (
    ("        within: 2d", "        withn: 2d"),
    ("      rating:\n        handoff: rating_{n}", "      rating:\n        handoff: ratng_{n}"),
    ("        within: 4h\n        late: escalate\n        edits", "        within: 4 hours\n        late: escalate\n        edits"),
    ("when: customer.blocked, to", "when: customer.blockd, to"),
)  # fmt: skip


def sections(text: str) -> Iterator[tuple[str, str]]:
    """The top-level sections of a text of ours: heading, body."""
    for block in re.split(r"(?m)^(?=\w)", text):
        if block:
            heading, _, body = block.partition("\n")
            yield heading, body.strip("\n") + "\n" if body.strip() else ""


def unit(n: int, faults: int) -> str:
    """The text of one branch of the company, with `faults` misspellings."""
    text = UNIT
    for k in range(faults):
        text = text.replace(*FAULTS[k % len(FAULTS)])
    low = 3 + n % 5
    return text.format(n=n, cost=50 + n % 30, low=low, high=low + 7, limit=f"{(50 + n % 100) * 1000:_}")


def generate(lines: int, faults: int = 0) -> str:
    """One file of about `lines` lines."""
    count = max(1, lines // (UNIT.count("\n") - 17))
    bodies: dict[str, list[str]] = {}
    for heading, body in sections(HEAD):
        bodies.setdefault(heading, []).append(body)
    for n in range(count):
        for heading, body in sections(unit(n, (n + 1) * faults // count - n * faults // count)):
            bodies.setdefault(heading, []).append(body.removeprefix("  grants:\n"))
    bodies["access:"].insert(0, "  grants:\n")
    return "\n".join(heading + "\n" + "".join(parts) for heading, parts in bodies.items())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--faults", type=int, default=0)
    given = parser.parse_args()
    made = generate(given.lines, given.faults)
    given.out.write_text(made, encoding="utf-8")
    print(made.count("\n"), "lines")
