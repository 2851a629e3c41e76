"""Which ways an order's status may go, and what each is called for the people who wait."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.orders.models import OrderStatus, RefundStatus

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
CANCELLABLE = frozenset({OrderStatus.PENDING, OrderStatus.PAID})


@dataclass(frozen=True, slots=True)
class Words:
    """A status for people: one or two words, the state of their tag, and a sentence."""

    label: LazyText
    tag: str
    sentence: LazyText


_WORDS = {
    OrderStatus.PENDING: Words(
        _l("Waiting for payment"), "warn", _l("We hold your items until the payment is here.")
    ),
    OrderStatus.PAID: Words(_l("Paid"), "good", _l("Thank you. Your order is being prepared.")),
    OrderStatus.PROCESSING: Words(_l("Preparing"), "good", _l("We are preparing and packing your order.")),
    OrderStatus.SHIPPED: Words(_l("Shipped"), "good", _l("Your parcel is on its way.")),
    OrderStatus.DELIVERED: Words(_l("Delivered"), "good", _l("Your parcel has arrived.")),
    OrderStatus.CANCELLED: Words(_l("Cancelled"), "plain", _l("This order was cancelled.")),
    OrderStatus.EXPIRED: Words(
        _l("Payment expired"), "bad", _l("No payment came in time, so the items are for sale again.")
    ),
}

SENT_BY_EMAIL = Words(_l("Paid"), "good", _l("Thank you. Gift cards are sent by e-mail."))
CALLED_BACK = Words(
    _l("Refunded"), "plain", _l("All of this order was refunded, and nothing more will be sent.")
)


def allows(old: OrderStatus, new: OrderStatus) -> bool:
    """Return whether an order may go from one status to the other."""
    return new in TRANSITIONS[old]


def origins(new: OrderStatus) -> tuple[OrderStatus, ...]:
    """Return the statuses from which an order may become ``new``."""
    return tuple(old for old in OrderStatus if allows(old, new))


def before(status: OrderStatus, other: OrderStatus) -> bool:
    """Return whether ``status`` lies before ``other`` on the way from placed to delivered."""
    return status in WAY and WAY.index(status) < WAY.index(other)


def is_called_back(status: OrderStatus, refunded: RefundStatus) -> bool:
    """Return whether all of a paid order went back before it was sent: nothing more will happen to it."""
    return refunded is RefundStatus.FULL and status in (OrderStatus.PAID, OrderStatus.PROCESSING)


def words_for(status: OrderStatus) -> Words:
    """Return what people read for a status."""
    return _WORDS[status]


def words_of(status: OrderStatus, refunded: RefundStatus, *, by_email: bool = False) -> Words:
    """Return what people read for where an order is, of which so much went back; ``by_email`` is for one of
    gift cards alone, which nobody packs.
    """
    if is_called_back(status, refunded):
        return CALLED_BACK
    return SENT_BY_EMAIL if by_email and status is OrderStatus.PAID else words_for(status)
