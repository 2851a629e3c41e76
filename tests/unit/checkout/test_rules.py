"""The rules of the checkout."""

from uuid import UUID

import pytest

from kashcraft.accounts.rules import Address
from kashcraft.cart.rules import CartItem, Contents, cart_to_price
from kashcraft.checkout.presenters import by_email
from kashcraft.checkout.rules import Step, next_step, open_step, order_draft
from kashcraft.pricing.rules import quote
from kashcraft.product_cards.rules import Picture

BOWL = CartItem(
    line_id=UUID(int=1), product_id=UUID(int=2), page_id=UUID(int=2), name="Bowl", slug="bowl", options="",
    sku="B-1", picture=Picture("bowl", 800, 1000, (320, 640), "A bowl"), quantity=2, unit_price=4300,
    regular_price=4300, seen_price=4300, currency="USD", free=10, is_active=True, is_saved=False,
    weight_grams=500, tax_class="standard", is_gift_card=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("has_address", "has_delivery", "expected"),
    [(False, False, Step.CONTACT), (True, False, Step.DELIVERY), (True, True, Step.PAYMENT)],
)
def test_the_next_step_follows_the_details(has_address: bool, has_delivery: bool, expected: Step) -> None:
    assert next_step(has_address=has_address, has_delivery=has_delivery) is expected


@pytest.mark.parametrize(
    ("wanted", "reached", "expected"),
    [
        (None, Step.DELIVERY, Step.DELIVERY),
        ("contact", Step.PAYMENT, Step.CONTACT),
        ("payment", Step.DELIVERY, Step.DELIVERY),
        ("nonsense", Step.CONTACT, Step.CONTACT),
    ],
)
def test_a_step_can_be_reopened_but_not_skipped(wanted: str | None, reached: Step, expected: Step) -> None:
    assert open_step(wanted, reached) is expected


def test_a_draft_has_everything_an_order_stores() -> None:
    home = Address(full_name="Ada", phone="+1 650 253 0000", street_address="1 Main Street", country="US")
    price = quote(cart_to_price([BOWL], currency="USD", tax_inclusive=False))
    draft = order_draft(
        checkout_id=UUID(int=7), user_id=None, email="ada@example.com", shipping=home, billing=home,
        delivery=by_email(), cart=Contents(items=(BOWL,)), priced=price,
    )  # fmt: skip
    assert (draft.phone, draft.shipping_address["street_address"]) == ("+1 650 253 0000", "1 Main Street")
    (line,) = draft.lines
    assert (line.key, line.sku, line.page_slug, line.weight_grams) == (BOWL.line_id, "B-1", "bowl", 500)
    assert line.picture == {
        "stem": "bowl", "alt": "A bowl", "width": 800, "height": 1000, "widths": [320, 640],
    }  # fmt: skip
    assert draft.stock == [(BOWL.product_id, 2)]
