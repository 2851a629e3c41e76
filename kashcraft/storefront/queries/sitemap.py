"""The addresses of the sitemap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from kashcraft.catalogue.models import Product
from kashcraft.catalogue.queries import get_tree, is_shown
from kashcraft.catalogue.rules import product_path
from kashcraft.content.queries import list_page_addresses
from kashcraft.core.db import db

_BATCH_SIZE = 1000


def list_sitemap_addresses() -> Iterator[tuple[str, datetime | None]]:
    """Yield the path of every page to index, with the time of its last change where that is known."""
    yield "/", None
    yield "/products", None
    for category in get_tree().by_id.values():
        yield category.url, None
    yield from list_page_addresses()
    products = sa.select(Product.slug, Product.updated_at).where(is_shown()).order_by(Product.id)
    for product in db.session.execute(products, execution_options={"yield_per": _BATCH_SIZE}):
        yield product_path(product.slug or ""), product.updated_at
