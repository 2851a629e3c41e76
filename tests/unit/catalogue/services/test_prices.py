"""The history of prices: an entry for each change, in the same step, and the reference price of a sale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from kashcraft.catalogue import services
from kashcraft.catalogue.models import PriceChange, Product
from kashcraft.catalogue.queries.prices import list_price_changes
from kashcraft.catalogue.rules import PageInput, SkuInput, VariantInput
from kashcraft.catalogue.services.prices import assign_prices, open_prices, price_columns, record_prices
from kashcraft.core import activity_log
from kashcraft.core.bus import Wiring, connect
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money
from kashcraft.events.catalogue import PriceChanged
from kashcraft.wiring import REACTIONS, published
from tests.factories.catalogue import PUBLISHED, make_product, make_product_with_variants, variants_of
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("database")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def history(product: Product) -> list[tuple[int, int | None]]:
    """Return the regular and the sale price of each entry, the oldest first."""
    return [(one.price, one.sale_price) for one in list_price_changes([product.id])]


def sold(price: int, sale: int | None = None, sku: str = "BOWL") -> SkuInput:
    return SkuInput(sku=sku, price=usd(price), sale_price=usd(sale) if sale else None)


@pytest.fixture
def prices_published() -> Iterator[Sequence[PriceChanged]]:
    """Yield the list of price changes that are published during the test."""
    seen: list[PriceChanged] = []
    connect({**REACTIONS, PriceChanged: Wiring(in_step=(seen.append,))}, published())
    yield seen
    connect(REACTIONS, published())


def test_a_new_product_opens_its_history(frozen: FrozenClock) -> None:
    with step():
        product = services.create_product(page=PageInput(name="Bowl"), sold=sold(4000, 3000))
    entry = db.session.scalars(sa.select(PriceChange)).one()
    assert (entry.product_id, entry.currency, entry.changed_at) == (product.id, "USD", frozen.moment)
    assert (entry.price, entry.sale_price, entry.user_id) == (4000, 3000, None)
    assert product.reference_price is None


def test_a_product_that_was_sold_before_has_had_its_price_since_then() -> None:
    product = make_product(price="40.00", sale_price="30.00")
    assert list_price_changes([product.id])[0].changed_at == PUBLISHED
    assert product.reference_price == 4000


def test_each_variant_has_a_history(prices_published: Sequence[PriceChanged]) -> None:
    parent = make_product_with_variants(options={"Size": ("S", "M")}, prices=("40.00", "50.00"))
    small, medium = variants_of(parent)
    fresh = [
        VariantInput(option_values={"Size": "S"}, sold=sold(4500, sku=small.sku or "")),
        VariantInput(option_values={"Size": "M"}, sold=sold(5000, sku=medium.sku or "")),
        VariantInput(option_values={"Size": "L"}, sold=sold(6000, sku="LARGE")),
    ]
    with step():
        services.save_variants(product_id=parent.id, option_names=["Size"], variants=fresh)
    large = variants_of(parent)[2]
    assert [history(one) for one in (parent, small, medium, large)] == [
        [], [(4000, None), (4500, None)], [(5000, None)], [(6000, None)],
    ]  # fmt: skip
    assert prices_published == [PriceChanged(small.id, 4000, 4500)]


def test_a_change_is_recorded_and_published_once(prices_published: Sequence[PriceChanged]) -> None:
    product = make_product(sku="BOWL", price="40.00")
    with step():
        services.set_price(product_id=product.id, price=usd(5000), sale_price=usd(4500))
    with step():
        services.set_price(product_id=product.id, price=usd(5000), sale_price=usd(4500))
    assert history(product) == [(4000, None), (5000, 4500)]
    assert prices_published == [PriceChanged(product.id, 4000, 5000)]


def test_a_change_of_something_else_is_no_change_of_the_price() -> None:
    product = make_product(sku="BOWL", price="40.00")
    with step():
        services.update_product(product_id=product.id, sold=replace(sold(4000), weight_grams=700))
    assert history(product) == [(4000, None)]


def test_a_refused_change_leaves_no_entry() -> None:
    product = make_product(sku="BOWL", price="40.00")
    make_product(sku="CUP")
    with pytest.raises(DomainError, match="sku_taken"), step():
        services.update_product(product_id=product.id, sold=sold(5000, sku="CUP"))
    assert history(product) == [(4000, None)]


def test_an_entry_names_the_member_of_staff() -> None:
    product_id, user_id = make_product(sku="BOWL", price="40.00").id, person()
    with activity_log.acting_as(f"staff:{user_id}"):
        in_step(lambda: services.set_price(product_id=product_id, price=usd(5000)))
    with activity_log.acting_as("job:prices"):
        in_step(lambda: services.set_price(product_id=product_id, price=usd(6000)))
    assert [one.user_id for one in list_price_changes([product_id])] == [None, user_id, None]


def test_the_reference_price_follows_each_save(frozen: FrozenClock) -> None:
    product = make_product(sku="BOWL", price="40.00")
    found = []
    for days, price, sale in (
        (0, 5000, 4500), (1, 5000, 3500), (40, 5000, None), (1, 5000, 3400), (1, 5000, 3400),
    ):  # fmt: skip
        frozen.advance(days=days)
        with step():
            services.set_price(
                product_id=product.id, price=usd(price), sale_price=usd(sale) if sale else None
            )
        found.append(product.reference_price)
    assert found == [None, 4000, None, 3500, 3500]


def test_a_sale_whose_reference_price_falls_can_be_saved(frozen: FrozenClock) -> None:
    """The former reference price is below the new sale price at the moment of writing."""
    product = make_product(sku="BOWL", price="40.00", sale_price="30.00")
    frozen.advance(days=1)
    with step():
        services.set_price(product_id=product.id, price=usd(9000), sale_price=usd(8000))
    assert (product.sale_price, product.reference_price) == (8000, None)


def test_prices_in_another_currency_are_not_compared(frozen: FrozenClock) -> None:
    product = make_product(sku="BOWL", price="40.00")
    frozen.advance(days=1)
    in_euros = SkuInput(sku="BOWL", price=Money(9000, "EUR"), sale_price=Money(3000, "EUR"))
    with step():
        services.update_product(product_id=product.id, sold=in_euros)
    assert product.reference_price is None


def test_prices_are_recorded_with_one_statement_and_two_for_sales(
    count_statements: Callable[[], Any],
) -> None:
    products = [make_product(price="40.00") for _ in range(3)]
    for price, sale, expected in ((5000, None, 1), (5000, 4500, 2)):
        with step():
            changed = [(one, one.price) for one in products]
            assert [bool(assign_prices(one, sold(price, sale))) for one in products] == [True] * 3
            db.session.flush()
            with count_statements() as counted:
                record_prices(changed)
        assert len(counted) == expected


def test_columns_are_those_of_the_input() -> None:
    assert price_columns(sold(5000, 4000)) == {
        "price": 5000, "currency": "USD", "sale_price": 4000, "sale_starts_at": None, "sale_ends_at": None,
    }  # fmt: skip


def test_no_new_products_open_nothing() -> None:
    with step():
        open_prices([])
        record_prices([])
    assert db.session.scalars(sa.select(PriceChange)).all() == []
