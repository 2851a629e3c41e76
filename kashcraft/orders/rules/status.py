"""The statuses of orders, refunds and returns, and the transitions between the statuses of an order."""

from __future__ import annotations

from enum import StrEnum


class OrderStatus(StrEnum):
    """The status of an order.

    CANCELLED and EXPIRED end an unpaid order. A paid order that is cancelled is refunded in full.
    """

    PENDING = "pending"
    PAID = "paid"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RefundStatus(StrEnum):
    """How much of an order was refunded."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class RefundState(StrEnum):
    """The state of one refund at the processor."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class ReturnState(StrEnum):
    """The state of a return."""

    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"
    REFUSED = "refused"


class ReturnReason(StrEnum):
    """The reason of a return."""

    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_piece"
    NOT_AS_SHOWN = "not_as_shown"
    DOES_NOT_FIT = "does_not_fit"
    CHANGED_MIND = "changed_mind"


# An expired order may still be paid: a late payment claims its stock again, or is refunded.
TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.PAID, OrderStatus.CANCELLED, OrderStatus.EXPIRED}),
    OrderStatus.PAID: frozenset({OrderStatus.PROCESSING, OrderStatus.CANCELLED}),
    OrderStatus.PROCESSING: frozenset({OrderStatus.SHIPPED}),
    OrderStatus.SHIPPED: frozenset({OrderStatus.DELIVERED}),
    OrderStatus.DELIVERED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.EXPIRED: frozenset({OrderStatus.PAID}),
}
PROGRESS = (
    OrderStatus.PENDING,
    OrderStatus.PAID,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
# The orders that staff have to pack, to ship or to follow until delivery.
TO_FULFIL = (OrderStatus.PAID, OrderStatus.PROCESSING, OrderStatus.SHIPPED)
CANCELLABLE = frozenset({OrderStatus.PENDING, OrderStatus.PAID})


def allows(old: OrderStatus, new: OrderStatus) -> bool:
    """Return whether an order may change from status ``old`` to status ``new``."""
    return new in TRANSITIONS[old]


def origins(new: OrderStatus) -> tuple[OrderStatus, ...]:
    """Return the statuses from which an order may change to ``new``."""
    return tuple(old for old in OrderStatus if allows(old, new))


def is_before(status: OrderStatus, other: OrderStatus) -> bool:
    """Return whether ``status`` precedes ``other`` on the way from placed to delivered."""
    return status in PROGRESS and other in PROGRESS and PROGRESS.index(status) < PROGRESS.index(other)


def is_refunded_before_shipping(status: OrderStatus, refunded: RefundStatus) -> bool:
    """Return whether a paid order was refunded in full before shipping, so that it needs no more work."""
    return refunded is RefundStatus.FULL and status in (OrderStatus.PAID, OrderStatus.PROCESSING)
