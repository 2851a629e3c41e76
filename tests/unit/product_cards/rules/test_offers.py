"""Properties of an offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from kashcraft.core.money import Money
from kashcraft.inventory.rules import Stock
from kashcraft.product_cards.rules import Offer, OfferRow, build_offer

LATER = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
BOWL = Offer(
    product_id=UUID(int=1), page_id=UUID(int=1), name="Bowl", slug="bowl", options="", sku="BOWL",
    picture=None, price=Money(4000, "USD"), regular=Money(4000, "USD"), price_from=False, free=5,
    held_until=None, most_per_order=None, is_active=True, has_variants=False, is_gift_card=False,
    one_of_a_kind=False, weight_grams=700, tax_class="standard", rating_count=0, rating_total=0,
)  # fmt: skip


def test_the_address_of_a_variant_selects_it() -> None:
    assert BOWL.url == "/p/bowl"
    assert replace(BOWL, product_id=UUID(int=2)).url == f"/p/bowl?choice={UUID(int=2)}"


@pytest.mark.parametrize(
    ("reference", "days", "price", "compare_at"),
    [(3800, 0, 3000, 3800), (None, 0, 3000, None), (3800, 1, 4000, None)],
)
def test_the_reference_price_is_crossed_out_during_the_sale(
    reference: int | None, days: int, price: int, compare_at: int | None
) -> None:
    row: Any = SimpleNamespace(
        **dict.fromkeys(OfferRow.__annotations__),
    )
    row.__dict__.update(
        product_id=UUID(int=1), slug="bowl", name="Bowl", has_variants=False, is_active=True, currency="USD",
        price=4000, sale_price=3000, sale_ends_at=LATER, reference_price=reference,
    )  # fmt: skip
    offer = build_offer(row, Stock(5), LATER - timedelta(hours=1) + timedelta(days=days))
    assert (offer.price.minor, offer.regular.minor) == (price, 4000)
    assert offer.compare_at == (None if compare_at is None else Money(compare_at, "USD"))


@pytest.mark.parametrize(
    ("changes", "state", "can_be_bought"),
    [
        ({}, "in_stock", True),
        ({"free": 3}, "low", True),
        ({"free": 0}, "sold_out", False),
        ({"free": 0, "held_until": LATER}, "held", False),
        ({"is_active": False}, "in_stock", False),
        ({"has_variants": True}, "in_stock", False),
    ],
)
def test_an_offer_can_be_bought_when_active_in_stock_and_without_variants(
    changes: dict[str, object], state: str, can_be_bought: bool
) -> None:
    offer = replace(BOWL, **changes)  # type: ignore[arg-type]
    assert (offer.state, offer.can_be_bought) == (state, can_be_bought)


def test_a_rating_is_the_average_of_its_scores() -> None:
    assert BOWL.rating_average is None
    assert replace(BOWL, rating_count=4, rating_total=18).rating_average == 4.5
