"""Background jobs of orders."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from kashcraft.core.db import in_step
from kashcraft.core.ids import OrderId, RefundId
from kashcraft.core.jobs import task
from kashcraft.orders import services


@task("orders.expire_due")
def expire_due() -> None:
    """Expire unpaid orders whose hold has ended, until none is left.

    Each order has a step of its own. A step locks stock rows in one fixed order; across two orders there
    would be no such order.
    """
    while in_step(partial(services.expire_due, limit=1)):
        pass


@task("orders.send_confirmation")
def send_confirmation(order_id: str, **_: object) -> None:
    """Queue the confirmation e-mail of a paid order."""
    in_step(lambda: services.send_confirmation_email(order_id=OrderId(UUID(order_id))))


@task("orders.tell_of_refund")
def notify_customer_of_refund(refund_id: str, **_: object) -> None:
    """Queue the e-mail that informs a customer of a refund."""
    in_step(lambda: services.send_refund_email(refund_id=RefundId(UUID(refund_id))))
