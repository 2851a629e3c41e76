"""What payments tell."""

from dataclasses import dataclass

from kashcraft.core.ids import OrderId, PaymentId


@dataclass(frozen=True)
class PaymentFailed:
    """One try to pay an order was refused; the order can be tried again until its hold ends."""

    order_id: OrderId
    payment_id: PaymentId
