"""Delivery methods and totals at checkout."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from kashcraft.cart.rules import CartItem, PricingTerms, cart_to_price, price_items
from kashcraft.checkout.presenters import delivery_choice, total_rows
from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.pricing.rules import quote
from kashcraft.product_cards.rules import Picture
from kashcraft.shipping.rules import Band, Method, Zone

BOWL = CartItem(
    line_id=UUID(int=1), product_id=UUID(int=2), page_id=UUID(int=2), name="Bowl", slug="bowl", options="",
    sku="B-1", picture=Picture("bowl", 800, 1000, (320, 640), "A bowl"), quantity=2, unit_price=4300,
    regular_price=4300, seen_price=4300, currency="USD", free=10, is_active=True, is_saved=False,
    weight_grams=500, tax_class="standard", is_gift_card=False,
)  # fmt: skip
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


def test_a_delivery_method_has_its_dates_and_price() -> None:
    zone = Zone(name="Home", currency="USD", methods=(STANDARD, EXPRESS), free_above=15000)
    express, standard = (
        delivery_choice(option, Formats()) for option in price_items([BOWL], terms=TERMS, zone=zone).options
    )
    assert (express.code, express.price, express.days) == ("express", Money(900, "USD"), "Wed, March 4")
    assert (standard.price, standard.days) == (Money(1200, "USD"), "Fri, March 6 – Tue, March 10")
    assert (standard.name, standard.free) == ("Standard", "")
    more = price_items([replace(BOWL, quantity=4)], terms=TERMS, zone=zone)
    assert delivery_choice(more.options[0], Formats()).free == "Free"


def rows_of(*, tax_inclusive: bool = False, has_address: bool = True) -> list[tuple[str, object, str]]:
    zone = Zone(name="Home", currency="USD", methods=(STANDARD,))
    terms = replace(TERMS, tax_inclusive=tax_inclusive)
    price = price_items([BOWL], terms=terms, rates={"standard": 100_000}, zone=zone)
    rows = total_rows(price.quote, Formats(), has_address=has_address, delivery=price.counted, by_email=False)
    return [(row.label, row.amount.minor if row.amount else None, row.note) for row in rows]


def test_totals_show_added_or_included_tax() -> None:
    assert rows_of() == [
        ("Subtotal", 8600, ""), ("Delivery", 1200, "Standard"), ("Tax", 980, ""), ("Total", 10780, ""),
    ]  # fmt: skip
    assert rows_of(tax_inclusive=True) == [
        ("Subtotal", 8600, ""), ("Delivery", 1200, "Standard"), ("Total", 9800, "Includes $8.91 tax"),
    ]  # fmt: skip


def test_totals_without_an_address_name_the_missing_parts() -> None:
    price = quote(cart_to_price([BOWL], currency="USD", tax_inclusive=False))
    rows = total_rows(price, Formats(), has_address=False, delivery=None, by_email=False)
    assert [(row.label, row.note) for row in rows] == [
        ("Subtotal", ""), ("Delivery", "Calculated next"), ("Tax", "Enter your address to see tax"),
        ("Subtotal before delivery", ""),
    ]  # fmt: skip
