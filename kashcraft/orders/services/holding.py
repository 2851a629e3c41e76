"""How long an unpaid order keeps its pieces: longer once its payment page was used, and by one press."""

from __future__ import annotations

from collections import Counter

from kashcraft.core import clock
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderId, ProductId, UserId
from kashcraft.core.settings import settings
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind
from kashcraft.orders.models import Order
from kashcraft.orders.services.history import lines_of, locked, record, stock_of, wrong_status


def note_payment_use(*, order_id: OrderId) -> bool:
    """Give an order the time that paying takes, from the first use of its payment page on; return whether it
    was given now. Later uses, and an order that does not wait for its money any more, change nothing.
    """
    order = locked(order_id)
    if not order.is_open or order.payment_used_at is not None or not _prolong(order):
        return False
    order.payment_used_at = clock.now()
    return True


def extend_hold(*, order_id: OrderId, actor_id: UserId | None = None) -> Order:
    """Give an unpaid order the time that paying takes once more, and return it.

    Raises NotFound, and DomainError: wrong_status (paid, cancelled or expired), hold_extended (it was given
    before), hold_ended (the time is over).
    """
    order = locked(order_id)
    if not order.is_open:
        raise wrong_status(order)
    if order.hold_extended_at is not None:
        raise DomainError("hold_extended", number=order.number)
    if not _prolong(order):
        raise DomainError("hold_ended", number=order.number)
    order.hold_extended_at = clock.now()
    record(order_id, "hold_extended", actor_id=actor_id)
    return order


def _prolong(order: Order) -> bool:
    """Let the order and all that it holds last from now on; return False where its time is over."""
    now = clock.now()
    if order.expires_at is None or order.expires_at <= now:
        return False
    until = max(order.expires_at, now + settings().payment_hold_time)
    wanted = Counter[ProductId]()
    for product_id, units in stock_of(lines_of(order.id)):
        wanted[product_id] += units
    # What another buyer's step has taken as lapsed just now is theirs; the rest ends with the order.
    if stock.prolong(holder_kind=HolderKind.ORDER, holder_id=order.id, expires_at=until) != wanted:
        return False
    order.expires_at = until
    return True
