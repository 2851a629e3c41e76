"""A variant is named by its family and its options, a product by itself."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core.db import db
from kashcraft.inventory.queries.names import FAMILY, NAMED, named
from tests.factories.catalogue import make_product, make_product_with_variants, variants_of


def test_what_has_stock_is_named_as_people_know_it(database: Flask) -> None:
    bowl = make_product("Copper bowl", sku="BOWL")
    family = make_product_with_variants("Pheran", options={"Size": ("S", "M")})
    small, medium = variants_of(family)
    rows = db.session.execute(
        sa.select(*NAMED)
        .select_from(Product)
        .outerjoin(FAMILY, FAMILY.id == Product.parent_id)
        .where(Product.id.in_([bowl.id, small.id, medium.id]))
        .order_by(Product.sku)
    )

    assert [named(row) for row in rows] == [
        {"product_id": bowl.id, "name": "Copper bowl", "options": "", "sku": "BOWL"},
        {"product_id": small.id, "name": "Pheran", "options": "Size: S", "sku": small.sku},
        {"product_id": medium.id, "name": "Pheran", "options": "Size: M", "sku": medium.sku},
    ]
