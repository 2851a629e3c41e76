"""Work on orders that nobody waits for."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from kashcraft.core.db import in_step
from kashcraft.core.ids import OrderId, RefundId
from kashcraft.core.jobs import task
from kashcraft.orders import services


@task("orders.expire_due")
def expire_due() -> None:
    """End the orders whose time to be paid is over, until none is left.

    One at a time: a step locks pieces in one order for everybody, and the pieces of two orders have none.
    """
    while in_step(partial(services.expire_due, limit=1)):
        pass


@task("orders.send_confirmation")
def send_confirmation(order_id: str, **_: object) -> None:
    """Write the letter that confirms a paid order."""
    in_step(lambda: services.send_confirmation(order_id=OrderId(UUID(order_id))))


@task("orders.tell_of_refund")
def tell_of_refund(refund_id: str, **_: object) -> None:
    """Write the letter that tells of a refund."""
    in_step(lambda: services.send_refund_letter(refund_id=RefundId(UUID(refund_id))))
