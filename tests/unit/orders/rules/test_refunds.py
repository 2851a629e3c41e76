"""Refunds to the cent: worked examples, limits, and a thousand random orders refunded step by step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kashcraft.core.errors import DomainError
from kashcraft.orders.models import RefundStatus
from kashcraft.orders.rules import (
    RefundableLine,
    RefundAccount,
    RefundPlan,
    RefundRequest,
    full_refund_request,
    plan_refund,
    points_by_line,
    refund_status,
)
from kashcraft.pricing.rules import (
    CartToPrice,
    GiftCardTerms,
    LineToPrice,
    PointsTerms,
    Quote,
    ShippingChoice,
    VoucherKind,
    VoucherTerms,
    quote,
)

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


def line(
    line_id: UUID = A, quantity: int = 3, total: int = 29000, tax: int = 0, **values: Any
) -> RefundableLine:
    return RefundableLine(line_id=line_id, quantity=quantity, total=total, tax=tax, **values)


def account(*lines: RefundableLine, **values: Any) -> RefundAccount:
    """Return the account of an order of these lines, paid by card alone unless stated otherwise."""
    paid = sum(one.total for one in lines) + values.get("shipping", 0)
    return RefundAccount(lines=lines, **{"charged": paid, **values})


def one_by_one(start: RefundAccount, *refund_requests: RefundRequest) -> list[RefundPlan]:
    plans = []
    for requested in refund_requests:
        plans.append(plan_refund(plans[-1].after if plans else start, requested))
    return plans


def amounts(plans: list[RefundPlan]) -> list[int]:
    return [plan.amount for plan in plans]


ONE = RefundRequest(units={A: 1})


def test_three_units_with_a_discount_are_refunded_in_cumulative_shares() -> None:
    plans = one_by_one(account(line()), ONE, ONE, ONE)

    assert amounts(plans) == [9667, 9666, 9667]
    assert plans[-1].after.is_settled


@pytest.mark.parametrize(
    ("units", "given_back"), [([3], [29000]), ([2, 1], [19333, 9667]), ([1, 2], [9667, 19333])]
)
def test_units_refunded_together_give_the_sum_of_single_refunds(
    units: list[int], given_back: list[int]
) -> None:
    assert (
        amounts(one_by_one(account(line()), *(RefundRequest(units={A: count}) for count in units)))
        == given_back
    )


def test_refunded_tax_adds_up_to_the_tax_of_the_line() -> None:
    plans = one_by_one(account(line(total=31900, tax=2900)), ONE, ONE, ONE)

    assert amounts(plans) == [10633, 10634, 10633]
    assert [plan.tax for plan in plans] == [967, 966, 967]


def test_an_amount_is_spread_over_what_is_left_of_the_goods() -> None:
    start = account(line(A, 1, 6000, 1000), line(B, 1, 4000), shipping=500)
    plan = plan_refund(start, RefundRequest(amount=1000))

    assert [(part.line_id, part.units, part.amount, part.tax) for part in plan.lines] == [
        (A, 0, 600, 100),
        (B, 0, 400, 0),
    ]
    assert (plan.amount, plan.tax, plan.shipping) == (1000, 100, 0)


def test_an_earlier_amount_reduces_the_refund_of_later_units() -> None:
    plans = one_by_one(account(line()), RefundRequest(amount=2000), ONE, ONE, ONE)

    assert amounts(plans) == [2000, 9000, 8999, 9001]
    assert plans[-1].after.left == 0


def test_an_amount_between_units_reduces_only_the_remaining_units() -> None:
    plans = one_by_one(account(line()), ONE, RefundRequest(amount=2000), ONE, ONE)

    assert amounts(plans) == [9667, 2000, 8666, 8667]


def test_delivery_is_refunded_in_full_or_in_part_with_its_tax() -> None:
    start = account(line(), shipping=600, shipping_tax=100)
    plans = one_by_one(start, RefundRequest(shipping=200), RefundRequest(shipping=True))

    assert [(plan.shipping, plan.shipping_tax) for plan in plans] == [(200, 33), (400, 67)]


def test_an_amount_is_taken_from_delivery_last() -> None:
    plan = plan_refund(account(line(A, 1, 1000), shipping=500), RefundRequest(amount=1200))

    assert (plan.lines[0].amount, plan.shipping) == (1000, 200)


def test_units_delivery_and_amount_can_be_combined() -> None:
    start = account(line(), line(B, 1, 5000), shipping=500)
    plan = plan_refund(start, RefundRequest(units={A: 1}, amount=1000, shipping=True))

    assert plan.amount == 9667 + 500 + 1000
    assert plan.units == {A: 1}


def test_the_charged_card_is_refunded_before_gift_cards() -> None:
    plans = one_by_one(account(line(), charged=10000), ONE, ONE, ONE)

    assert [(plan.charged, plan.gift_cards) for plan in plans] == [(9667, 0), (333, 9333), (0, 9667)]


@pytest.mark.parametrize(
    ("requested", "code", "left"),
    [
        (RefundRequest(units={A: 4}), "refund_units", 3),
        (RefundRequest(units={A: -1}), "refund_units", 3),
        (RefundRequest(units={B: 1}), "refund_units", 0),
        (RefundRequest(shipping=501), "refund_shipping", 500),
        (RefundRequest(shipping=-1), "refund_shipping", 500),
        (RefundRequest(amount=29501), "refund_amount", 29500),
        (RefundRequest(amount=-1), "refund_amount", 29500),
        (RefundRequest(units={A: 1}, amount=19834), "refund_amount", 19833),
        (RefundRequest(shipping=True, amount=29001), "refund_amount", 29000),
    ],
)
def test_a_request_beyond_the_rest_is_refused_and_names_the_rest(
    requested: RefundRequest, code: str, left: int
) -> None:
    with pytest.raises(DomainError) as refusal:
        plan_refund(account(line(), shipping=500), requested)

    assert (refusal.value.code, refusal.value.details["left"]) == (code, left)


def test_an_empty_request_is_refused() -> None:
    for requested in (RefundRequest(), RefundRequest(units={A: 0}), RefundRequest(shipping=True)):
        with pytest.raises(DomainError, match="refund_nothing"):
            plan_refund(account(line()), requested)


def test_gift_cards_are_refunded_by_unit_only() -> None:
    start = account(line(A, 2, 10000, is_gift_card=True))
    with pytest.raises(DomainError, match="refund_amount"):
        plan_refund(start, RefundRequest(amount=1))

    assert plan_refund(start, ONE).amount == 5000


def test_points_are_based_on_goods_without_tax_delivery_and_gift_cards() -> None:
    start = account(line(A, 2, 12000, 2000), line(B, 1, 5000, is_gift_card=True), shipping=500)
    plan = plan_refund(start, RefundRequest(units={A: 1, B: 1}, shipping=True))

    assert (plan.before.net, plan.after.net) == ((0, 10000), (5000, 10000))


def test_spent_points_are_returned_with_units_only() -> None:
    start = account(line(A, 2, 1, points=9999))
    units, money = plan_refund(start, ONE), plan_refund(start, RefundRequest(amount=1))

    assert (units.points, money.points) == (4999, 0)


def test_spent_points_are_returned_by_the_share_of_their_line() -> None:
    start = account_of(
        quote(
            CartToPrice(
                currency="USD",
                lines=(goods("a", 2, 3000, 200_000), goods("b", 1, 4000, 55_000)),
                tax_inclusive=True,
                points=PointsTerms(points=1000, balance=1000),
                shipping=ShippingChoice(code="s", name="S", price=500, tax_rate=0),
            )
        )
    )
    first, second = (one.line_id for one in start.lines)
    plans = one_by_one(
        start,
        RefundRequest(units={first: 1}),
        RefundRequest(units={first: 1}),
        RefundRequest(units={second: 1}),
    )

    assert [plan.points for plan in plans] == [300, 300, 400]


def test_points_are_assigned_to_lines_by_discount() -> None:
    assert points_by_line(1000, [600, 400]) == [600, 400]
    assert points_by_line(100, [333, 667]) == [33, 67]
    assert points_by_line(0, [0, 0]) == [0, 0]


def test_units_paid_with_points_alone_are_refunded_in_points() -> None:
    plans = one_by_one(account(line(A, 2, 0, points=8000)), ONE, ONE)

    assert amounts(plans) == [0, 0]
    assert [plan.points for plan in plans] == [4000, 4000]
    assert [refund_status(plan.after) for plan in plans] == [RefundStatus.PARTIAL, RefundStatus.FULL]


def test_the_refund_status_follows_the_refunded_amount() -> None:
    start = account(line())
    (part, rest) = one_by_one(start, RefundRequest(amount=28999), RefundRequest(amount=1))

    assert refund_status(start) is RefundStatus.NONE
    assert (refund_status(part.after), refund_status(rest.after)) == (RefundStatus.PARTIAL, RefundStatus.FULL)
    assert not rest.after.is_settled


def test_units_can_be_returned_after_their_money_was_refunded() -> None:
    plans = one_by_one(account(line()), RefundRequest(amount=29000), RefundRequest(units={A: 3}))

    assert (plans[1].amount, plans[1].units, plans[1].after.is_settled) == (0, {A: 3}, True)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """Draw any order: up to four lines, voucher, points, gift card, delivery, tax included or on top."""
    lines = tuple(
        LineToPrice(
            key=str(number),
            product_id=str(number),
            quantity=draw(st.integers(1, 7)),
            unit_price=(price := draw(st.integers(0, 30_000))),
            regular_price=price,
            tax_rate=draw(st.sampled_from([0, 72_500, 100_000, 200_000])),
        )
        for number in range(draw(st.integers(1, 4)))
    )
    percent = draw(st.integers(0, 10_000))
    voucher = VoucherTerms(reference="v", code="V", kind=VoucherKind.PERCENTAGE, value=percent)
    return quote(
        CartToPrice(
            currency="USD",
            lines=lines,
            tax_inclusive=draw(st.booleans()),
            voucher=voucher if percent else None,
            points=PointsTerms(points=draw(st.integers(0, 50_000)), balance=50_000),
            shipping=ShippingChoice(
                code="s",
                name="S",
                price=draw(st.integers(0, 3000)),
                tax_rate=draw(st.sampled_from([0, 200_000])),
            ),
            gift_cards=(
                GiftCardTerms(reference="g", label="g", balance=draw(st.integers(1, 50_000)), currency="USD"),
            ),
        )
    )


def goods(key: str, quantity: int, price: int, tax_rate: int) -> LineToPrice:
    return LineToPrice(
        key=key, product_id=key, quantity=quantity, unit_price=price, regular_price=price, tax_rate=tax_rate
    )


def account_of(priced: Quote) -> RefundAccount:
    shipping = priced.shipping
    assert shipping is not None
    on_top = 0 if priced.tax_inclusive else shipping.tax
    return RefundAccount(
        lines=tuple(
            RefundableLine(
                line_id=UUID(int=number),
                quantity=one.quantity,
                total=one.total,
                tax=one.tax,
                points=one.points,
            )
            for number, one in enumerate(priced.lines)
        ),
        shipping=shipping.charged + on_top,
        shipping_tax=shipping.tax,
        charged=priced.due,
    )


@st.composite
def refund_requests(draw: st.DrawFn, left: RefundAccount) -> RefundRequest:
    """Draw a request for a part of what is left to refund."""
    units = {one.line_id: draw(st.integers(0, one.units_left)) for one in left.lines}
    shipping = draw(st.integers(0, left.shipping_left))
    after_units = sum(
        one.left - one.worth_of(units[one.line_id]) if units[one.line_id] else one.left for one in left.lines
    )
    amount = draw(st.just(0) | st.integers(0, after_units + left.shipping_left - shipping))
    return RefundRequest(units=units, amount=amount, shipping=shipping)


@settings(max_examples=1000, deadline=None)
@given(quotes(), st.data())
def test_any_sequence_of_refunds_adds_up_to_what_was_paid(priced: Quote, data: st.DataObject) -> None:
    start = left = account_of(priced)
    assert start.left == priced.total
    plans: list[RefundPlan] = []
    for _ in range(data.draw(st.integers(0, 6))):
        requested = data.draw(refund_requests(left))
        if requested != RefundRequest(units=dict.fromkeys(requested.units, 0)):
            plans.append(plan_refund(left, requested))
            left = plans[-1].after
    if not left.is_settled:
        plans.append(plan_refund(left, full_refund_request(left)))
        left = plans[-1].after

    for plan in plans:
        assert all(0 <= part.tax <= part.amount for part in plan.lines)
        assert 0 <= plan.shipping_tax <= plan.shipping
        assert plan.charged >= 0
        assert plan.gift_cards >= 0
        assert plan.amount == plan.charged + plan.gift_cards
        assert plan.before.net[0] <= plan.after.net[0]
        assert plan.points >= 0
    assert sum(plan.amount for plan in plans) == priced.total
    assert sum(plan.tax for plan in plans) == priced.tax
    assert sum(plan.charged for plan in plans) == priced.due
    assert sum(plan.gift_cards for plan in plans) == priced.gift_cards_paid
    assert (left.left, left.is_settled) == (0, True)
    assert left.net == (priced.net_merchandise, priced.net_merchandise)
    assert sum(plan.points for plan in plans) == (priced.points.points if priced.points else 0)


@given(quotes())
def test_a_unit_is_refunded_by_the_difference_of_rounded_shares(priced: Quote) -> None:
    for one in account_of(priced).lines:
        shares = [
            (2 * one.total * count + one.quantity) // (2 * one.quantity) for count in range(one.quantity + 1)
        ]
        now = one
        for count in range(one.quantity):
            worth = now.worth_of(1)
            assert worth == shares[count + 1] - shares[count]
            now = now.refunded_by(1, worth)
