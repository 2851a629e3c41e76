"""The hold of an unpaid order: extended when its payment page is used, and once by its customer."""

from __future__ import annotations

from collections import Counter

from kashcraft.core import clock
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderId, ProductId, UserId
from kashcraft.core.settings import settings
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind
from kashcraft.orders.models import Order
from kashcraft.orders.services.history import (
    list_lines,
    lock_order,
    record_event,
    stocked_units,
    wrong_status_error,
)


def note_payment_use(*, order_id: OrderId) -> bool:
    """Extend the hold of an order at the first use of its payment page; return whether it was extended.

    Later uses, and orders that are no longer waiting for payment, change nothing.
    """
    order = lock_order(order_id)
    if not order.is_open or order.payment_used_at is not None or not _extend_all_holds(order):
        return False
    order.payment_used_at = clock.now()
    return True


def extend_hold(*, order_id: OrderId, actor_id: UserId | None = None) -> Order:
    """Extend the hold of an unpaid order once, and return the order.

    Raises NotFound, and DomainError: wrong_status (paid, cancelled or expired), hold_extended (extended
    before), hold_ended (the hold has ended).
    """
    order = lock_order(order_id)
    if not order.is_open:
        raise wrong_status_error(order)
    if order.hold_extended_at is not None:
        raise DomainError("hold_extended", number=order.number)
    if not _extend_all_holds(order):
        raise DomainError("hold_ended", number=order.number)
    order.hold_extended_at = clock.now()
    record_event(order_id, "hold_extended", actor_id=actor_id)
    return order


def _extend_all_holds(order: Order) -> bool:
    """Extend the order and all its holds, counted from now; return False if the hold has ended."""
    now = clock.now()
    if order.expires_at is None or order.expires_at <= now:
        return False
    until = max(order.expires_at, now + settings().payment_hold_time)
    wanted = Counter[ProductId]()
    for product_id, units in stocked_units(list_lines(order.id)):
        wanted[product_id] += units
    # Another order may have claimed expired units just now; then the remaining holds expire with the order.
    if stock.extend_hold(holder_kind=HolderKind.ORDER, holder_id=order.id, expires_at=until) != wanted:
        return False
    order.expires_at = until
    return True
