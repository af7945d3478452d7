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
LUCA = Person("Luca", roles=("area_manager",))
DORA = Person("Dora", roles=("sales_director",))
SARA = Person("Sara", roles=("back_office_clerk",))
MARCO = Person("Marco", roles=("credit_clerk",))


def tell() -> None:
    """An order with a discount: the area manager sleeps on it, and the credit office looks twice."""
    staff = Organisation([ANNA, LUCA, DORA, SARA, MARCO])
    customer = Customer(vat_number="IT01234567890", segment="standard", exposure=Decimal(12_000), blocked=False)
    order = Order(customer=customer, kind="standard", margin=Decimal("21.5"))
    story = Story(datetime(2026, 1, 12, 9, 30))  # noqa: DTZ001 - the company's local time
    story.begin(
        OrderToCash.start(by=ANNA, at=story.at, record=order, organisation=staff),
        "Anna, an agent, starts a quote for a new customer",
    )
    story.wait(hours=1)
    story.act("Anna submits it: 48,000 EUR at 8% off", "submit", ANNA, amount=Decimal(48_000), discount=Decimal(8))
    _sleep_on_it(story)
    _credit(story)
    _ship_and_collect(story)
    print()
    story.aside(f"Anna sees {', '.join(story.case.visible_to(ANNA))}; Dora sees the margin too: "
                f"{'margin' in story.case.visible_to(DORA)}")  # fmt: skip
    saved = story.case.to_json()
    story.aside(f"{len(tuple(story.case.trail()))} acts on record; as JSON {len(saved):,} characters, and back: "
                f"{OrderToCash.from_json(saved, organisation=staff) == story.case}")  # fmt: skip


def _sleep_on_it(story: Story) -> None:
    """The area manager has four working hours."""
    story.refused("Anna tries to approve her own discount", "approve", ANNA)
    story.refused("Dora, the sales director, would sign, but it is not her turn", "approve", DORA)
    story.wait("Luca, the area manager, has let four working hours pass", hours=7)
    story.act("Dora signs in his place", "approve", DORA)


def _credit(story: Story) -> None:
    """The credit office is the agent's supplier: it promises, delivers, and the agent verifies."""
    story.wait(minutes=20)
    story.act("Marco of the credit office takes charge of the rating", "promise", MARCO)
    story.wait(hours=15)
    story.act("Marco delivers: rating B, credit up to 75,000 EUR", "deliver", MARCO, rating="B",
              credit_limit=Decimal(75_000))  # fmt: skip
    story.refused("Sara of the back office would confirm the order already", "confirm", SARA)
    story.wait(hours=1)
    story.act("Anna accepts the rating; the order is within the limit", "accept", ANNA, score=5)


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
