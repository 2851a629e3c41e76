"""The columns of an order and its lines, from a draft."""

from __future__ import annotations

from uuid import UUID

from kashcraft.orders import rules
from tests.factories.drafts import made_draft


def test_an_order_stores_every_amount_of_its_quote() -> None:
    values = rules.order_values(made_draft())
    amounts = {name: values[name] for name in values if name.endswith(("total", "tax", "due"))}
    assert amounts == {
        "subtotal": 8000, "discount_total": 0, "shipping_total": 500, "shipping_tax": 100, "tax_total": 1100,
        "total": 9600, "gift_card_total": 4000, "amount_due": 5600,
        "prices_include_tax": False,
    }  # fmt: skip
    assert values["email"] == "Ada@Shop.example "
    assert values["email_key"] == "ada@shop.example"
    assert values["shipping_country"] == "US"
    assert values["trace"][-1] == {"step": "due", "amount": 5600, "values": {}}


def test_the_lines_of_a_draft_are_stored_in_order() -> None:
    shawl, card = rules.line_values(made_draft())
    assert (shawl["position"], shawl["quantity"], shawl["gross"], shawl["tax"]) == (0, 2, 5000, 1000)
    assert (shawl["tax_rate"], shawl["unit_price"], shawl["is_gift_card"]) == (200_000, 2500, False)
    assert (card["position"], card["gross"], card["tax"], card["is_gift_card"]) == (1, 3000, 0, True)


def test_gift_cards_need_no_stock() -> None:
    assert made_draft().stock == [(UUID(int=1), 2)]
