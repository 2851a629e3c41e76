"""Notes of staff about an order."""

from __future__ import annotations

from kashcraft.core.ids import OrderId, UserId
from kashcraft.orders.services.history import lock_order, record_event


def add_note(*, order_id: OrderId, text: str, actor_id: UserId | None = None) -> None:
    """Add a note for staff to the order's history. Raises NotFound."""
    lock_order(order_id)
    record_event(order_id, "note", note=text, actor_id=actor_id)
