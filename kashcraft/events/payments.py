"""What payments tell."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PaymentFailed:
    """One try to pay an order was refused; the order can be tried again until its hold ends."""

    order_id: UUID
    payment_id: UUID
