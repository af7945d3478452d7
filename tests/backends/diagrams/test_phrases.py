"""Conditions, values and times in pictures: in the words of the reader, and still exactly what the spec says."""

from __future__ import annotations

from functools import cache

import pytest

from crmdsl.api import check_text
from crmdsl.backends.diagrams import pictures_of
from crmdsl.backends.diagrams.extract import diagram
from crmdsl.backends.diagrams.lanes.flow import flow
from crmdsl.backends.diagrams.phrases import amount, condition, span
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.scene import Group, Shape, Text
from crmdsl.model.parse import parse_duration
from crmdsl.model.spec import Spec

SPEC = """crmdsl: 1
company: {name: Falegnameria, language: it, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}}}
departments: {shop: {label: Falegnameria}, paint: {label: Verniciatura}, desk: {label: Direzione}}
roles:
  joiner: {label: Falegname, department: shop, reports_to: head_joiner}
  painter: {label: Verniciatore, department: paint, reports_to: head_painter}
  agent: {label: Agente, department: shop, external: true, reports_to: owner, headcount: 4}
  head_joiner: {label: Capo falegname, department: shop, reports_to: owner}
  head_painter: {label: Capo verniciatore, department: paint, reports_to: owner}
  owner: {label: Titolare, department: desk}
  cfo: {label: CFO, department: desk, reports_to: owner}
entities:
  customer: {fields: {rating: {type: A | B | C, label: Classe}, limit: {type: optional money, label: Fido}}}
  request:
    label: Richiesta
    owner: [joiner, painter, agent]
    fields:
      amount: {type: money, label: Importo}
      discount: {type: percent, label: Sconto}
      kind: {type: tool | capital_good, label: Tipo}
      urgent: {type: flag, label: Urgente}
      customer: {type: customer, label: Cliente}
      boss: {type: person, label: Chi la paga}
approvals:
  purchase:
    entity: request
    requester: [joiner, painter, agent]
    mode: ladder
    separation: [requester, levels]
    levels:
      head: {when: amount <= 2_000 EUR, manager_of: requester, within: 1d, late: escalate}
      large:
        when: amount > 2_000 EUR and amount <= 15_000.50 EUR
        approver: [owner, cfo]
        quorum: all
        within: 48h elapsed
      paid: {when: kind = capital_good, named_in: boss}
processes:
  purchase:
    entity: request
    start: ask
    promise: 1w 2d
    owner: cfo
    steps:
      ask:
        role: [joiner, painter]
        edits: [amount, discount, kind, urgent, customer, boss]
        within: 4h
        late: hurry
        outcomes:
          send: {to: sign, when: CONDITION, chance: 12.5%}
          hurry: sign
          other: sign
      sign: {approval: purchase, outcomes: {approved: done, rejected: ask}}
      done: {end: success}
"""


@cache
def spec(text: str = "amount > 1_000 EUR") -> Spec:
    return check_text({"spec.yaml": SPEC.replace("CONDITION", text)}).spec


def read(text: str, language: str) -> str:
    found = spec(text).processes["purchase"].steps["ask"]
    return condition(spec(text), found.outcomes["send"].when, language).replace("\u00a0", " ")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "italian", "english"),
    [
        ("amount <= 2_000 EUR", "Importo ≤ 2.000 EUR", "Importo ≤ 2,000 EUR"),
        ("amount != 2_000.50 EUR", "Importo ≠ 2.000,50 EUR", "Importo ≠ 2,000.50 EUR"),
        ("discount > 5% and discount <= 12.5%", "Sconto > 5% e ≤ 12,5%", "Sconto > 5% and ≤ 12.5%"),
        ("discount > 5% or kind = capital_good", "Sconto > 5% o Tipo = capital good",
         "Sconto > 5% or Tipo = capital good"),
        ("urgent and (discount > 5% or amount > 1 EUR)", "Urgente e (Sconto > 5% o Importo > 1 EUR)",
         "Urgente and (Sconto > 5% or Importo > 1 EUR)"),
        ("urgent and discount > 5% or amount > 1 EUR", "(Urgente e Sconto > 5%) o Importo > 1 EUR",
         "(Urgente and Sconto > 5%) or Importo > 1 EUR"),
        ("not (urgent or discount = 0%)", "Non (Urgente o Sconto = 0%)", "Not (Urgente or Sconto = 0%)"),
        ("not urgent", "Non Urgente", "Not Urgente"),
        ("urgent = false", "Urgente = no", "Urgente = no"),
        ("customer.rating in A | B and urgent", "(Cliente › Classe = A o B) e Urgente",
         "(Cliente › Classe = A or B) and Urgente"),
        ("customer.limit is known and customer.limit > amount * 10%", "Cliente › Fido > Importo × 10%",
         "Cliente › Fido > Importo × 10%"),
        ("customer.limit is missing", "Cliente › Fido manca", "Cliente › Fido is missing"),
        ("customer.limit is known and urgent", "Cliente › Fido è noto e Urgente",
         "Cliente › Fido is known and Urgente"),
        ("discount between 5% and 10%", "5% ≤ Sconto ≤ 10%", "5% ≤ Sconto ≤ 10%"),
        ("actor.role = joiner", "Chi agisce › ruolo = Falegname", "Who acts › role = Falegname"),
        ("today > 2026-03-31", "Oggi > 2026-03-31", "Today > 2026-03-31"),
        ("amount / 2 > 10 EUR", "Importo / 2 > 10 EUR", "Importo / 2 > 10 EUR"),
    ],
)  # fmt: skip
def test_a_condition(text: str, italian: str, english: str) -> None:
    assert (read(text, "it"), read(text, "en")) == (italian, english)


def test_a_condition_with_a_fault_stays_as_it_is() -> None:
    assert read("amount > ten", "it") == "amount > ten"


@pytest.mark.parametrize(
    ("text", "italian", "english"),
    [
        ("2d", "2 giorni", "2 days"), ("1d 4h", "1 giorno 4 ore", "1 day 4 hours"), ("45m", "45 minuti", "45 minutes"),
        ("1w", "1 settimana", "1 week"), ("60d elapsed", "60 giorni solari", "60 calendar days"),
        ("48h elapsed", "48 ore solari", "48 clock hours"), ("0m", "0 minuti", "0 minutes"),
    ],
)  # fmt: skip
def test_a_time(text: str, italian: str, english: str) -> None:
    duration = parse_duration(text)
    assert not isinstance(duration, str)
    assert duration is not None
    assert (span(duration, "it"), span(duration, "en")) == (italian, english)


def test_a_value() -> None:
    assert amount("money", 123_456_750, "EUR", "it") == "1.234.567,50 EUR"
    assert amount("money", 123_456_750, "EUR", "en") == "1,234,567.50 EUR"
    assert amount("percent", 1250, "EUR", "it") == "12,5%"
    assert amount("text", "a_b", "EUR", "it") == '"a_b"'


def drawn(name: str, language: str) -> tuple[Picture, set[str], str]:
    """A picture, its texts, and its tooltips."""
    (picture,) = pictures_of(spec(), language, [name]) if name != "purchase" else pictures_of(spec(), language)[:1]
    items = [item for _, _, item in picture.scene.placed()]
    texts = {item.text.replace("\u00a0", " ") for item in items if isinstance(item, Text)}
    return picture, texts, " | ".join(item.tooltip for item in items if isinstance(item, Group))


def test_pictures_speak_as_people_do_and_tooltips_as_the_spec() -> None:
    _, texts, tips = drawn("approval-purchase", "it")
    assert {"Importo ≤ 2.000 EUR", "Importo > 2.000 EUR e ≤ 15.000,50 EUR", "Tipo = capital good"} <= texts
    assert {"1 giorno → escalation", "48 ore solari", "Capo del richiedente", "Capo falegname", "Titolare"} <= texts
    assert "amount > 2_000 EUR and amount <= 15_000.50 EUR" in tips
    _, texts, tips = drawn("purchase", "it")
    assert "responsabile: CFO · promesso entro 1 settimana 2 giorni" in texts
    assert {"Send 12,5%", "Importo > 1.000 EUR"} <= texts
    assert "amount > 1_000 EUR" in tips
    assert "Head: amount <= 2_000 EUR" in tips
    for language in ("it", "en"):
        for picture in pictures_of(spec(), language):
            shown = [item.text for _, _, item in picture.scene.placed() if isinstance(item, Text)]
            assert not [text for text in shown if "_" in text or "<=" in text], picture.name


def test_a_reject_says_where_the_case_goes() -> None:
    assert "Un rifiuto chiude la catena: si va a «Ask»" in drawn("approval-purchase", "it")[1]
    assert "A reject ends the chain: on to “Ask”" in drawn("approval-purchase", "en")[1]


def test_an_approval_stands_where_the_first_signer_does() -> None:
    texts = drawn("purchase", "it")[1]
    assert {"Capo del", "richiedente"} <= texts
    assert {"Capo falegname", "Capo verniciatore", "Titolare", "CFO"} <= texts
    assert any(text.startswith("Paid: chi è indicato in") for text in texts)
    process = spec().processes["purchase"]
    found = flow(spec(), process, diagram(spec(), process, "it", {}))
    assert found.lanes[found.lane_of["sign"]].label == "Capo del richiedente"
    assert found.lanes[found.lane_of["done"]].label == "Capo del richiedente"


def test_internal_customers_with_those_who_sign_for_others_and_those_outside() -> None:
    _, texts, _ = drawn("customers", "it")
    assert {"Capo falegname", "Capo verniciatore", "Titolare", "CFO", "Chi è indicato in Chi la paga"} <= texts
    assert {"Fuori dall'azienda", "Dipende dalla pratica"} <= texts


def test_no_two_ways_end_in_one_place() -> None:
    picture, *_ = drawn("customers", "it")
    ways = [item for _, _, item in picture.scene.placed() if isinstance(item, Group) and item.kind == "line"]
    tips = [dict(way.items[1].attributes)["d"].partition("L")[0] for way in ways if isinstance(way.items[1], Shape)]
    assert len(ways) == len(tips) == len(set(tips)) == 8


def test_the_organisation_counts_those_outside_too() -> None:
    texts = drawn("organisation", "it")[1]
    assert "Agente × 4" in texts
    assert any(text.endswith("6 ruoli · 1 ruolo esterno") for text in texts)
