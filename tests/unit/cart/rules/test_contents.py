"""Which lines of a cart can be bought, and in what quantity."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from kashcraft.cart.rules import (
    CartItem,
    Contents,
    allowed_quantity,
    check_addable,
    merged_quantity,
    price_at,
    with_own_holds,
)
from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SHAWL = CartItem(
    line_id=UUID(int=1), product_id=UUID(int=2), page_id=UUID(int=3), name="Shawl", slug="shawl",
    options="Colour: madder", sku="S-1", picture=None, quantity=2, unit_price=9000, regular_price=10000,
    seen_price=9000, currency="USD", free=10, is_active=True, is_saved=False, weight_grams=300,
    tax_class="standard", is_gift_card=False,
)  # fmt: skip
CARD = replace(
    SHAWL, line_id=UUID(int=9), product_id=UUID(int=8), page_id=UUID(int=8), quantity=1, is_gift_card=True
)


def shawl(**changes: object) -> CartItem:
    return replace(SHAWL, **changes)


@pytest.mark.parametrize(
    ("wanted", "free", "expected"), [(1, 5, 1), (6, 5, 5), (1, 0, 0), (1, -2, 0), (5000, 9000, 999)]
)
def test_a_quantity_never_exceeds_the_free_units(wanted: int, free: int, expected: int) -> None:
    assert allowed_quantity(wanted, free) == expected


@pytest.mark.parametrize(("mine", "brought", "expected"), [(1, 3, 3), (4, 2, 4), (999, 1000, 999)])
def test_merged_lines_have_the_larger_quantity(mine: int, brought: int, expected: int) -> None:
    assert merged_quantity(mine, brought) == expected


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (None, None, 800),
        (NOW, None, 800),
        (NOW + timedelta(seconds=1), None, 1000),
        (None, NOW, 1000),
        (None, NOW + timedelta(seconds=1), 800),
    ],
)
def test_the_sale_price_applies_during_the_sale(
    starts: datetime | None, ends: datetime | None, expected: int
) -> None:
    values = SimpleNamespace(price=1000, sale_price=800, sale_starts_at=starts, sale_ends_at=ends)
    assert price_at(values, NOW) == expected


def test_products_with_variants_and_archived_products_cannot_be_added() -> None:
    family = SimpleNamespace(kind="family", status="active", name="Pheran", option_names=["Size", "Colour"])
    with pytest.raises(DomainError) as refusal:
        check_addable(family)
    assert (refusal.value.code, refusal.value.details) == (
        "choose_an_option",
        {"options": ["Size", "Colour"]},
    )
    gone = SimpleNamespace(kind="single", status="archived", name="Box")
    with pytest.raises(DomainError) as refusal:
        check_addable(gone)
    assert (refusal.value.code, refusal.value.details) == ("no_longer_made", {"name": "Box"})


def test_units_held_by_the_own_order_count_as_free() -> None:
    item, other = with_own_holds([shawl(free=0), CARD], {SHAWL.product_id: 2})
    assert (item.free, item.can_be_bought, other.free) == (2, True, 10)


def test_a_cart_can_be_ordered_if_every_line_can_be_bought() -> None:
    assert not Contents().can_be_ordered
    assert Contents(items=(SHAWL, CARD)).can_be_ordered
    assert not Contents(items=(SHAWL, shawl(free=1))).can_be_ordered
    assert Contents(items=(SHAWL, CARD)).count == 3
    assert Contents(items=(SHAWL, CARD)).subtotal == Money(27000, "USD")
    assert Contents(items=(shawl(seen_price=1),)).changed_prices
