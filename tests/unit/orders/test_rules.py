"""Which ways an order may go, what its draft freezes, and what people are shown of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kashcraft.core.formats import Formats
from kashcraft.core.ids import new_id
from kashcraft.core.money import Money
from kashcraft.orders import rules
from kashcraft.orders.models import Order, OrderEvent, OrderStatus, Refund, RefundState, RefundStatus
from kashcraft.orders.rules import OrderDraft, TotalRow
from kashcraft.pricing.rules import (
    Basket,
    BasketLine,
    GiftCardTerms,
    PointsTerms,
    RewardKind,
    RewardTerms,
    ShippingChoice,
    VoucherKind,
    VoucherTerms,
    quote,
)

S = OrderStatus
FORMATS = Formats()
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WAY = {
    (S.PENDING, S.PAID),
    (S.PENDING, S.CANCELLED),
    (S.PENDING, S.EXPIRED),
    (S.PAID, S.PROCESSING),
    (S.PAID, S.CANCELLED),
    (S.PROCESSING, S.SHIPPED),
    (S.SHIPPED, S.DELIVERED),
    (S.EXPIRED, S.PAID),
}


@pytest.mark.parametrize("new", OrderStatus)
@pytest.mark.parametrize("old", OrderStatus)
def test_a_status_goes_these_ways_and_no_other(old: OrderStatus, new: OrderStatus) -> None:
    assert rules.allows(old, new) is ((old, new) in WAY)
    assert (old in rules.origins(new)) is ((old, new) in WAY)


@pytest.mark.parametrize(
    ("status", "other", "before"),
    [
        (S.PENDING, S.PAID, True),
        (S.PAID, S.PAID, False),
        (S.DELIVERED, S.SHIPPED, False),
        (S.CANCELLED, S.PAID, False),
    ],
)
def test_the_way_from_placed_to_delivered(status: OrderStatus, other: OrderStatus, before: bool) -> None:
    assert rules.before(status, other) is before


@pytest.mark.parametrize("status", OrderStatus)
def test_every_status_has_words(status: OrderStatus) -> None:
    words = rules.words_for(status)
    assert words.label
    assert str(words.sentence).endswith(".")
    assert words.tag in {"good", "warn", "bad", "plain"}


def draft(*, inclusive: bool = False) -> OrderDraft:
    """Two shawls at 25.00, a gift card of 30.00, tax 20 %, delivery 5.00; 40.00 are paid by gift card."""
    shawl, card = UUID(int=1), UUID(int=2)

    def line(key: UUID, price: int, **values: Any) -> BasketLine:
        return BasketLine(key=key, product_id=key, unit_price=price, regular_price=price, **values)

    basket = Basket(
        currency="USD",
        tax_inclusive=inclusive,
        lines=(
            line(shawl, 2500, quantity=2, tax_rate=200_000, name="Shawl"),
            line(card, 3000, quantity=1, tax_rate=0, name="Gift card", is_gift_card=True),
        ),
        shipping=ShippingChoice(code="standard", name="Standard", price=500, tax_rate=200_000),
        gift_cards=(GiftCardTerms(reference="c", label="…7K4M", balance=4000, currency="USD"),),
    )
    return OrderDraft(
        checkout_id=UUID(int=9),
        email="Ada@Shop.example ",
        shipping_address={"country": "US", "full_name": "Ada King"},
        billing_address={"country": "DE"},
        delivery=rules.Delivery(code="standard", name="Standard", earliest=date(2026, 3, 5)),
        quote=quote(basket),
        lines=(
            rules.DraftLine(key=shawl, product_id=shawl, sku="SH", name="Shawl", page_slug="shawl"),
            rules.DraftLine(key=card, product_id=card, sku="GC", name="Gift card", page_slug="gift-card"),
        ),
    )


def test_a_draft_freezes_every_amount_of_its_quote() -> None:
    values = rules.order_values(draft())
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


def test_the_lines_of_a_draft_are_frozen_in_their_order() -> None:
    shawl, card = rules.line_values(draft())
    assert (shawl["position"], shawl["quantity"], shawl["gross"], shawl["tax"]) == (0, 2, 5000, 1000)
    assert (shawl["tax_rate"], shawl["unit_price"], shawl["is_gift_card"]) == (200_000, 2500, False)
    assert (card["position"], card["gross"], card["tax"], card["is_gift_card"]) == (1, 3000, 0, True)


def test_gift_cards_take_no_stock() -> None:
    assert draft().stock == [(UUID(int=1), 2)]


def test_an_order_by_mail_has_days_and_one_without_has_none() -> None:
    assert rules.expected_days(order(), FORMATS) == "March 5 – 9, 2026"
    assert rules.expected_days(order(delivery_from=None, delivery_to=None), FORMATS) == ""


def order(status: OrderStatus = S.PENDING, **values: Any) -> Order:
    facts = {**rules.order_values(draft()), "locale": "en_US", "refunded_total": 0}
    times = {"placed_at": NOW, "expires_at": NOW + timedelta(minutes=30), "delivery_to": date(2026, 3, 9)}
    return Order(id=new_id(), status=status, **{**facts, **times, **values})


def states(shown: list[rules.TimelineStep]) -> list[tuple[str, str]]:
    return [(step.title, step.state) for step in shown]


PAID = OrderEvent(kind="paid", data={"method": "Visa ending 4242"})


def test_an_unpaid_order_waits_for_its_payment() -> None:
    shown = rules.timeline(order(), [], [], formats=FORMATS)
    assert states(shown) == [
        ("Order placed", "done"),
        ("Payment", "current"),
        ("Preparing", "todo"),
        ("Shipped", "todo"),
        ("Delivered", "todo"),
    ]
    assert shown[0].at == NOW
    assert shown[1].text == ""
    assert shown[4].text == "Expected March 5 – 9, 2026."


def test_a_paid_order_says_what_paid_and_what_comes_next() -> None:
    shown = rules.timeline(order(S.PAID, paid_at=NOW), [PAID], [], formats=FORMATS)
    assert states(shown)[1:3] == [("Paid", "done"), ("Preparing", "current")]
    assert shown[1].text == "Visa ending 4242"


def test_a_delivered_order_has_nothing_left_to_do() -> None:
    at = {"paid_at": NOW, "processed_at": NOW, "shipped_at": NOW, "delivered_at": NOW}
    shown = rules.timeline(order(S.DELIVERED, **at), [PAID], [], formats=FORMATS)
    assert states(shown)[1:] == [
        ("Paid", "done"),
        ("Preparing", "done"),
        ("Shipped", "done"),
        ("Delivered", "done"),
    ]


def test_a_cancelled_paid_order_shows_its_refund() -> None:
    back = Refund(amount=5600, state=RefundState.PENDING, reason="Cancelled by you", created_at=NOW)
    shown = rules.timeline(order(S.CANCELLED, paid_at=NOW, cancelled_at=NOW), [PAID], [back], formats=FORMATS)
    assert states(shown) == [
        ("Order placed", "done"),
        ("Paid", "done"),
        ("Cancelled", "failed"),
        ("$56.00 on its way back to you", "current"),
    ]
    back.state, back.done_at = RefundState.DONE, NOW
    (*_, last) = rules.timeline(
        order(S.CANCELLED, paid_at=NOW, cancelled_at=NOW), [PAID], [back], formats=FORMATS
    )
    assert (last.title, last.state) == ("$56.00 refunded", "done")


@pytest.mark.parametrize("status", [S.PAID, S.PROCESSING])
def test_an_order_that_went_back_whole_before_it_was_sent_promises_nothing_more(status: OrderStatus) -> None:
    whole = order(status, paid_at=NOW, processed_at=NOW, refund_status=RefundStatus.FULL)
    back = Refund(amount=9600, state=RefundState.DONE, reason="Broken", created_at=NOW, done_at=NOW)
    shown = states(rules.timeline(whole, [PAID], [back], formats=FORMATS))
    assert shown[-1] == ("$96.00 refunded", "done")
    assert {state for _, state in shown} == {"done"}
    assert str(rules.words_of(status, RefundStatus.FULL).label) == "Refunded"
    assert rules.words_of(status, RefundStatus.PARTIAL) == rules.words_for(status)


@pytest.mark.parametrize("status", [S.SHIPPED, S.DELIVERED, S.CANCELLED])
def test_what_was_sent_or_called_off_keeps_its_words(status: OrderStatus) -> None:
    assert rules.words_of(status, RefundStatus.FULL) == rules.words_for(status)


def test_a_refused_refund_is_still_to_come_and_what_cards_got_is_back() -> None:
    refused = Refund(
        amount=9600, charged_amount=5600, gift_card_amount=4000, state=RefundState.FAILED, reason="Broken",
        created_at=NOW,
    )  # fmt: skip
    whole = order(S.DELIVERED, paid_at=NOW, refunded_total=9600)
    (*_, last) = rules.timeline(whole, [PAID], [refused], formats=FORMATS)
    assert (last.title, last.state) == ("$56.00 still to be paid back", "current")
    assert last.text == (
        "Broken Our payment provider has not accepted it yet. We see to it; you need to do nothing."
        " $40.00 is back on the gift card that paid."
    )
    assert [(row.label, row.amount) for row in rules.totals(whole, FORMATS, [refused])[-2:]] == [
        ("Refunded", Money(-4000, "USD")),
        ("Refund still to come", Money(-5600, "USD")),
    ]
    refused.state = RefundState.PENDING
    assert rules.totals(whole, FORMATS, [refused])[-1].label == "Refunded"


def test_totals_are_those_the_order_was_placed_with() -> None:
    def dollars(minor: int) -> Money:
        return Money(minor, "USD")

    assert rules.totals(order(S.PAID, paid_at=NOW), FORMATS) == [
        TotalRow("Subtotal", dollars(8000)),
        TotalRow("Delivery", dollars(500), note="Standard"),
        TotalRow("Tax", dollars(1100)),
        TotalRow("Total", dollars(9600), "total"),
        TotalRow("Gift card", dollars(-4000), "paid", "…7K4M"),
        TotalRow("Charged", dollars(5600), "due"),
    ]


def test_each_discount_is_told_apart() -> None:
    bowl = UUID(int=1)
    priced = quote(
        Basket(
            currency="USD",
            lines=(
                BasketLine(
                    key=bowl, product_id=bowl, quantity=1, unit_price=9000, regular_price=9000, tax_rate=0
                ),
            ),
            voucher=VoucherTerms(reference="v", code="SPRING", kind=VoucherKind.PERCENTAGE, value=1000),
            reward=RewardTerms(reference="r", name="Five off", kind=RewardKind.DISCOUNT, value=500),
            points=PointsTerms(points=1200, balance=1200),
        )
    )
    values = rules.order_values(replace(draft(), quote=priced))
    rows = rules.totals(order(**{name: values[name] for name in values if name != "locale"}), FORMATS)

    assert rows[1:4] == [
        TotalRow("Promo code", Money(-900, "USD"), "discount", "SPRING"),
        TotalRow("Reward", Money(-500, "USD"), "discount", "Five off"),
        TotalRow("Points", Money(-1200, "USD"), "discount", "1,200 points"),
    ]
    assert sum(row.amount.minor for row in rows[1:4] if row.amount) == -values["discount_total"]


def test_what_paid_is_named_by_its_value_whatever_its_sentence() -> None:
    trace = [
        {"step": "reward", "amount": -500, "text": "Belohnung: Five off", "values": {"name": "Five off"}},
        {"step": "gift_card", "amount": -4000, "text": "…7K4M bezahlt", "values": {"digits": "…7K4M"}},
    ]

    rows = rules.totals(order(trace=trace), FORMATS)

    assert [row.note for row in rows if row.label in {"Reward", "Gift card"}] == ["Five off", "…7K4M"]


def test_included_tax_is_named_beside_the_total() -> None:
    values = rules.order_values(draft(inclusive=True))
    rows = rules.totals(order(**{name: values[name] for name in values if name != "locale"}), FORMATS)
    assert [row.label for row in rows] == ["Subtotal", "Delivery", "Total", "Gift card", "To pay"]
    assert rows[2].note == "Includes $9.16 tax"


def test_reasons_leave_out_what_lines_and_sums_show() -> None:
    assert rules.reasons(order(), FORMATS) == [
        ("Standard", Money(500, "USD")),
        ("Tax at 20% on $55.00, rounded per line", Money(1100, "USD")),
        ("Paid by gift card …7K4M", Money(-4000, "USD")),
    ]
