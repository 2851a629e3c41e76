"""Reactions of the inventory to changes of stock."""

from __future__ import annotations

from kashcraft.core.ids import new_id
from kashcraft.core.jobs import enqueue
from kashcraft.events.inventory import StockChanged
from kashcraft.inventory import jobs


def alert_when_low(event: StockChanged) -> None:
    """Enqueue the low-stock e-mail when a product's free stock has reached its reorder level."""
    if event.low and event.low_changed:
        enqueue(jobs.notify_low_stock, product_id=event.product_id, occasion=new_id())
