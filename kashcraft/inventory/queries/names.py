"""How the back office names what has stock."""

from __future__ import annotations

from typing import Protocol, TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.catalogue.models import Product
from kashcraft.catalogue.rules import options_text
from kashcraft.core.ids import ProductId

FAMILY = aliased(Product)
NAMED = (
    Product.id.label("product_id"),
    sa.func.coalesce(FAMILY.name, Product.name).label("name"),
    Product.option_values,
    Product.sku,
)


class NamedRow(Protocol):
    """A row with the columns of ``NAMED``."""

    product_id: ProductId
    name: str
    option_values: dict[str, str] | None
    sku: str | None


class Named(TypedDict):
    """What the back office calls a product."""

    product_id: ProductId
    name: str
    options: str
    sku: str


def named(row: NamedRow) -> Named:
    """Return the fields of ``NAMED`` of a row: id, name, options in words and article number."""
    options = options_text(row.option_values or {})
    return {"product_id": row.product_id, "name": row.name, "options": options, "sku": row.sku or ""}
