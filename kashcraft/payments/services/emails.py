"""What customers hear about their payments by letter."""

from __future__ import annotations

from kashcraft.core.ids import OrderId, PaymentId
from kashcraft.notifications.models import Message
from kashcraft.orders import services as orders
from kashcraft.payments import queries
from kashcraft.payments.models import PaymentStatus
from kashcraft.payments.presenters import decline_reason


def tell_of_failure(*, order_id: OrderId, payment_id: PaymentId) -> Message | None:
    """Write that a payment was declined, where it took so long that its maker has left; return the letter."""
    payment, order = queries.get_payment_and_order(payment_id)
    if payment.status is not PaymentStatus.FAILED or not order.is_open:
        return None
    if not queries.was_processing(payment_id):
        return None
    reason = decline_reason(payment.status, payment.decline_code)
    return orders.send_payment_failed(order_id=order_id, payment_id=payment_id, reason=reason)
