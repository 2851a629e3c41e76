"""The timeline of an order."""

from __future__ import annotations

import pytest

from kashcraft.core.formats import Formats
from kashcraft.orders import presenters
from kashcraft.orders.models import OrderEvent, Refund
from kashcraft.orders.rules import OrderStatus, RefundState, RefundStatus
from tests.factories.drafts import NOW, made_order

S = OrderStatus
FORMATS = Formats()
PAID = OrderEvent(kind="paid", data={"method": "Visa ending 4242"})


def states(shown: list[presenters.TimelineStep]) -> list[tuple[str, str]]:
    return [(step.title, step.state) for step in shown]


def test_expected_days_are_empty_without_delivery_days() -> None:
    assert presenters.expected_days(made_order(), FORMATS) == "March 5 – 9, 2026"
    assert presenters.expected_days(made_order(delivery_from=None, delivery_to=None), FORMATS) == ""


def test_the_current_step_of_an_unpaid_order_is_its_payment() -> None:
    shown = presenters.timeline(made_order(), [], [], formats=FORMATS)
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


def test_a_paid_order_shows_its_payment_method_and_next_step() -> None:
    shown = presenters.timeline(made_order(S.PAID, paid_at=NOW), [PAID], [], formats=FORMATS)
    assert states(shown)[1:3] == [("Paid", "done"), ("Preparing", "current")]
    assert shown[1].text == "Visa ending 4242"


def test_every_step_of_a_delivered_order_is_done() -> None:
    at = {"paid_at": NOW, "processed_at": NOW, "shipped_at": NOW, "delivered_at": NOW}
    shown = presenters.timeline(made_order(S.DELIVERED, **at), [PAID], [], formats=FORMATS)
    assert states(shown)[1:] == [
        ("Paid", "done"),
        ("Preparing", "done"),
        ("Shipped", "done"),
        ("Delivered", "done"),
    ]


def test_a_cancelled_paid_order_shows_its_refund() -> None:
    back = Refund(amount=5600, state=RefundState.PENDING, reason="Cancelled by you", created_at=NOW)
    shown = presenters.timeline(
        made_order(S.CANCELLED, paid_at=NOW, cancelled_at=NOW), [PAID], [back], formats=FORMATS
    )
    assert states(shown) == [
        ("Order placed", "done"),
        ("Paid", "done"),
        ("Cancelled", "failed"),
        ("$56.00 on its way back to you", "current"),
    ]
    back.state, back.done_at = RefundState.DONE, NOW
    (*_, last) = presenters.timeline(
        made_order(S.CANCELLED, paid_at=NOW, cancelled_at=NOW), [PAID], [back], formats=FORMATS
    )
    assert (last.title, last.state) == ("$56.00 refunded", "done")


@pytest.mark.parametrize("status", [S.PAID, S.PROCESSING])
def test_an_order_refunded_before_shipping_shows_no_further_steps(status: OrderStatus) -> None:
    whole = made_order(status, paid_at=NOW, processed_at=NOW, refund_status=RefundStatus.FULL)
    back = Refund(amount=9600, state=RefundState.DONE, reason="Broken", created_at=NOW, done_at=NOW)
    shown = states(presenters.timeline(whole, [PAID], [back], formats=FORMATS))
    assert shown[-1] == ("$96.00 refunded", "done")
    assert {state for _, state in shown} == {"done"}
    assert str(presenters.order_status_text(status, RefundStatus.FULL).label) == "Refunded"
    assert presenters.order_status_text(status, RefundStatus.PARTIAL) == presenters.status_text(status)


def test_a_failed_refund_is_still_to_come_except_its_gift_card_part() -> None:
    refused = Refund(
        amount=9600, charged_amount=5600, gift_card_amount=4000, state=RefundState.FAILED, reason="Broken",
        created_at=NOW,
    )  # fmt: skip
    whole = made_order(S.DELIVERED, paid_at=NOW, refunded_total=9600)
    (*_, last) = presenters.timeline(whole, [PAID], [refused], formats=FORMATS)
    assert (last.title, last.state) == ("$56.00 still to be paid back", "current")
    assert last.text == (
        "Broken Our payment provider has not accepted it yet. We see to it; you need to do nothing."
        " $40.00 is back on the gift card that paid."
    )
