"""Events of payments."""

from dataclasses import dataclass

from kashcraft.core.ids import OrderId, PaymentId


@dataclass(frozen=True)
class PaymentFailed:
    """A payment of an order failed. The order can be paid again until its hold expires."""

    order_id: OrderId
    payment_id: PaymentId
