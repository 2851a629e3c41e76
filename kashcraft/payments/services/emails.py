"""E-mails about payments."""

from __future__ import annotations

from kashcraft.core.ids import OrderId, PaymentId
from kashcraft.notifications.models import Message
from kashcraft.orders import services as orders
from kashcraft.payments import queries
from kashcraft.payments.models import PaymentStatus
from kashcraft.payments.presenters import decline_reason


def notify_customer_of_failed_payment(*, order_id: OrderId, payment_id: PaymentId) -> Message | None:
    """Queue the e-mail about a payment that failed after its customer had left.

    Return the message, or None if there is nothing to report.
    """
    payment, order = queries.get_payment_and_order(payment_id)
    if payment.status is not PaymentStatus.FAILED or not order.is_open:
        return None
    if not queries.was_processing(payment_id):
        return None
    reason = decline_reason(payment.status, payment.decline_code)
    return orders.send_payment_failed_email(order_id=order_id, payment_id=payment_id, reason=reason)
