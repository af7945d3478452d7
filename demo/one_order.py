"""One order of Valvotech, run through the package that `crmdsl compile` wrote. This is what a developer writes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from demo.story import Story

if TYPE_CHECKING:
    from generated.valvotech import Customer, Order, OrderToCash, Organisation, Person
else:
    from valvotech import Customer, Order, OrderToCash, Organisation, Person

ANNA = Person("Anna", roles=("agent",), unit="agents_north", territory="north")
LUCA = Person("Luca", roles=("agent", "area_manager"), unit="agents_north", territory="north")
PIA = Person("Pia", roles=("area_manager",))
DORA = Person("Dora", roles=("sales_director",))
SARA = Person("Sara", roles=("back_office_clerk",))
MARCO = Person("Marco", roles=("credit_clerk",))


def tell() -> None:
    """An order with a discount: a colleague sleeps on it, and the credit office looks twice."""
    staff = Organisation([ANNA, LUCA, PIA, DORA, SARA, MARCO])
    customer = Customer(vat_number="IT01234567890", segment="standard", exposure=Decimal(12_000), blocked=False)
    order = Order(customer=customer, kind="standard", margin=Decimal("21.5"))
    story = Story(datetime(2026, 1, 12, 9, 30))  # noqa: DTZ001 - the company's local time
    story.begin(
        OrderToCash.start(by=LUCA, at=story.at, record=order, organisation=staff),
        "Luca manages an area and still sells himself: he starts a quote",
    )
    story.wait(hours=1)
    story.act("Luca submits it: 48,000 EUR at 8% off", "submit", LUCA, amount=Decimal(48_000), discount=Decimal(8))
    _sleep_on_it(story)
    _credit(story)
    _ship_and_collect(story)
    saved = story.case.to_json()
    print()
    shown = {person: set(story.case.visible_to(person)) for person in (ANNA, SARA, DORA)}
    story.aside(f"the order is Luca's own: of it Anna, an agent too, may see {_listed(shown[ANNA])}")
    story.aside(f"Sara sees {_listed(shown[SARA])}, and Dora {_listed(shown[DORA] - shown[SARA])} too")
    story.aside(f"{len(story.case.trail())} acts on record; the case is {len(saved):,} characters of JSON, "
                f"and back: {OrderToCash.from_json(saved, organisation=staff) == story.case}")  # fmt: skip


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _sleep_on_it(story: Story) -> None:
    """The area managers have four working hours."""
    story.refused("Luca tries to approve his own discount", "approve", LUCA)
    story.refused("Dora, the sales director, would sign, but it is not her turn", "approve", DORA)
    story.wait("Pia, the other area manager, has let four working hours pass", hours=7)
    story.act("Dora signs in her place", "approve", DORA)


def _credit(story: Story) -> None:
    """The credit office is the agent's supplier: it promises, delivers, and the agent verifies."""
    story.wait(minutes=20)
    story.act("Marco of the credit office takes charge of the rating", "promise", MARCO)
    story.wait(hours=15)
    story.act("Marco delivers: rating B, credit up to 75,000 EUR", "deliver", MARCO, rating="B",
              credit_limit=Decimal(75_000))  # fmt: skip
    story.refused("Sara of the back office would confirm the order already", "confirm", SARA)
    story.wait(hours=1)
    story.act("Luca accepts the rating; the order is within the limit", "accept", LUCA, score=5)


def _ship_and_collect(story: Story) -> None:
    """Shipping and invoicing run at the same time; the ERP says what happened outside."""
    story.wait(hours=2)
    story.act("Sara confirms the order", "confirm", SARA)
    story.wait(days=1)
    story.act("Marco writes the invoice", "invoice", MARCO)
    story.wait(days=8)
    story.act("the ERP: goods shipped", "goods_shipped")
    story.wait(days=34)
    story.act("the ERP: payment received", "payment_received")
