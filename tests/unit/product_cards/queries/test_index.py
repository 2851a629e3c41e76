"""The index follows changes of products and prices, and is built anew only where it has to be."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from structlog.testing import capture_logs

from kashcraft.catalogue import services
from kashcraft.catalogue.models import AttributeKind, CatalogueChange, Status
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.money import Money
from kashcraft.product_cards.queries import get_index, indexed
from kashcraft.product_cards.queries import index as following
from kashcraft.product_cards.queries.index import BUILDING, INDEX_CACHE
from kashcraft.product_cards.rules import BitSet, Index, IndexedProduct
from tests.factories.catalogue import (
    make_category,
    make_product,
    make_product_with_variants,
    make_review,
    variants_of,
)

pytestmark = pytest.mark.usefixtures("database")


def prices(index: Index) -> list[int]:
    """Return the prices of all variants, the lowest first."""
    return [index.price_at[at] for at in index.by_price]


def test_the_index_has_categories_filters_prices_and_stock(frozen: FrozenClock) -> None:
    textiles = make_category("Textiles")
    shawls = make_category("Shawls", parent=textiles)
    cap = make_product_with_variants(
        "Cap", prices=("30.00", "25.00"), stocks=(0, 1, 0), categories=[shawls], materials=("Wool",)
    )
    rug = make_product("Rug", price="90.00", stock=0, categories=[textiles])
    make_product("Draft", status=Status.DRAFT, categories=[shawls], materials=("Silk",))
    make_review(rug, 4)
    index = get_index(frozen.moment)
    cap_at, rug_at = index.positions_of([cap.id, rug.id])
    assert index.in_category(textiles.id) == index.everything
    assert (
        index.products(index.in_category(shawls.id))
        == index.products(index.in_stock)
        == BitSet.of([cap_at], index.size)
    )
    assert (len(index.whole([cap_at])), len(index.in_stock)) == (3, 1)
    assert prices(index) == [2500, 3000, 3000, 9000]
    assert index.filters["material"] == {"Wool": index.whole([cap_at])}
    assert [len(variants) for variants in index.filters["size"].values()] == [1, 1, 1]
    assert list(index.filters["size"]) == ["L", "M", "S"]
    assert index.filters["size"]["M"] == index.in_stock
    rug_alone = BitSet.of([rug_at], index.size)
    assert index.filters["rating"] == {"3": rug_alone, "4": rug_alone}


def test_filters_of_an_archived_variant_are_removed(frozen: FrozenClock) -> None:
    cap = make_product_with_variants("Cap")
    with step():
        services.archive_product(product_id=variants_of(cap)[0].id)
    assert list(get_index(frozen.moment).filters["size"]) == ["L", "M"]


def test_the_index_is_cached_until_the_catalogue_changes(
    frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    make_product()
    first = get_index(frozen.moment)
    with count_statements() as seen:
        assert get_index(frozen.moment) is first
    assert len(seen) == 1
    make_product()
    second = get_index(frozen.moment)
    assert second.serial > first.serial
    assert second.size == 2


def test_prices_follow_when_a_sale_starts_or_ends(frozen: FrozenClock) -> None:
    start = frozen.moment + timedelta(hours=1)
    make_product(price="40.00", sale_price="30.00", sold={"sale_starts_at": start})
    before = get_index(frozen.moment)
    assert (prices(before), before.valid_until) == ([4000], start)
    assert get_index(start - timedelta(seconds=1)) is before
    after = get_index(start)
    assert (prices(after), after.valid_until) == ([3000], None)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The times at which the whole catalogue was read."""
    made: list[datetime] = []

    def get_all_products(now: datetime) -> Iterator[IndexedProduct]:
        made.append(now)
        yield from indexed.get_all_products(now)

    monkeypatch.setattr(following, "get_all_products", get_all_products)
    return made


def same_as_built_anew(index: Index, now: datetime) -> bool:
    """Return whether an index answers what one that is built now does."""
    INDEX_CACHE.clear()
    fresh = get_index(now)
    ids = {order: [fresh.id_at(at) for at in fresh.orders[order]] for order in fresh.orders}
    return ids == {order: [index.id_at(at) for at in index.orders[order]] for order in index.orders} and (
        prices(index),
        {kind: list(values) for kind, values in index.filters.items()},
        {one: len(index.products(found)) for one, found in index.categories.items()},
        index.valid_until,
    ) == (
        prices(fresh),
        {kind: list(values) for kind, values in fresh.filters.items()},
        {one: len(fresh.products(found)) for one, found in fresh.categories.items()},
        fresh.valid_until,
    )


def test_changes_of_single_products_are_followed(frozen: FrozenClock, builds: list[datetime]) -> None:
    shawls = make_category("Shawls")
    bowl = make_product("Bowl", price="40.00", categories=[shawls], materials=("Copper",))
    cap = make_product_with_variants("Cap", prices=("30.00", "25.00"), materials=("Wool",))
    tray = make_product("Tray", price="10.00")
    get_index(frozen.moment)
    changes: list[Callable[[], object]] = [
        lambda: services.set_price(product_id=bowl.id, price=Money(500, "USD")),
        lambda: services.set_price(product_id=variants_of(cap)[1].id, price=Money(100, "USD")),
        lambda: services.archive_product(product_id=variants_of(cap)[0].id),
        lambda: services.set_attributes(product_id=bowl.id, values={AttributeKind.MATERIAL: ["wool"]}),
        lambda: services.set_rating(product_id=tray.id, count=20, total=100),
        lambda: services.set_categories(product_id=bowl.id, category_ids=[]),
        lambda: services.archive_product(product_id=tray.id),
        lambda: services.move_category(category_id=shawls.id, parent_id=None, position=4),
    ]
    for change in changes:
        with step():
            change()
        get_index(frozen.moment)
    added = make_product("Plate", price="1.00")
    index = get_index(frozen.moment)
    assert len(builds) == 1
    assert index.position_of(tray.id) is None
    assert index.id_at(index.orders["price"][0]) == added.id or index.price_at[index.by_price[0]] == 100
    assert same_as_built_anew(index, frozen.moment)


def test_a_moved_category_is_followed(frozen: FrozenClock, builds: list[datetime]) -> None:
    textiles, shawls = make_category("Textiles"), make_category("Shawls")
    make_product(categories=[shawls])
    assert len(get_index(frozen.moment).in_category(textiles.id)) == 0
    with step():
        services.move_category(category_id=shawls.id, parent_id=textiles.id)
    assert len(get_index(frozen.moment).in_category(textiles.id)) == 1
    assert len(builds) == 1


def test_statements_of_a_change_do_not_depend_on_the_catalogue(
    frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    seen_by_size = []
    bowl = make_product("Bowl")
    for size in (1, 6):
        for number in range(size):
            make_product(f"Product {size} {number}")
        get_index(frozen.moment)
        with step():
            services.set_price(product_id=bowl.id, price=Money(100 * size, "USD"))
        with count_statements() as seen:
            get_index(frozen.moment)
        seen_by_size.append(len(seen))
    # The log, categories, products, their values and categories; the version twice outside of a request.
    assert seen_by_size == [7, 7]


def test_a_sale_reads_only_its_products(
    frozen: FrozenClock, builds: list[datetime], count_statements: Callable[[], Any]
) -> None:
    start, end = frozen.moment + timedelta(hours=1), frozen.moment + timedelta(hours=2)
    bowl = make_product(
        "Bowl", price="40.00", sale_price="30.00", sold={"sale_starts_at": start, "sale_ends_at": end}
    )
    make_product("Tray", price="35.00")
    assert prices(get_index(frozen.moment)) == [3500, 4000]
    with count_statements() as seen:
        during = get_index(start)
    assert (prices(during), during.valid_until, len(seen)) == ([3000, 3500], end, 5)
    assert during.id_at(during.orders["price"][0]) == bowl.id
    after = get_index(end)
    assert (prices(after), after.valid_until) == ([3500, 4000], None)
    assert len(builds) == 1


@pytest.mark.parametrize("lost", ["log", "known version", "everything", "many"])
def test_the_index_is_built_anew_where_the_log_does_not_suffice(
    frozen: FrozenClock, builds: list[datetime], monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    bowl = make_product("Bowl", price="40.00")
    first = get_index(frozen.moment)
    with step() as session:
        services.set_price(product_id=bowl.id, price=Money(500, "USD"))
        if lost == "everything":
            services.touch()
    with step() as session:
        if lost == "log":
            session.execute(sa.delete(CatalogueChange))
        if lost == "known version":
            session.execute(sa.delete(CatalogueChange).where(CatalogueChange.version == first.version))
    if lost == "many":
        monkeypatch.setattr(following, "MOST_PRODUCTS", 1)
        make_product("Tray", price="5.00")
    index = get_index(frozen.moment)
    assert prices(index)[0] == 500
    assert len(builds) == 2


def test_a_change_that_cannot_be_followed_is_logged_and_the_index_built_anew(
    frozen: FrozenClock, builds: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    bowl = make_product("Bowl", price="40.00")
    get_index(frozen.moment)
    with step():
        services.set_price(product_id=bowl.id, price=Money(500, "USD"))

    get_some_products = following.get_some_products

    def fail_once(*asked: Any) -> Any:
        monkeypatch.setattr(following, "get_some_products", get_some_products)
        raise ZeroDivisionError

    monkeypatch.setattr(following, "get_some_products", fail_once)
    with capture_logs() as entries:
        assert prices(get_index(frozen.moment)) == [500]
    assert [(entry["log_level"], "facet index" in entry["event"]) for entry in entries] == [("error", True)]
    assert len(builds) == 2


def test_unused_positions_are_dropped_once_they_are_many(
    frozen: FrozenClock, builds: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_HOLES", 1)
    products = [make_product(f"Bowl {number}") for number in range(6)]
    get_index(frozen.moment)
    sizes = []
    for product in products[:3]:
        with step():
            services.archive_product(product_id=product.id)
        index = get_index(frozen.moment)
        sizes.append((index.size, index.holes))
    assert sizes == [(6, 1), (4, 0), (4, 1)]


def test_other_threads_read_the_old_index_while_everything_is_read(
    database: Flask, frozen: FrozenClock
) -> None:
    make_product()
    old = get_index(frozen.moment)
    make_product()
    with step():
        services.touch()
    found: list[Index] = []

    def read() -> None:
        with database.app_context():
            found.append(get_index(frozen.moment))

    with BUILDING:
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(timeout=10)
    assert found == [old]
    assert get_index(frozen.moment).size == 2


def test_readers_see_each_change_that_was_committed_before_they_began(
    database: Flask, frozen: FrozenClock, builds: list[datetime]
) -> None:
    bowl = make_product("Bowl", price="1.00").id
    get_index(frozen.moment)
    committed = [100]
    over = threading.Event()
    wrong: list[tuple[int, int]] = []

    def read() -> None:
        while not over.is_set():
            with database.app_context():
                least = committed[-1]
                price = get_index(frozen.moment).price_at[0]
                if price < least:
                    wrong.append((least, price))
                db.session.remove()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for price in range(101, 131):
        with step():
            services.set_price(product_id=bowl, price=Money(price, "USD"))
        committed.append(price)
    over.set()
    for reader in readers:
        reader.join(timeout=30)
    assert (wrong, len(builds)) == ([], 1)
