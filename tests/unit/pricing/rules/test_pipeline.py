"""The worked example of the price calculation, and properties that hold for every cart."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kashcraft.core.formats import Formats
from kashcraft.core.money import share_by_unit
from kashcraft.pricing.presenters import describe_step
from kashcraft.pricing.rules import (
    CartToPrice,
    GiftCardTerms,
    LineToPrice,
    PointsTerms,
    Quote,
    RewardKind,
    RewardTerms,
    ShippingChoice,
    TaxShare,
    TierPerk,
    VoucherKind,
    VoucherTerms,
    points_earned,
    quote,
)
from tests.unit.pricing.carts import (
    TWENTY_PERCENT,
    card,
    cart,
    express,
    fixed,
    gift_card_line,
    line,
    percentage,
    points,
)


def worked_example(**more: Any) -> CartToPrice:
    return cart(
        line("A", 2500, 2, tax_rate=TWENTY_PERCENT, name="Walnut bowl"),
        line("B", 3000, tax_rate=TWENTY_PERCENT, name="Copper cup"),
        voucher=percentage(1000, "VC-SPRING", max_discount=600),
        points=points(500),
        shipping=express(500, tax_rate=TWENTY_PERCENT, perk=TierPerk(name="Silver", free_from=5000)),
        gift_cards=(card("ending 7K2M", 5000),),
        **more,
    )


def test_the_worked_example_line_by_line() -> None:
    result = quote(worked_example())
    bowl, cup = result.line("A"), result.line("B")
    assert (bowl.subtotal, bowl.voucher, bowl.points, bowl.net, bowl.tax, bowl.total) == (
        5000,
        375,
        313,
        4312,
        862,
        5174,
    )
    assert (cup.subtotal, cup.voucher, cup.points, cup.net, cup.tax, cup.total) == (
        3000,
        225,
        187,
        2588,
        518,
        3106,
    )


def test_the_worked_example_as_a_whole() -> None:
    result = quote(worked_example())
    assert result.merchandise == 8000
    assert result.voucher is not None
    assert result.voucher.discount == 600
    assert result.points is not None
    assert (result.points.points, result.points.discount) == (500, 500)
    assert result.net_merchandise == 6900
    assert result.shipping is not None
    assert (result.shipping.charged, result.shipping.tax) == (500, 100)
    assert (result.tax, result.total) == (1480, 8880)
    assert (result.gift_cards_paid, result.due) == (5000, 3880)
    assert result.rejections == ()
    assert points_earned(result.money(result.net_merchandise), 12_500) == 86


def test_the_worked_example_has_a_trace_of_its_price() -> None:
    assert [
        (describe_step(asdict(step), "USD", Formats()), step.amount) for step in quote(worked_example()).trace
    ] == [
        ("2 × Walnut bowl at $25.00", 5000),
        ("1 × Copper cup at $30.00", 3000),
        ("Voucher VC-SPRING: 10% off, at most $6.00", -600),
        ("500 points", -500),
        ("Express", 500),
        ("Tax at 20% on $74.00, rounded per line", 1480),
        ("Total", 8880),
        ("Paid by gift card ending 7K2M", -5000),
        ("To pay", 3880),
    ]


def test_inclusive_prices_include_their_tax() -> None:
    result = quote(cart(line("A", 5000, tax_rate=100_000), voucher=fixed(334), tax_inclusive=True))
    only = result.line("A")
    assert (only.discounted, only.tax, only.net, only.total) == (4666, 424, 4242, 4666)
    assert (result.tax, result.total) == (424, 4666)
    assert result.net_merchandise == 4242
    assert result.tax_by_rate == (TaxShare(rate=100_000, net=4242, tax=424),)


def test_the_worked_example_with_inclusive_prices() -> None:
    result = quote(worked_example(tax_inclusive=True))
    assert [(one.discounted, one.tax) for one in result.lines] == [(4312, 719), (2588, 431)]
    assert result.shipping is not None
    assert (result.shipping.charged, result.shipping.tax) == (500, 83)
    assert (result.tax, result.total, result.due) == (1233, 7400, 2400)


def test_a_unit_refunds_its_share_of_the_line() -> None:
    result = quote(cart(line("A", 10000, 3), voucher=fixed(1000)))
    assert share_by_unit(result.line("A").total, 3) == [9667, 9666, 9667]


def test_a_gift_card_is_sold_without_tax_and_discount() -> None:
    goods, bought = line("A", 1000, tax_rate=TWENTY_PERCENT), gift_card_line("G", 5000)
    result = quote(cart(goods, bought, voucher=percentage(10_000), points=points(500)))
    card_line = result.line("G")
    assert (card_line.discount, card_line.tax, card_line.total) == (0, 0, 5000)
    assert (result.merchandise, result.gift_cards_bought, result.subtotal) == (1000, 5000, 6000)
    assert result.net_merchandise == 0
    assert result.total == 5000


def test_tax_by_rate_adds_lines_and_delivery_of_the_same_rate() -> None:
    result = quote(
        cart(
            line("A", 1000, tax_rate=TWENTY_PERCENT),
            line("B", 1000, tax_rate=50_000),
            line("C", 1000),
            shipping=express(500, tax_rate=TWENTY_PERCENT),
        )
    )
    assert result.tax_by_rate == (
        TaxShare(rate=TWENTY_PERCENT, net=1500, tax=300),
        TaxShare(rate=50_000, net=1000, tax=50),
    )


def test_currencies_without_decimal_places_are_supported() -> None:
    result = quote(cart(line("A", 1180, 3, tax_rate=100_000), voucher=percentage(1000), currency="JPY"))
    assert (result.discount, result.tax, result.total) == (354, 319, 3505)


def test_an_empty_cart_costs_nothing() -> None:
    result = quote(cart(voucher=fixed(100), points=points(100), gift_cards=(card("one", 100),)))
    assert (result.total, result.due) == (0, 0)


@pytest.mark.parametrize(
    "wrong", [{"quantity": 0}, {"unit_price": -1}, {"tax_rate": -1}, {"is_gift_card": True, "tax_rate": 1}]
)
def test_an_invalid_line_raises_an_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"at least one unit|negative|untaxed"):
        LineToPrice(
            **(
                {
                    "key": "A",
                    "product_id": "A",
                    "quantity": 1,
                    "unit_price": 1,
                    "regular_price": 1,
                    "tax_rate": 0,
                }
                | wrong
            )
        )


amounts = st.integers(min_value=0, max_value=200_000)
rates = st.sampled_from([0, 50_000, 88_750, 100_000, 190_000, 200_000])


@st.composite
def lines(draw: st.DrawFn, index: int) -> LineToPrice:
    gift = draw(st.integers(min_value=0, max_value=9)) == 0
    price = draw(amounts)
    return LineToPrice(
        key=str(index),
        product_id=str(index),
        quantity=draw(st.integers(min_value=1, max_value=9)),
        unit_price=price,
        regular_price=price + draw(amounts),
        tax_rate=0 if gift else draw(rates),
        category_ids=frozenset(draw(st.sets(st.sampled_from(["a", "b"])))),
        excluded=draw(st.booleans()) and draw(st.booleans()),
        is_gift_card=gift,
    )


def vouchers(code: str) -> st.SearchStrategy[VoucherTerms]:
    return st.builds(
        VoucherTerms,
        reference=st.just(code),
        code=st.just(code),
        kind=st.sampled_from(VoucherKind),
        value=st.integers(min_value=0, max_value=10_000),
        max_discount=st.none() | amounts,
        min_order_value=st.just(0) | amounts,
        applicable_categories=st.frozensets(st.sampled_from(["a", "b"])),
    )


rewards = st.builds(
    RewardTerms,
    reference=st.just("r"),
    name=st.just("r"),
    kind=st.sampled_from(RewardKind),
    value=amounts,
    product_id=st.just("0"),
)
spent = st.builds(PointsTerms, points=amounts, balance=st.just(100_000), worth=st.sampled_from([1, 1, 5]))
perks = st.builds(TierPerk, name=st.just("Gold"), free_from=amounts, includes_express=st.booleans())
deliveries = st.builds(
    ShippingChoice,
    code=st.just("s"),
    name=st.just("S"),
    price=amounts,
    tax_rate=rates,
    price_steps=st.lists(st.tuples(amounts, amounts), max_size=2).map(tuple),
    is_express=st.booleans(),
    free_from=st.none() | amounts,
    perk=st.none() | perks,
)
cards = st.builds(
    GiftCardTerms,
    reference=st.uuids(),
    label=st.just("c"),
    balance=amounts,
    currency=st.sampled_from(["USD", "EUR"]),
)


@st.composite
def carts(draw: st.DrawFn) -> CartToPrice:
    count = draw(st.integers(min_value=0, max_value=5))
    return CartToPrice(
        currency="USD",
        lines=tuple(draw(lines(index)) for index in range(count)),
        tax_inclusive=draw(st.booleans()),
        voucher=draw(st.none() | vouchers("CODE")),
        automatic_vouchers=draw(st.just(()) | st.tuples(vouchers("AUTO"))),
        reward=draw(st.none() | rewards),
        points=draw(st.none() | spent),
        shipping=draw(st.none() | deliveries),
        gift_cards=tuple(draw(st.lists(cards, max_size=3))),
    )


def assert_lines_add_up(given_cart: CartToPrice, result: Quote) -> None:
    for one in result.lines:
        parts = (one.voucher, one.reward, one.points, one.tax, one.net, one.discounted)
        assert min(parts) >= 0
        assert one.total == one.net + one.tax
        assert one.discounted == (one.total if given_cart.tax_inclusive else one.net)
        if one.is_gift_card:
            assert (one.discount, one.tax) == (0, 0)
    assert result.subtotal == sum(one.subtotal for one in result.lines)


@settings(max_examples=300, deadline=None)
@given(carts())
def test_every_quote_adds_up_and_nothing_is_negative(given_cart: CartToPrice) -> None:
    result = quote(given_cart)
    assert_lines_add_up(given_cart, result)
    shipping_tax = result.shipping.tax if result.shipping else 0
    assert result.tax == sum(one.tax for one in result.lines) + shipping_tax
    assert result.tax == sum(share.tax for share in result.tax_by_rate)
    tax_on_top = 0 if result.tax_inclusive else result.tax
    assert result.total == result.subtotal - result.discount + result.shipping_charged + tax_on_top
    taken = (result.voucher, result.reward, result.points)
    assert result.discount == sum(one.discount for one in taken if one)
    assert result.due == result.total - result.gift_cards_paid
    assert result.due >= result.gift_cards_bought
    assert min(result.total, result.due, result.shipping_charged, result.net_merchandise) >= 0


@settings(max_examples=150, deadline=None)
@given(carts())
def test_the_trace_adds_up_to_the_amount_due(given_cart: CartToPrice) -> None:
    steps = quote(given_cart).trace
    before_total = [step.amount or 0 for step in steps if step.step not in ("total", "gift_card", "due")]
    total = next(step.amount for step in steps if step.step == "total")
    cards_paid = [step.amount or 0 for step in steps if step.step == "gift_card"]
    due = next(step.amount for step in steps if step.step == "due")
    assert sum(before_total) == total
    assert (total or 0) + sum(cards_paid) == due


@settings(max_examples=150, deadline=None)
@given(carts())
def test_a_voucher_never_makes_an_order_more_expensive(given_cart: CartToPrice) -> None:
    with_vouchers = quote(given_cart)
    plain = {name: getattr(given_cart, name) for name in CartToPrice.__slots__} | {
        "voucher": None,
        "automatic_vouchers": (),
    }
    without = quote(CartToPrice(**plain))
    spent_with = with_vouchers.points.discount if with_vouchers.points else 0
    spent_without = without.points.discount if without.points else 0
    assert with_vouchers.total + spent_with <= without.total + spent_without
