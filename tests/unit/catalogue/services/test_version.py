"""The catalogue version rises once per step that changes something."""

import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue import services
from kashcraft.catalogue.handlers import stock_changed
from kashcraft.catalogue.models import CatalogueChange, CatalogueVersion
from kashcraft.catalogue.queries import get_version
from kashcraft.catalogue.services import version as versions
from kashcraft.content import services as content
from kashcraft.core.db import db, last_in_step, step
from kashcraft.core.ids import ProductId, new_id
from kashcraft.core.money import Money
from kashcraft.events.inventory import StockChanged
from tests.factories.catalogue import make_category, make_product, make_product_with_variants, variants_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.usefixtures("frozen")
def test_several_changes_in_one_step_raise_the_version_by_one() -> None:
    make_category()
    before = get_version()
    with step():
        for name in ("A", "B", "C"):
            services.create_category(name=name)
    assert get_version() == before + 1


def test_a_rolled_back_step_does_not_raise_the_version() -> None:
    before = get_version()
    with pytest.raises(ZeroDivisionError), step():
        services.touch()
        _ = 1 / 0
    with step():
        pass
    assert get_version() == before


def test_the_version_is_raised_inside_a_step_only() -> None:
    with pytest.raises(RuntimeError):
        services.touch()


def test_a_number_is_not_used_again_after_a_restored_backup() -> None:
    seen = []
    for _ in range(2):
        make_category()
        seen.append(get_version())
        with step() as session:
            session.execute(sa.update(CatalogueVersion).values(version=1))
    assert seen[0] < seen[1]


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(("sells_out", "raised"), [(True, 1), (False, 0)])
def test_stock_that_sells_out_or_is_back_raises_the_version(sells_out: bool, raised: int) -> None:
    make_category()
    before = get_version()
    event = StockChanged(
        new_id(), available=0, sold_out=True, low=True, sold_out_changed=sells_out, low_changed=True
    )
    with step():
        stock_changed(event)
    assert get_version() == before + raised


def logged(since: int = 0) -> list[tuple[str, ProductId | None]]:
    """Return the log after a version; rows of one version in a fixed order."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(CatalogueChange.version, CatalogueChange.scope, CatalogueChange.product_id)
        .where(CatalogueChange.version > since)
        .order_by(CatalogueChange.version, CatalogueChange.scope, CatalogueChange.product_id)
    )
    return [(scope.value, product_id) for _, scope, product_id in rows]


def test_a_change_of_products_is_logged_under_their_pages() -> None:
    bowl, cap = make_product(), make_product_with_variants("Cap")
    before = get_version()
    with step():
        services.set_price(product_id=bowl.id, price=Money(900, "USD"))
        services.set_price(product_id=variants_of(cap)[0].id, price=Money(950, "USD"))
        services.archive_product(product_id=variants_of(cap)[1].id)
        services.set_rating(product_id=bowl.id, count=1, total=5)
    assert logged(before) == [("product", one) for one in sorted((bowl.id, cap.id))]
    versions_of_rows = set(db.session.scalars(sa.select(CatalogueChange.version)))
    assert get_version() in versions_of_rows


def test_stock_of_a_variant_is_logged_under_its_page() -> None:
    cap = make_product_with_variants("Cap")
    before = get_version()
    sold = variants_of(cap)[0].id
    with step():
        stock_changed(
            StockChanged(sold, available=0, sold_out=True, low=True, sold_out_changed=True, low_changed=True)
        )
    assert logged(before) == [("product", cap.id)]


def test_categories_pages_and_unknown_changes_have_scopes_of_their_own() -> None:
    bowl = make_product()
    before = get_version()
    make_category()
    with step():
        content.save_page(slug="care", title="Care", body="Gently.")
    with step():
        services.touch(product_ids=[bowl.id])
        services.touch()
    with step():
        services.touch(product_ids=[new_id()])
    assert logged(before) == [("categories", None), ("pages", None), ("everything", None), ("pages", None)]


def test_more_products_than_the_limit_are_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MOST_PRODUCTS", 1)
    bowl, cup = make_product("Bowl"), make_product("Cup")
    before = get_version()
    with step():
        services.touch(product_ids=[bowl.id, cup.id])
    assert logged(before) == [("everything", None)]


def test_a_failed_step_leaves_nothing_for_the_next_one() -> None:
    bowl, cup = make_product("Bowl"), make_product("Cup")
    before = get_version()
    with suppress(ZeroDivisionError), step():
        services.touch(product_ids=[bowl.id])
        _ = 1 / 0
    with step():
        services.touch(product_ids=[cup.id])
    assert logged(before) == [("product", cup.id)]


def test_versions_are_committed_in_their_order(database: Flask) -> None:
    first, second = make_product("First").id, make_product("Second").id
    before = get_version()
    waited: list[bool] = []

    def change_second() -> None:
        with database.app_context(), step():
            services.touch(product_ids=[second])

    def begin_another() -> None:
        other.start()
        other.join(timeout=0.3)
        waited.append(other.is_alive())

    other = threading.Thread(target=change_second)
    with step():
        services.touch(product_ids=[first])
        last_in_step(begin_another)  # after the version was raised, before the commit
    other.join(timeout=30)
    assert waited == [True]
    assert logged(before) == [("product", first), ("product", second)]
