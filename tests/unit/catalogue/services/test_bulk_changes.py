"""Changes of many products, made for one after the other."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kashcraft.audit.models import AuditEntry
from kashcraft.catalogue import services
from kashcraft.catalogue.queries.product_list import list_pages, list_sold_rows
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId
from tests.factories.catalogue import make_product, make_product_with_variants, variants_of

pytestmark = pytest.mark.usefixtures("database")


def prices(product_id: ProductId) -> list[int]:
    return [one.price.minor for one in list_sold_rows([product_id])]


def seen(product_id: ProductId) -> dict[ProductId, int]:
    return {one.id: one.price.minor for one in list_sold_rows([product_id])}


def test_a_tag_is_added_and_removed_once() -> None:
    bowl = make_product("Bowl", tags=("walnut",))
    with step():
        assert services.set_tag(product_id=bowl.id, tag="gift", present=True)
        assert not services.set_tag(product_id=bowl.id, tag="gift", present=True)
    assert list_pages([bowl.id])[0].tags == ("walnut", "gift")
    with step():
        assert services.set_tag(product_id=bowl.id, tag="walnut", present=False)

    assert list_pages([bowl.id])[0].tags == ("gift",)
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(row.before, row.after) for row in rows] == [
        ({"tags": ["walnut"]}, {"tags": ["walnut", "gift"]}),
        ({"tags": ["walnut", "gift"]}, {"tags": ["gift"]}),
    ]


def test_prices_of_all_current_variants_change_and_sales_stay() -> None:
    pheran = make_product_with_variants("Pheran", prices=("40.00", "50.00", "60.00"))
    small, _, large = variants_of(pheran)
    with step():
        services.archive_product(product_id=large.id)
        changed = services.change_prices(
            product_id=pheran.id, basis_points=1000, amount=-5, seen=seen(pheran.id)
        )

    assert (changed, prices(pheran.id), large.price) == (2, [4395, 5495], 6000)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.before[small.sku], entry.after[small.sku]) == ("priced", 4000, 4395)


def test_a_refused_price_keeps_all_prices_of_the_product() -> None:
    pheran = make_product_with_variants("Pheran", prices=("40.00", "50.00"))
    reduced = make_product("Bowl", price="40.00", sale_price="39.00")
    for product_id, amount, shown, code in (
        (pheran.id, -4500, None, "price_negative"),
        (reduced.id, -100, None, "sale_price_not_lower"),
        (pheran.id, 100, {}, "price_changed_since"),
    ):
        before = prices(product_id)
        with pytest.raises(DomainError) as refused, step():
            services.change_prices(
                product_id=product_id,
                basis_points=0,
                amount=amount,
                seen=seen(product_id) if shown is None else shown,
            )
        assert (refused.value.code, prices(product_id)) == (code, before)
