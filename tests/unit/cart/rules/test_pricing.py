"""Prices of items at a place, with each delivery method."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from kashcraft.cart.rules import Benefits, Item, PricingTerms, cart_to_price, needs_delivery, price_items
from kashcraft.core.money import Money
from kashcraft.pricing.rules import TierPerk
from kashcraft.shipping.rules import Band, Method, Zone

BOWL = Item(
    product_id=UUID(int=2), page_id=UUID(int=2), name="Bowl", quantity=2, unit_price=4300,
    regular_price=4300, weight_grams=500, tax_class="standard", is_gift_card=False, free=10,
)  # fmt: skip
SHAWL = replace(BOWL, product_id=UUID(int=4), page_id=UUID(int=5), name="Shawl", unit_price=9000)
CARD = replace(BOWL, product_id=UUID(int=3), page_id=UUID(int=3), quantity=1, is_gift_card=True)
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
TERMS = PricingTerms(currency="USD", tax_inclusive=False, cutoff_hour=14, now=MONDAY)
STANDARD = Method(
    code="standard", name="Standard", bands=(Band(price=1200),), handling_days=1, transit_days_min=3,
    transit_days_max=5,
)  # fmt: skip
EXPRESS = replace(
    STANDARD, code="express", name="Express", bands=(Band(price=900),), is_express=True,
    transit_days_min=1, transit_days_max=1,
)  # fmt: skip
HOME = Zone(name="Home", currency="USD", methods=(STANDARD, EXPRESS), free_above=15000)


def test_unavailable_items_are_not_priced_and_tax_follows_the_class() -> None:
    unavailable, sold = replace(SHAWL, is_active=False), replace(SHAWL, free=0)
    made = cart_to_price(
        [SHAWL, CARD, unavailable, sold], currency="USD", tax_inclusive=False, rates={"standard": 190_000}
    )
    assert [(line.key, line.quantity, line.tax_rate, line.parent_id) for line in made.lines] == [
        (SHAWL.product_id, 2, 190_000, SHAWL.page_id),
        (CARD.product_id, 1, 0, None),
    ]


def test_delivery_options_are_sorted_by_price_with_window_and_tax() -> None:
    price = price_items([BOWL], terms=TERMS, rates={"standard": 72_500}, zone=HOME)
    express, standard = price.options
    assert (express.code, express.name, express.is_express) == ("express", "Express", True)
    assert (express.price, standard.price) == (Money(900, "USD"), Money(1200, "USD"))
    assert (express.delivery.earliest, express.delivery.latest) == (date(2026, 3, 4), date(2026, 3, 4))
    assert (standard.delivery.earliest, standard.delivery.latest) == (date(2026, 3, 6), date(2026, 3, 10))
    # 7.25 % of 86.00 and of the delivery.
    assert (price.goods.tax, express.quote.tax, standard.quote.tax) == (624, 689, 711)
    assert (price.goods.total, express.quote.total, standard.quote.total) == (9224, 10189, 10511)


def test_free_standard_delivery_is_the_first_option() -> None:
    price = price_items([replace(BOWL, quantity=4)], terms=TERMS, zone=HOME)
    assert [(option.code, option.price.minor) for option in price.options] == [
        ("standard", 0),
        ("express", 900),
    ]


def test_the_cheapest_option_depends_on_the_benefits_of_the_buyer() -> None:
    silver = Benefits(perk=TierPerk(name="Silver", free_from=5_000))
    zone = replace(HOME, free_above=None)
    assert [option.code for option in price_items([BOWL], terms=TERMS, zone=zone).options] == [
        "express",
        "standard",
    ]
    member = price_items([BOWL], terms=TERMS, zone=zone, benefits=silver)
    assert (member.quote.shipping_charged, member.options[0].code) == (0, "standard")


def test_a_method_is_not_available_above_its_weight_limit() -> None:
    zone = replace(HOME, methods=(replace(STANDARD, max_weight_grams=999), EXPRESS))
    assert [option.code for option in price_items([BOWL], terms=TERMS, zone=zone).options] == ["express"]


def test_the_cheapest_option_counts_until_another_is_selected_or_previewed() -> None:
    price = price_items([BOWL], terms=TERMS, zone=HOME)
    assert (price.chosen, price.quote.shipping_charged) == (None, 900)
    chosen = price.with_delivery("standard")
    assert chosen.chosen is chosen.counted is price.option("standard")
    assert chosen.quote.shipping_charged == 1200
    preview = price.with_delivery("standard", preview="express")
    assert (preview.chosen, preview.quote.shipping_charged) == (price.option("standard"), 900)
    unknown = price.with_delivery("by balloon")
    assert (unknown.chosen, unknown.quote.shipping_charged) == (None, 900)


def test_without_a_zone_only_the_goods_are_priced() -> None:
    price = price_items([BOWL], terms=TERMS).with_delivery("standard")
    assert (price.options, price.chosen, price.counted, price.zone) == ((), None, None, None)
    assert price.quote == price.goods
    assert price.quote.total == 8600


def test_only_goods_need_delivery() -> None:
    assert needs_delivery([BOWL, CARD])
    assert not needs_delivery([CARD])
