"""What staff write down about an order, for each other."""

from __future__ import annotations

from kashcraft.core.ids import OrderId, UserId
from kashcraft.orders.services.history import locked, record


def add_note(*, order_id: OrderId, text: str, actor_id: UserId | None = None) -> None:
    """Add a note to the order's history, which only staff read. Raises NotFound."""
    locked(order_id)
    record(order_id, "note", note=text, actor_id=actor_id)
