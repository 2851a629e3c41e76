"""Reactions of the catalogue to events of other packages."""

from __future__ import annotations

from kashcraft.catalogue.services import touch
from kashcraft.events.inventory import StockChanged


def stock_changed(event: StockChanged) -> None:
    """Raise the catalogue version when a product sells out or is back in stock: lists filter by that."""
    if event.sold_out_changed:
        touch(product_ids=[event.product_id])
