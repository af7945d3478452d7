"""A small vocabulary for the tests of conditions."""

from __future__ import annotations

from crmdsl.conditions.ast import FLAG, Expr, Type
from crmdsl.conditions.checker import check
from crmdsl.conditions.faults import PartFault, SyntaxFault
from crmdsl.conditions.parser import parse
from crmdsl.conditions.scope import EVERYTHING, Scope, Vocabulary
from crmdsl.model.entities import Entity, Field
from crmdsl.model.network import Territory, Unit
from crmdsl.model.organisation import Company, Role
from crmdsl.model.parse import parse_field_type
from crmdsl.model.spec import Spec
from crmdsl.syntax.nodes import Scalar, Source

NODE = Scalar.of(Source("spec.yaml", ""), "", None, 0, 0)


def entity(name: str, **fields: str) -> Entity:
    made = {
        key: Field(name=key, name_node=NODE, node=NODE, type=parse_field_type(text)) for key, text in fields.items()
    }
    return Entity(name=name, name_node=NODE, node=NODE, fields=made)


def spec() -> Spec:
    made = Spec(name="test")
    made.company = Company(name="company", name_node=NODE, node=NODE, currency="EUR")
    made.entities = {
        "customer": entity(
            "customer", vat="text", rating="optional D < C < B < A", credit_limit="optional money", blocked="flag",
            parent="optional customer", segment="standard | key",
        ),
        "order": entity(
            "order", customer="customer", amount="money", discount="percent", kind="standard | special",
            due="optional date", at="instant", count="integer", weight="number", paid="optional flag",
            notes="optional text", who="person", where="territory", warranty="duration", cost="money", share="percent",
            stamp="optional instant", direction="in | out", odd="optional number",
        ),
    }  # fmt: skip
    made.roles = {name: Role(name=name, name_node=NODE, node=NODE) for name in ("agent", "area_manager")}
    made.territories = {"north": Territory(name="north", name_node=NODE, node=NODE)}
    made.sales_network = {"agents": Unit(name="agents", name_node=NODE, node=NODE)}
    return made


class States:
    def has(self, name: str) -> bool:
        return name in ("write", "check", "check.lead", "won")

    def near(self, name: str) -> str | None:
        return "won" if name == "wonn" else None


VOCABULARY = Vocabulary(spec())
VOCABULARY.bounds = {("order", "amount"): (0, None), ("order", "discount"): (0, 6000), ("order", "cost"): (1, None)}


def scope(*known: str, entity: str = "order", words: frozenset[str] = EVERYTHING) -> Scope:
    return Scope(VOCABULARY, entity, words, States(), frozenset(known))


def typed(text: str, *known: str, expected: Type = FLAG, entity: str = "order", optional: bool = False) -> Expr:
    parsed = parse(text)
    assert not isinstance(parsed, SyntaxFault), parsed
    found, faults = check(parsed, scope(*known, entity=entity), expected, optional=optional)
    assert found is not None, faults
    return found


def faults(text: str, *known: str, expected: Type = FLAG, words: frozenset[str] = EVERYTHING) -> list[PartFault]:
    parsed = parse(text)
    assert not isinstance(parsed, SyntaxFault), parsed
    found, wrong = check(parsed, scope(*known, words=words), expected)
    assert found is None
    return list(wrong)
