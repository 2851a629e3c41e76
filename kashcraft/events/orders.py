"""What orders tell."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PaidLine:
    """One line of a paid order: ``net`` is what the merchandise cost after discounts, without tax, in minor
    units.
    """

    line_id: UUID
    product_id: UUID
    quantity: int
    net: int
    is_gift_card: bool


@dataclass(frozen=True)
class OrderPlaced:
    """An order is written and its stock held; it is not paid yet."""

    order_id: UUID


@dataclass(frozen=True)
class OrderPaid:
    """An order is paid in full."""

    order_id: UUID
    user_id: UUID | None
    lines: tuple[PaidLine, ...]


@dataclass(frozen=True)
class OrderCancelled:
    """An unpaid order was cancelled."""

    order_id: UUID


@dataclass(frozen=True)
class OrderExpired:
    """An order was not paid in time."""

    order_id: UUID


@dataclass(frozen=True)
class RefundMade:
    """Money of an order is to go back; ``refund_id`` keys the call to the processor."""

    order_id: UUID
    refund_id: UUID
