"""The data of a paid order for the event OrderPaid."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kashcraft.events.orders import GiftDetails, PaidLine
from kashcraft.orders import rules
from kashcraft.orders.models import OrderLine
from tests.factories.drafts import made_order

KOLKATA = ZoneInfo("Asia/Kolkata")
SHAWL = OrderLine(
    id=UUID(int=1), product_id=UUID(int=2), quantity=2, gross=5000, discount=400, tax=920, unit_price=2500,
    is_gift_card=False,
)  # fmt: skip
CARD = OrderLine(
    id=UUID(int=3), product_id=UUID(int=4), quantity=1, gross=3000, discount=0, tax=0, unit_price=3000,
    is_gift_card=True, details={"recipient_name": "Bob", "recipient_email": "bob@shop.example",
    "message": "Enjoy", "design": "rose", "deliver_on": "2026-03-08"},
)  # fmt: skip


def test_the_net_price_of_a_line_is_without_tax_in_both_tax_modes() -> None:
    assert rules.net_of(made_order(), SHAWL) == 4600
    assert rules.net_of(made_order(prices_include_tax=True), SHAWL) == 3680


def test_a_gift_card_is_sent_in_the_morning_of_the_shops_time_zone() -> None:
    assert rules.paid_lines(made_order(email="ada@shop.example"), [SHAWL, CARD], KOLKATA) == (
        PaidLine(
            line_id=UUID(int=1), product_id=UUID(int=2), quantity=2, net=4600, is_gift_card=False,
            unit_price=2500, gift=None,
        ),
        PaidLine(
            line_id=UUID(int=3), product_id=UUID(int=4), quantity=1, net=3000, is_gift_card=True,
            unit_price=3000,
            gift=GiftDetails(
                recipient_name="Bob", recipient_email="bob@shop.example", buyer_email="ada@shop.example",
                currency="USD", buyer_name="Ada King", message="Enjoy", design="rose",
                deliver_at=datetime(2026, 3, 8, 2, 30, tzinfo=UTC),
            ),
        ),
    )  # fmt: skip


def test_a_gift_card_without_a_recipient_is_sent_to_the_buyer_immediately() -> None:
    mine = OrderLine(
        id=UUID(int=3), product_id=UUID(int=4), quantity=1, gross=3000, discount=0, tax=0, unit_price=3000,
        is_gift_card=True, details=None,
    )  # fmt: skip
    (line,) = rules.paid_lines(made_order(email="ada@shop.example"), [mine], KOLKATA)

    assert line.gift is not None
    assert (line.gift.recipient_name, line.gift.recipient_email) == ("Ada King", "ada@shop.example")
    assert line.gift.deliver_at is None
