"""Prices and their history: every price of a product or variant is recorded in the step that sets it.

No other module writes the price columns (``tests/architecture/test_prices.py``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kashcraft.catalogue.models import PriceChange, Product
from kashcraft.catalogue.queries.prices import list_price_changes
from kashcraft.catalogue.rules import SkuInput, reference_price
from kashcraft.core import activity_log, audit_trail, clock
from kashcraft.core.bus import publish
from kashcraft.core.db import db, table_of
from kashcraft.core.ids import ProductId, new_id
from kashcraft.events.catalogue import PriceChanged

# Inserted by table, not by model: an import writes thousands of these rows.
HISTORY = table_of(PriceChange)


def price_columns(sold: SkuInput) -> dict[str, object]:
    """Return the price columns of a product row for ``sold``, without the reference price."""
    return {
        "price": sold.price.minor,
        "currency": sold.price.currency,
        "sale_price": sold.sale_price.minor if sold.sale_price is not None else None,
        "sale_starts_at": sold.sale_starts_at,
        "sale_ends_at": sold.sale_ends_at,
    }


def open_prices(products: Sequence[Product], *, since: datetime | None = None) -> None:
    """Begin the histories of new products or variants and set the reference prices of their sales.

    ``since`` is since when they have had their price, for products that were sold before; without it now.
    """
    entries = [_entry(product, since or clock.now()) for product in products]
    for product, entry in zip(products, entries, strict=True):
        product.reference_price = reference_price([entry])
    db.session.flush()  # the entries are inserted directly and refer to the rows
    _insert(entries)


def assign_prices(product: Product, sold: SkuInput) -> list[str]:
    """Set the prices of an existing row and return the names of those that differed.

    ``record_prices`` has to follow in the same step.
    """
    columns = price_columns(sold)
    changed = [name for name, value in columns.items() if getattr(product, name) != value]
    for name in changed:
        setattr(product, name, columns[name])
    if changed:
        product.reference_price = None
    return changed


def clear_prices(product: Product) -> None:
    """Remove the prices of a row that becomes the parent of variants; its history stays."""
    product.price = product.sale_price = product.reference_price = None
    product.sale_starts_at = product.sale_ends_at = None


def record_prices(changed: Sequence[tuple[Product, int | None]]) -> None:
    """Record the new prices of rows, set the reference prices of their sales and publish the changes.

    ``changed`` has each row with its regular price before. One statement, two if one of them has a sale.
    """
    if not changed:
        return
    db.session.flush()  # locks the rows, so that their histories contain what other steps have changed
    now = clock.now()
    on_sale = [product.id for product, _ in changed if product.sale_price is not None]
    known: dict[ProductId, list[PriceChange]] = defaultdict(list)
    for earlier in list_price_changes(on_sale):
        known[earlier.product_id].append(earlier)
    entries = []
    for product, old_price in changed:
        entry = _entry(product, now)
        earlier_ones = [one for one in known[product.id] if one.currency == product.currency]
        product.reference_price = reference_price([*earlier_ones, entry])
        entries.append(entry)
        publish(PriceChanged(product.id, old_price, entry.price))
    _insert(entries)


def _entry(product: Product, moment: datetime) -> PriceChange:
    return PriceChange(
        id=new_id(),
        product_id=product.id,
        price=product.price,
        sale_price=product.sale_price,
        sale_starts_at=product.sale_starts_at,
        sale_ends_at=product.sale_ends_at,
        currency=product.currency,
        changed_at=moment,
        user_id=audit_trail.person_of(activity_log.actor()),
    )


def _insert(entries: Sequence[PriceChange]) -> None:
    names = HISTORY.c.keys()
    if entries:
        db.session.execute(
            sa.insert(HISTORY), [{name: getattr(entry, name) for name in names} for entry in entries]
        )
