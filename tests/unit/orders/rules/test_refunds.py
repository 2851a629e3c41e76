"""Refunds to the cent: worked examples, limits, and a thousand random orders given back bit by bit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kashcraft.core.errors import DomainError
from kashcraft.orders.models import RefundStatus
from kashcraft.orders.rules import (
    Account,
    LineAccount,
    RefundPlan,
    Wish,
    everything,
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
) -> LineAccount:
    return LineAccount(line_id=line_id, quantity=quantity, total=total, tax=tax, **values)


def account(*lines: LineAccount, **values: Any) -> Account:
    """An order of these lines, paid by card alone unless it is said otherwise."""
    paid = sum(one.total for one in lines) + values.get("shipping", 0)
    return Account(lines=lines, **{"charged": paid, **values})


def one_by_one(start: Account, *wishes: Wish) -> list[RefundPlan]:
    plans = []
    for wish in wishes:
        plans.append(plan_refund(plans[-1].after if plans else start, wish))
    return plans


def amounts(plans: list[RefundPlan]) -> list[int]:
    return [plan.amount for plan in plans]


ONE = Wish(units={A: 1})


def test_three_at_100_with_10_off_give_back_cumulative_shares() -> None:
    plans = one_by_one(account(line()), ONE, ONE, ONE)

    assert amounts(plans) == [9667, 9666, 9667]
    assert plans[-1].after.is_settled


@pytest.mark.parametrize(
    ("units", "given_back"), [([3], [29000]), ([2, 1], [19333, 9667]), ([1, 2], [9667, 19333])]
)
def test_units_together_give_back_what_they_do_one_by_one(units: list[int], given_back: list[int]) -> None:
    assert amounts(one_by_one(account(line()), *(Wish(units={A: count}) for count in units))) == given_back


def test_tax_goes_back_with_its_unit_and_adds_up() -> None:
    plans = one_by_one(account(line(total=31900, tax=2900)), ONE, ONE, ONE)

    assert amounts(plans) == [10633, 10634, 10633]
    assert [plan.tax for plan in plans] == [967, 966, 967]


def test_a_free_amount_is_spread_over_what_the_goods_still_carry() -> None:
    start = account(line(A, 1, 6000, 1000), line(B, 1, 4000), shipping=500)
    plan = plan_refund(start, Wish(amount=1000))

    assert [(part.line_id, part.units, part.amount, part.tax) for part in plan.lines] == [
        (A, 0, 600, 100),
        (B, 0, 400, 0),
    ]
    assert (plan.amount, plan.tax, plan.shipping) == (1000, 100, 0)


def test_units_give_back_less_after_a_free_amount_and_the_last_one_leaves_nothing_over() -> None:
    plans = one_by_one(account(line()), Wish(amount=2000), ONE, ONE, ONE)

    assert amounts(plans) == [2000, 9000, 8999, 9001]
    assert plans[-1].after.left == 0


def test_a_free_amount_between_units_is_borne_by_the_units_that_are_left() -> None:
    plans = one_by_one(account(line()), ONE, Wish(amount=2000), ONE, ONE)

    assert amounts(plans) == [9667, 2000, 8666, 8667]


def test_delivery_goes_back_whole_or_in_part_with_its_tax() -> None:
    start = account(line(), shipping=600, shipping_tax=100)
    plans = one_by_one(start, Wish(shipping=200), Wish(shipping=True))

    assert [(plan.shipping, plan.shipping_tax) for plan in plans] == [(200, 33), (400, 67)]


def test_a_free_amount_takes_delivery_last() -> None:
    plan = plan_refund(account(line(A, 1, 1000), shipping=500), Wish(amount=1200))

    assert (plan.lines[0].amount, plan.shipping) == (1000, 200)


def test_everything_together_is_one_refund() -> None:
    start = account(line(), line(B, 1, 5000), shipping=500)
    plan = plan_refund(start, Wish(units={A: 1}, amount=1000, shipping=True))

    assert plan.amount == 9667 + 500 + 1000
    assert plan.units == {A: 1}


def test_the_card_gets_back_first_and_gift_cards_afterwards() -> None:
    plans = one_by_one(account(line(), charged=10000), ONE, ONE, ONE)

    assert [(plan.charged, plan.gift_cards) for plan in plans] == [(9667, 0), (333, 9333), (0, 9667)]


@pytest.mark.parametrize(
    ("wish", "code", "left"),
    [
        (Wish(units={A: 4}), "refund_units", 3),
        (Wish(units={A: -1}), "refund_units", 3),
        (Wish(units={B: 1}), "refund_units", 0),
        (Wish(shipping=501), "refund_shipping", 500),
        (Wish(shipping=-1), "refund_shipping", 500),
        (Wish(amount=29501), "refund_amount", 29500),
        (Wish(amount=-1), "refund_amount", 29500),
        (Wish(units={A: 1}, amount=19834), "refund_amount", 19833),
        (Wish(shipping=True, amount=29001), "refund_amount", 29000),
    ],
)
def test_more_than_is_left_is_refused_with_what_is_left(wish: Wish, code: str, left: int) -> None:
    with pytest.raises(DomainError) as refusal:
        plan_refund(account(line(), shipping=500), wish)

    assert (refusal.value.code, refusal.value.details["left"]) == (code, left)


def test_nothing_is_no_refund() -> None:
    for wish in (Wish(), Wish(units={A: 0}), Wish(shipping=True)):
        with pytest.raises(DomainError, match="refund_nothing"):
            plan_refund(account(line()), wish)


def test_gift_cards_go_back_by_unit_and_never_by_amount() -> None:
    start = account(line(A, 2, 10000, is_gift_card=True))
    with pytest.raises(DomainError, match="refund_amount"):
        plan_refund(start, Wish(amount=1))

    assert plan_refund(start, ONE).amount == 5000


def test_points_follow_goods_without_tax_delivery_and_gift_cards() -> None:
    start = account(line(A, 2, 12000, 2000), line(B, 1, 5000, is_gift_card=True), shipping=500)
    plan = plan_refund(start, Wish(units={A: 1, B: 1}, shipping=True))

    assert (plan.before.net, plan.after.net) == ((0, 10000), (5000, 10000))


def test_what_points_paid_goes_back_with_its_units_only() -> None:
    start = account(line(A, 2, 1, points=9999))
    units, money = plan_refund(start, ONE), plan_refund(start, Wish(amount=1))

    assert (units.points, money.points) == (4999, 0)


def test_spent_points_come_back_by_the_share_of_their_own_line_whatever_tax_is_inside() -> None:
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
    plans = one_by_one(start, Wish(units={first: 1}), Wish(units={first: 1}), Wish(units={second: 1}))

    assert [plan.points for plan in plans] == [300, 300, 400]


def test_points_belong_to_lines_by_what_they_took_off_them() -> None:
    assert points_by_line(1000, [600, 400]) == [600, 400]
    assert points_by_line(100, [333, 667]) == [33, 67]
    assert points_by_line(0, [0, 0]) == [0, 0]


def test_goods_that_points_paid_whole_go_back_for_nothing_with_their_points() -> None:
    plans = one_by_one(account(line(A, 2, 0, points=8000)), ONE, ONE)

    assert amounts(plans) == [0, 0]
    assert [plan.points for plan in plans] == [4000, 4000]
    assert [refund_status(plan.after) for plan in plans] == [RefundStatus.PARTIAL, RefundStatus.FULL]


def test_the_status_says_how_much_has_gone_back() -> None:
    start = account(line())
    (part, rest) = one_by_one(start, Wish(amount=28999), Wish(amount=1))

    assert refund_status(start) is RefundStatus.NONE
    assert (refund_status(part.after), refund_status(rest.after)) == (RefundStatus.PARTIAL, RefundStatus.FULL)
    assert not rest.after.is_settled


def test_units_come_back_for_nothing_once_their_money_has_gone_back() -> None:
    plans = one_by_one(account(line()), Wish(amount=29000), Wish(units={A: 3}))

    assert (plans[1].amount, plans[1].units, plans[1].after.is_settled) == (0, {A: 3}, True)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """Any order: up to four lines, voucher, points, gift card, delivery, tax inside or on top."""
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


def account_of(priced: Quote) -> Account:
    shipping = priced.shipping
    assert shipping is not None
    on_top = 0 if priced.tax_inclusive else shipping.tax
    return Account(
        lines=tuple(
            LineAccount(
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
def wishes(draw: st.DrawFn, left: Account) -> Wish:
    """Something that is still left to give back."""
    units = {one.line_id: draw(st.integers(0, one.units_left)) for one in left.lines}
    shipping = draw(st.integers(0, left.shipping_left))
    after_units = sum(
        one.left - one.worth_of(units[one.line_id]) if units[one.line_id] else one.left for one in left.lines
    )
    amount = draw(st.just(0) | st.integers(0, after_units + left.shipping_left - shipping))
    return Wish(units=units, amount=amount, shipping=shipping)


@settings(max_examples=1000, deadline=None)
@given(quotes(), st.data())
def test_any_sequence_of_refunds_ends_on_exactly_what_was_paid(priced: Quote, data: st.DataObject) -> None:
    start = left = account_of(priced)
    assert start.left == priced.total
    plans: list[RefundPlan] = []
    for _ in range(data.draw(st.integers(0, 6))):
        wish = data.draw(wishes(left))
        if wish != Wish(units=dict.fromkeys(wish.units, 0)):
            plans.append(plan_refund(left, wish))
            left = plans[-1].after
    if not left.is_settled:
        plans.append(plan_refund(left, everything(left)))
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
def test_without_free_amounts_a_unit_gives_back_the_difference_of_rounded_shares(priced: Quote) -> None:
    for one in account_of(priced).lines:
        shares = [
            (2 * one.total * count + one.quantity) // (2 * one.quantity) for count in range(one.quantity + 1)
        ]
        now = one
        for count in range(one.quantity):
            worth = now.worth_of(1)
            assert worth == shares[count + 1] - shares[count]
            now = now.less(1, worth)
