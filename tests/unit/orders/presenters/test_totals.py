"""The totals of an order and its price trace."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.orders import presenters, rules
from kashcraft.orders.models import Refund
from kashcraft.orders.presenters import TotalRow
from kashcraft.orders.rules import OrderStatus, RefundState
from kashcraft.pricing.rules import (
    CartToPrice,
    LineToPrice,
    PointsTerms,
    RewardKind,
    RewardTerms,
    VoucherKind,
    VoucherTerms,
    quote,
)
from tests.factories.drafts import NOW, made_draft, made_order

S = OrderStatus
FORMATS = Formats()


def test_a_failed_refund_is_shown_as_still_to_come() -> None:
    refused = Refund(amount=9600, charged_amount=5600, gift_card_amount=4000, state=RefundState.FAILED)
    whole = made_order(S.DELIVERED, paid_at=NOW, refunded_total=9600)
    assert [(row.label, row.amount) for row in presenters.totals(whole, FORMATS, [refused])[-2:]] == [
        ("Refunded", Money(-4000, "USD")),
        ("Refund still to come", Money(-5600, "USD")),
    ]
    refused.state = RefundState.PENDING
    assert presenters.totals(whole, FORMATS, [refused])[-1].label == "Refunded"


def test_totals_are_those_of_the_placed_order() -> None:
    def dollars(minor: int) -> Money:
        return Money(minor, "USD")

    assert presenters.totals(made_order(S.PAID, paid_at=NOW), FORMATS) == [
        TotalRow("Subtotal", dollars(8000)),
        TotalRow("Delivery", dollars(500), note="Standard"),
        TotalRow("Tax", dollars(1100)),
        TotalRow("Total", dollars(9600), "total"),
        TotalRow("Gift card", dollars(-4000), "paid", "…7K4M"),
        TotalRow("Charged", dollars(5600), "due"),
    ]


def test_each_discount_has_a_row_of_its_own() -> None:
    bowl = UUID(int=1)
    priced = quote(
        CartToPrice(
            currency="USD",
            lines=(
                LineToPrice(
                    key=bowl, product_id=bowl, quantity=1, unit_price=9000, regular_price=9000, tax_rate=0
                ),
            ),
            voucher=VoucherTerms(reference="v", code="SPRING", kind=VoucherKind.PERCENTAGE, value=1000),
            reward=RewardTerms(reference="r", name="Five off", kind=RewardKind.DISCOUNT, value=500),
            points=PointsTerms(points=1200, balance=1200),
        )
    )
    values = rules.order_values(replace(made_draft(), quote=priced))
    rows = presenters.totals(
        made_order(**{name: values[name] for name in values if name != "locale"}), FORMATS
    )

    assert rows[1:4] == [
        TotalRow("Promo code", Money(-900, "USD"), "discount", "SPRING"),
        TotalRow("Reward", Money(-500, "USD"), "discount", "Five off"),
        TotalRow("Points", Money(-1200, "USD"), "discount", "1,200 points"),
    ]
    assert sum(row.amount.minor for row in rows[1:4] if row.amount) == -values["discount_total"]


def test_a_gift_card_row_takes_its_digits_from_the_trace() -> None:
    trace = [
        {"step": "reward", "amount": -500, "text": "Belohnung: Five off", "values": {"name": "Five off"}},
        {"step": "gift_card", "amount": -4000, "text": "…7K4M bezahlt", "values": {"digits": "…7K4M"}},
    ]

    rows = presenters.totals(made_order(trace=trace), FORMATS)

    assert [row.note for row in rows if row.label in {"Reward", "Gift card"}] == ["Five off", "…7K4M"]


def test_included_tax_is_noted_beside_the_total() -> None:
    values = rules.order_values(made_draft(inclusive=True))
    rows = presenters.totals(
        made_order(**{name: values[name] for name in values if name != "locale"}), FORMATS
    )
    assert [row.label for row in rows] == ["Subtotal", "Delivery", "Total", "Gift card", "To pay"]
    assert rows[2].note == "Includes $9.16 tax"


def test_reasons_leave_out_steps_that_lines_and_totals_show() -> None:
    assert presenters.reasons(made_order(), FORMATS) == [
        ("Standard", Money(500, "USD")),
        ("Tax at 20% on $55.00, rounded per line", Money(1100, "USD")),
        ("Paid by gift card …7K4M", Money(-4000, "USD")),
    ]
