"""Where an order, a refund and a return can be, and which ways the status of an order may go."""

from __future__ import annotations

from enum import StrEnum


class OrderStatus(StrEnum):
    """Where an order is; cancelled and expired end it unpaid (a paid order that is cancelled is refunded in
    full).
    """

    PENDING = "pending"
    PAID = "paid"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RefundStatus(StrEnum):
    """How much of an order has gone back."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class RefundState(StrEnum):
    """Whether the processor has returned the money of one refund."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class ReturnState(StrEnum):
    """Where a return is: asked for, allowed to be sent, arrived, or refused."""

    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"
    REFUSED = "refused"


class ReturnReason(StrEnum):
    """Why units are sent back."""

    DAMAGED = "damaged"
    WRONG_PIECE = "wrong_piece"
    NOT_AS_SHOWN = "not_as_shown"
    DOES_NOT_FIT = "does_not_fit"
    CHANGED_MIND = "changed_mind"


# An expired order may still be paid: late money claims its stock again, or goes back.
TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.PAID, OrderStatus.CANCELLED, OrderStatus.EXPIRED}),
    OrderStatus.PAID: frozenset({OrderStatus.PROCESSING, OrderStatus.CANCELLED}),
    OrderStatus.PROCESSING: frozenset({OrderStatus.SHIPPED}),
    OrderStatus.SHIPPED: frozenset({OrderStatus.DELIVERED}),
    OrderStatus.DELIVERED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.EXPIRED: frozenset({OrderStatus.PAID}),
}
WAY = (
    OrderStatus.PENDING,
    OrderStatus.PAID,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
# What somebody has to pack, send or see arrive.
TO_FULFIL = (OrderStatus.PAID, OrderStatus.PROCESSING, OrderStatus.SHIPPED)
CANCELLABLE = frozenset({OrderStatus.PENDING, OrderStatus.PAID})


def allows(old: OrderStatus, new: OrderStatus) -> bool:
    """Return whether an order may go from one status to the other."""
    return new in TRANSITIONS[old]


def origins(new: OrderStatus) -> tuple[OrderStatus, ...]:
    """Return the statuses from which an order may become ``new``."""
    return tuple(old for old in OrderStatus if allows(old, new))


def before(status: OrderStatus, other: OrderStatus) -> bool:
    """Return whether ``status`` lies before ``other`` on the way from placed to delivered."""
    return status in WAY and other in WAY and WAY.index(status) < WAY.index(other)


def is_called_back(status: OrderStatus, refunded: RefundStatus) -> bool:
    """Return whether all of a paid order went back before it was sent: nothing more will happen to it."""
    return refunded is RefundStatus.FULL and status in (OrderStatus.PAID, OrderStatus.PROCESSING)
