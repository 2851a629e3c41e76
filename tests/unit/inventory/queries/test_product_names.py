"""Variants are named after their product and their options."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core.db import db
from kashcraft.inventory.queries.product_names import NAME_COLUMNS, PARENT, product_name
from tests.factories.catalogue import make_product, make_product_with_variants, variants_of


def test_variants_are_named_after_their_product_and_options(database: Flask) -> None:
    bowl = make_product("Copper bowl", sku="BOWL")
    family = make_product_with_variants("Pheran", options={"Size": ("S", "M")})
    small, medium = variants_of(family)
    rows = db.session.execute(
        sa.select(*NAME_COLUMNS)
        .select_from(Product)
        .outerjoin(PARENT, PARENT.id == Product.parent_id)
        .where(Product.id.in_([bowl.id, small.id, medium.id]))
        .order_by(Product.sku)
    )

    assert [product_name(row) for row in rows] == [
        {"product_id": bowl.id, "name": "Copper bowl", "options": "", "sku": "BOWL"},
        {"product_id": small.id, "name": "Pheran", "options": "Size: S", "sku": small.sku},
        {"product_id": medium.id, "name": "Pheran", "options": "Size: M", "sku": medium.sku},
    ]
