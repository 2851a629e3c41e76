"""What the inventory does when stock has changed."""

from __future__ import annotations

from kashcraft.core.ids import new_id
from kashcraft.core.jobs import enqueue
from kashcraft.events.inventory import StockChanged
from kashcraft.inventory import jobs


def alert_when_low(event: StockChanged) -> None:
    """Owe the shop a letter when a product has just come down to its reorder level."""
    if event.low and event.low_changed:
        enqueue(jobs.tell_low_stock, product_id=event.product_id, occasion=new_id())
