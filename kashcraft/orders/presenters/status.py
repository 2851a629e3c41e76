"""What each status of an order is called for the people who wait."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.orders.rules import OrderStatus, RefundStatus, is_called_back


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
