import pytest

from kashcraft.pricing.rules import FreeShipping, ShippingChoice, ShippingQuote, TierPerk, quote
from tests.unit.pricing.carts import cart, express, fixed, gift_card_line, line, standard

SILVER = TierPerk(name="Silver", free_from=5000)
PLATINUM = TierPerk(name="Platinum", includes_express=True)


def delivery(goods: int, choice: ShippingChoice) -> ShippingQuote:
    shipping = quote(cart(line("A", goods), shipping=choice)).shipping
    assert shipping is not None
    return shipping


@pytest.mark.parametrize(
    ("goods", "charged", "free_by", "missing"),
    [(9999, 700, None, 1), (10000, 0, FreeShipping.THRESHOLD, None), (2000, 700, None, 8000)],
)
def test_delivery_is_free_from_the_zones_threshold(
    goods: int, charged: int, free_by: FreeShipping | None, missing: int | None
) -> None:
    shipping = delivery(goods, standard(700, free_from=10000))
    assert (shipping.price, shipping.charged) == (700, charged)
    assert shipping.free_by is free_by
    assert shipping.missing_for_free == missing


def test_the_threshold_counts_goods_after_discounts_without_gift_cards() -> None:
    choice = standard(700, free_from=10000)
    discounted = quote(cart(line("A", 10500), voucher=fixed(1500), shipping=choice))
    assert discounted.shipping_charged == 700
    with_gift_card = quote(cart(line("A", 9000), gift_card_line("G", 5000), shipping=choice))
    assert with_gift_card.shipping_charged == 700


@pytest.mark.parametrize(
    ("goods", "choice", "charged"),
    [
        (4999, standard(700, perk=SILVER), 700),
        (5000, standard(700, perk=SILVER), 0),
        (9000, express(1500, perk=SILVER), 1500),
        (100, standard(700, perk=PLATINUM), 0),
        (100, express(1500, perk=PLATINUM), 0),
    ],
)
def test_a_tier_makes_standard_delivery_free_and_express_only_if_included(
    goods: int, choice: ShippingChoice, charged: int
) -> None:
    shipping = delivery(goods, choice)
    assert shipping.charged == charged
    assert shipping.free_by is (None if charged else FreeShipping.TIER)


@pytest.mark.parametrize(("goods", "price"), [(2000, 900), (4999, 900), (5000, 600), (10000, 300)])
def test_the_price_follows_the_goods_after_discounts(goods: int, price: int) -> None:
    assert delivery(goods, standard(900, price_steps=((10000, 300), (5000, 600)))).charged == price


def test_tax_on_delivery_is_added_or_included() -> None:
    choice = standard(600, tax_rate=200_000)
    on_top = quote(cart(line("A", 1000), shipping=choice))
    assert (on_top.tax, on_top.total) == (120, 1720)
    inside = quote(cart(line("A", 1000), shipping=choice, tax_inclusive=True))
    assert (inside.tax, inside.total) == (100, 1600)


def test_a_delivery_price_is_zero_or_more() -> None:
    assert delivery(100, standard(0, price_steps=((0, 0),))).charged == 0
    for wrong in ({"price": -1}, {"price": 0, "price_steps": ((0, -1),)}):
        with pytest.raises(ValueError, match="delivery costs no less than 0"):
            standard(**wrong)


def test_a_cart_of_gift_cards_has_no_delivery() -> None:
    result = quote(cart(gift_card_line("G", 5000), shipping=standard(700)))
    assert (result.shipping, result.total) == (None, 5000)
