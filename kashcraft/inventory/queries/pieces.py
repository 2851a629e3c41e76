"""How the back office names what has stock."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import Product
from kashcraft.catalogue.rules import options_text

FAMILY = aliased(Product)
NAMED = (
    Product.id.label("product_id"),
    sa.func.coalesce(FAMILY.name, Product.name).label("name"),
    Product.option_values,
    Product.sku,
)


def named(row: Any) -> dict[str, Any]:
    """Return the fields of ``NAMED`` of a row: id, name, options in words and article number."""
    options = options_text(row.option_values or {})
    return {"product_id": row.product_id, "name": row.name, "options": options, "sku": row.sku or ""}
