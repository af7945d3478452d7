"""One wrong word in a sound company is one diagnostic: nothing is told that only follows from it."""

from __future__ import annotations

import pytest

from crmdsl.api import check_text

COMPANY = """\
crmdsl: 1
company: {name: Cantina, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-13:00", "14:00-18:00"]}}, shop: {hours: {mon-fri: ["08:00-14:00"]}}}
departments:
  sales: {head: chair, functions: [acquire, manage, quote, order, approve_order, collect]}
roles:
  chair: {department: sales}
  payer: {external: true}
  smith: {department: sales, reports_to: chair, allow: {single-point-of-failure: he is the last}}
  board: {department: sales, reports_to: chair}
  seller: {department: sales, reports_to: board, calendar: shop}
  taster: {department: sales, reports_to: chair}
territories:
  italy: {}
  north: {in: italy}
sales_network:
  shop: {kind: employees, role: seller, manager: board, territories: italy, functions: acquire}
people:
  piero: {roles: chair, substitute: carla}
  carla: {roles: [board, taster], substitute: piero}
  dario: {roles: board}
  gina: {roles: seller, unit: shop}
  ugo: {roles: seller}
  zeno: {roles: smith}
integrations:
  lab: {kind: other, sends: [tested]}
entities:
  wine:
    owner: seller
    fields: {grade: optional text, sugar: optional percent}
  sale:
    owner: seller
    fields:
      wine: wine
      price: {type: money, max: 9_000 EUR}
      discount: {type: percent, max: 40%}
      total: {type: money, derived: price * (100% - discount)}
      secret: {type: text, sensitive: true}
      signer: optional person
  fault: {owner: board, fields: {about: text, score: integer, cause: optional text}}
approvals:
  discounts:
    entity: sale
    requester: seller
    levels:
      one: {when: total < 50 EUR, manager_of: requester}
      two: {when: total >= 50 EUR and signer is missing, approver: [board, taster], quorum: all}
      three: {when: total >= 50 EUR and signer is known, named_in: signer}
    separation: [requester, levels]
    substitutes: named
handoffs:
  tasting:
    entity: wine
    customer: seller
    supplier: taster
    returns: [grade, sugar]
    accept_when: grade is known and grade = "good" and sugar is known
    feedback: {scale: 5, below: 3, opens: learning}
processes:
  selling:
    entity: sale
    owner: chair
    arrivals: 6 per day
    promise: 6d
    start: write
    steps:
      write:
        role: seller
        effort: 1h
        within: 1d
        late: remind
        edits: [price, discount, secret, signer]
        outcomes: {ask: sign, taste: taste}
      sign: {approval: discounts, outcomes: {approved: sold, rejected: write}}
      taste: {handoff: tasting, of: wine, outcomes: {accepted: lab, declined: write}}
      lab: {wait: {event: tested, from: lab, takes: 2d}, outcomes: {tested: paid}}
      paid: {wait: {event: cash, from: payer, takes: 2d}, outcomes: {cash: sold}}
      sold: {end: success}
  learning:
    entity: fault
    owner: chair
    start: look
    steps:
      look: {role: smith, edits: cause, outcomes: {found: fine}}
      fine: {end: success}
access:
  grants:
    - {role: seller, can: [create, read, update], on: [sale, wine], scope: all}
    - {role: taster, can: [read, update], on: wine, scope: all}
    - {role: [board, smith], can: [create, read, update], on: fault, scope: all}
scenarios:
  tasted:
    process: selling
    given: {sale: {price: 10 EUR, discount: 5%, secret: x}, wine: {}}
    when:
      - {by: gina, do: taste}
      - {by: carla, do: deliver, set: {grade: good, sugar: 5%}}
      - {by: gina, do: accept}
      - {event: tested}
      - {event: cash}
    then: {state: sold}
"""
WRONG = [
    ("company: {name", "comapny: {name", "unknown-key"),
    ("crmdsl: 1", "crmdls: 1", "unknown-key"),
    ("piero: {roles: chair", "piero: {roles: chiar", "unknown-name"),
    ("carla: {roles: [board, taster]", "carla: {roles: [board, tatser]", "unknown-name"),
    ("carla: {roles: [board, taster]", "carla: {roles: [board, nobody]", "unknown-name"),
    ("ugo: {roles: seller}", "ugo: {roles: sellar}", "unknown-name"),
    ("seller: {department: sales, reports_to: board", "seller: {department: sales, reports_to: broad", "unknown-name"),
    ("manager: board", "manager: broad", "unknown-name"),
    ("north: {in: italy}", "north: {in: itlay}", "unknown-name"),
    ("[create, read, update], on: [sale", "[create, read, udpate], on: [sale", "bad-value"),
    ("on: [sale, wine]", "on: [[sale], wine]", "wrong-type"),
    ("total: {type: money", "total: {type: mony", "unknown-name"),
    ("price: {type: money", "price: {type: mony", "unknown-name"),
    ("derived: price", "derived: prize", "unknown-name"),
    ("wine: wine", "wine: wien", "unknown-name"),
    ("signer: optional person", "signer: optional peson", "unknown-name"),
    ("tasting:\n    entity: wine", "tasting:\n    entity: wien", "unknown-name"),
    ("discounts:\n    entity: sale", "discounts:\n    entity: slae", "unknown-name"),
    ("selling:\n    entity: sale", "selling:\n    entity: slae", "unknown-name"),
    ("accept_when: grade is", "accept_when: garde is", "unknown-name"),
    ("calendar: shop", "calendar: shpo", "unknown-name"),
    ("shop: {hours: {mon-fri", "shop: {hours: {mon-fry", "bad-value"),
    ("fine: {end: success}", "fine: {end: succes}", "bad-value"),
    ("outcomes: {cash: sold}", "outcomes: {cahs: sold}", "unknown-name"),
    ("opens: learning", "opens: lerning", "unknown-name"),
    ("calendar: shop", "calendar: shpo", "unknown-name"),
    ("shop: {hours: {mon-fri", "shop: {hours: {mon-fry", "bad-value"),
    ("fine: {end: success}", "fine: {end: succes}", "bad-value"),
    ("outcomes: {cash: sold}", "outcomes: {cahs: sold}", "unknown-name"),
    ("opens: learning", "open: learning", "unknown-key"),
    ("feedback: {", "feedbak: {", "unknown-key"),
    ("carla: {roles: [", "carla: {rols: [", "unknown-key"),
    ("wait: {event: tested", "wait: {event: tasted", "unknown-name"),
]


def test_the_company_is_sound() -> None:
    assert check_text({"a.yaml": COMPANY}).diagnostics == ()


@pytest.mark.parametrize(("right", "wrong", "code"), WRONG, ids=[wrong for _, wrong, _ in WRONG])
def test_one_wrong_word(right: str, wrong: str, code: str) -> None:
    assert COMPANY.count(right) == 1
    line = COMPANY[: COMPANY.index(right)].count("\n") + 1 + wrong.count("\n")
    found = check_text({"a.yaml": COMPANY.replace(right, wrong)}).diagnostics
    assert [(one.code, one.span.line) for one in found] == [(code, line)]
