"""Product names for the back office."""

from __future__ import annotations

from typing import Protocol, TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import Product
from kashcraft.catalogue.rules import options_text
from kashcraft.core.ids import ProductId

PARENT = aliased(Product)
NAME_COLUMNS = (
    Product.id.label("product_id"),
    sa.func.coalesce(PARENT.name, Product.name).label("name"),
    Product.option_values,
    Product.sku,
)


class ProductNameRow(Protocol):
    """A row with the columns of ``NAME_COLUMNS``."""

    product_id: ProductId
    name: str
    option_values: dict[str, str] | None
    sku: str | None


class ProductName(TypedDict):
    """The name of a product or variant, with its options and SKU."""

    product_id: ProductId
    name: str
    options: str
    sku: str


def product_name(row: ProductNameRow) -> ProductName:
    """Return the id, name, options and SKU of a row with the columns of ``NAME_COLUMNS``."""
    options = options_text(row.option_values or {})
    return {"product_id": row.product_id, "name": row.name, "options": options, "sku": row.sku or ""}
