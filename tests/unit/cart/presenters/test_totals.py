"""The totals of a cart before its address is known."""

from dataclasses import replace
from uuid import UUID

from kashcraft.cart.presenters import discount_rows, estimate_rows, gift_card_rows
from kashcraft.cart.rules import Benefits, CartItem, cart_to_price
from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.pricing.rules import (
    GiftCardTerms,
    PointsTerms,
    RewardKind,
    RewardTerms,
    ShippingChoice,
    TierPerk,
    VoucherKind,
    VoucherTerms,
    quote,
)

SHAWL = CartItem(
    line_id=UUID(int=1), product_id=UUID(int=2), page_id=UUID(int=3), name="Shawl", slug="shawl",
    options="Colour: madder", sku="S-1", picture=None, quantity=2, unit_price=9000, regular_price=10000,
    seen_price=9000, currency="USD", free=10, is_active=True, is_saved=False, weight_grams=300,
    tax_class="standard", is_gift_card=False,
)  # fmt: skip
CARD = replace(
    SHAWL, line_id=UUID(int=9), product_id=UUID(int=8), page_id=UUID(int=8), quantity=1, is_gift_card=True
)
ALL = Benefits(
    voucher=VoucherTerms(reference="v", code="SPRING", kind=VoucherKind.PERCENTAGE, value=1_000),
    reward=RewardTerms(reference="r", name="Five off", kind=RewardKind.DISCOUNT, value=500),
    points=PointsTerms(points=300, balance=1_000),
    gift_cards=(GiftCardTerms(reference="g", label="…7K4M", balance=5_000, currency="USD"),),
)


def shawl(**changes: object) -> CartItem:
    return replace(SHAWL, **changes)


def estimate(item: CartItem, price: int | None, *, tax_inclusive: bool = False) -> list[tuple[str, object]]:
    way = None if price is None else ShippingChoice(code="standard", name="Standard", price=price, tax_rate=0)
    priced = quote(cart_to_price([item], currency="USD", tax_inclusive=tax_inclusive, shipping=way))
    rows = estimate_rows(priced, Formats(), country="Germany", is_deliverable=price is not None)
    return [(row.label, row.amount or row.note) for row in rows]


def test_an_estimate_has_the_known_rows() -> None:
    assert estimate(shawl(), 2500) == [
        ("Subtotal", Money(18000, "USD")),
        ("Delivery to Germany", Money(2500, "USD")),
        ("Taxes", "Calculated at checkout"),
        ("Total before taxes", Money(20500, "USD")),
    ]
    assert estimate(shawl(), 0)[1] == ("Delivery to Germany", "Free")
    assert estimate(shawl(), None)[1] == ("Delivery to Germany", "Not available")
    assert [label for label, _ in estimate(shawl(), 2500, tax_inclusive=True)] == [
        "Subtotal", "Delivery to Germany", "Estimated total",
    ]  # fmt: skip
    assert estimate(CARD, None)[1] == ("Delivery", "By e-mail, free")


def test_each_discount_has_its_own_row() -> None:
    result = quote(cart_to_price([shawl()], currency="USD", tax_inclusive=False, benefits=ALL))
    rows = [(row.label, row.amount, row.kind) for row in discount_rows(result, Formats())]
    assert rows == [
        ("Promo code SPRING", Money(-1800, "USD"), "discount"),
        ("Five off", Money(-500, "USD"), "discount"),
        ("300 points", Money(-300, "USD"), "discount"),
    ]
    assert [(row.label, row.amount, row.kind) for row in gift_card_rows(result)] == [
        ("Gift card …7K4M", Money(-5000, "USD"), "paid"),
        ("To pay", Money(10400, "USD"), "due"),
    ]
    plain = quote(cart_to_price([shawl()], currency="USD", tax_inclusive=False))
    assert (discount_rows(plain, Formats()), gift_card_rows(plain)) == ([], [])


def test_free_delivery_of_a_tier_is_named() -> None:
    way = ShippingChoice(
        code="standard", name="Standard", price=1200, tax_rate=0,
        perk=TierPerk(name="Silver", free_from=5_000),
    )  # fmt: skip
    member = quote(cart_to_price([shawl()], currency="USD", tax_inclusive=False, shipping=way))
    rows = estimate_rows(member, Formats(), country=None, is_deliverable=True)
    assert rows[1].note == "Free as a member"
