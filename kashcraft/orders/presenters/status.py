"""Texts of an order's status for customers."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.orders.rules import OrderStatus, RefundStatus, is_refunded_before_shipping


@dataclass(frozen=True, slots=True)
class StatusText:
    """A status as text: a label, the state of its tag, and a sentence."""

    label: LazyText
    tag: str
    sentence: LazyText


_STATUS_TEXTS = {
    OrderStatus.PENDING: StatusText(
        _l("Waiting for payment"), "warn", _l("We hold your items until the payment is here.")
    ),
    OrderStatus.PAID: StatusText(_l("Paid"), "good", _l("Thank you. Your order is being prepared.")),
    OrderStatus.PROCESSING: StatusText(
        _l("Preparing"), "good", _l("We are preparing and packing your order.")
    ),
    OrderStatus.SHIPPED: StatusText(_l("Shipped"), "good", _l("Your parcel is on its way.")),
    OrderStatus.DELIVERED: StatusText(_l("Delivered"), "good", _l("Your parcel has arrived.")),
    OrderStatus.CANCELLED: StatusText(_l("Cancelled"), "plain", _l("This order was cancelled.")),
    OrderStatus.EXPIRED: StatusText(
        _l("Payment expired"), "bad", _l("No payment came in time, so the items are for sale again.")
    ),
}

SENT_BY_EMAIL = StatusText(_l("Paid"), "good", _l("Thank you. Gift cards are sent by e-mail."))
FULLY_REFUNDED = StatusText(
    _l("Refunded"), "plain", _l("All of this order was refunded, and nothing more will be sent.")
)


def status_text(status: OrderStatus) -> StatusText:
    """Return the text of a status."""
    return _STATUS_TEXTS[status]


def order_status_text(status: OrderStatus, refunded: RefundStatus, *, by_email: bool = False) -> StatusText:
    """Return the text of an order's status, taking its refunds into account.

    ``by_email`` is true for an order of gift cards only, which is never packed.
    """
    if is_refunded_before_shipping(status, refunded):
        return FULLY_REFUNDED
    return SENT_BY_EMAIL if by_email and status is OrderStatus.PAID else status_text(status)
