"""An order as staff read it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kashcraft.backoffice.orders.presenters.order import (
    PlanRow,
    history,
    plan_rows,
    points_moved,
    refund_rows,
    refusal_text,
)
from kashcraft.backoffice.presenters.history import HistoryRow
from kashcraft.core.errors import DomainError
from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.loyalty.rules import Earned
from kashcraft.orders.models import OrderEvent, Refund
from kashcraft.orders.rules import (
    RefundableLine,
    RefundAccount,
    RefundRequest,
    RefundState,
    plan_refund,
)

FORMATS = Formats()
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SHAWL, ADA = UUID(int=1), UUID(int=2)
# Two shawls at 20.00 with 4.00 tax, delivery for 5.00; 5.00 of it were paid by a gift card.
PAID = RefundAccount(
    lines=(RefundableLine(line_id=SHAWL, quantity=2, total=4400, tax=400, points=100),),
    shipping=500,
    charged=4400,
)


def dollars(minor: int) -> Money:
    return Money(minor, "USD")


def test_a_planned_refund_says_what_goes_back_and_through_what() -> None:
    plan = plan_refund(PAID, RefundRequest(units={SHAWL: 2}, shipping=500))

    assert plan_rows(plan, {SHAWL: "Shawl (Size: M)"}, "USD", FORMATS) == [
        PlanRow("Shawl (Size: M)", dollars(4400), note="2 units"),
        PlanRow("Delivery", dollars(500)),
        PlanRow("Refund", dollars(4900), "total", "Includes $4.00 tax"),
        PlanRow("To the card or account charged", dollars(4400), "paid"),
        PlanRow("To gift cards", dollars(500), "paid"),
    ]


def test_points_come_back_with_the_units_and_earned_ones_are_taken_back() -> None:
    plan = plan_refund(PAID, RefundRequest(units={SHAWL: 1}))

    assert points_moved(plan, None) == (50, 0)
    assert points_moved(plan, Earned(40, 10_000, "USD")) == (50, 20)


def test_a_refused_refund_says_why_the_processor_refuses_it() -> None:
    refused = Refund(id=UUID(int=3), state=RefundState.FAILED, amount=500, reason="Broken", created_at=NOW)
    done = Refund(id=UUID(int=4), state=RefundState.DONE, amount=700, reason="Late", created_at=NOW)
    answer = OrderEvent(kind="refund_failed", note="Account closed", data={"refund": str(refused.id)})

    first, second = refund_rows([refused, done], [answer], "USD")

    assert (first.label, first.tag, first.answer, first.is_refused) == (
        "Refused",
        "bad",
        "Account closed",
        True,
    )
    assert (second.label, second.tag, second.answer, second.is_refused) == ("Paid out", "good", "", False)


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (DomainError("refund_amount", left=1250), "Only $12.50 can be refunded as another amount."),
        (
            DomainError("refund_changed", seen=100, now=200),
            "The refund is $2.00 now. Please check it again.",
        ),
        (DomainError("refund_units", left=1), "Fewer units of a line can be refunded: 1."),
    ],
)
def test_a_refusal_says_amounts_as_people_write_them(refusal: DomainError, text: str) -> None:
    assert refusal_text(refusal, "USD", FORMATS) == text


def test_the_history_says_what_happened_and_who_did_it() -> None:
    events = [
        OrderEvent(kind="paid", note="", data={"method": "Visa ending 4242"}, created_at=NOW),
        OrderEvent(
            kind="refunded", note="Broken", actor_id=ADA, created_at=NOW,
            data={"amount": 4400, "units": 2, "restock": True, "points_returned": 1, "points_taken": 2000},
        ),
        OrderEvent(kind="expired", note="", data={}, created_at=NOW),
    ]  # fmt: skip

    assert history(events, {ADA: "Ada King"}, "USD", FORMATS) == [
        HistoryRow("Paid", "Visa ending 4242", NOW),
        HistoryRow(
            "Refund made",
            "$44.00, 2 units, put back into stock, 1 point returned, 2,000 points taken back, Broken,"
            " by Ada King",
            NOW,
        ),
        HistoryRow("Payment expired", "", NOW, "failed"),
    ]
