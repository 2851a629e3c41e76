"""Events of orders."""

from dataclasses import dataclass
from datetime import datetime

from kashcraft.core.ids import OrderId, OrderLineId, ProductId, RefundId, UserId


@dataclass(frozen=True)
class GiftDetails:
    """The recipient, the message and the delivery time of gift cards, as the buyer entered them.

    Without ``deliver_at`` the e-mail is sent at once. Without a recipient, the buyer is the recipient.
    ``design`` is the file name of a picture without its ending. ``currency`` is that of the order, in which
    the cards are issued.
    """

    recipient_name: str
    recipient_email: str
    buyer_email: str
    currency: str
    buyer_name: str = ""
    message: str = ""
    design: str = ""
    deliver_at: datetime | None = None


@dataclass(frozen=True)
class PaidLine:
    """One line of a paid order. Amounts are minor units.

    ``net`` is the price of the line after discounts, without tax. ``unit_price`` is the price of one unit
    before discounts. Lines of gift cards have a ``gift``.
    """

    line_id: OrderLineId
    product_id: ProductId
    quantity: int
    net: int
    is_gift_card: bool
    unit_price: int
    gift: GiftDetails | None = None


@dataclass(frozen=True)
class OrderPlaced:
    """An order was placed and its stock is held. It is not paid yet."""

    order_id: OrderId


@dataclass(frozen=True)
class OrderMoved:
    """An order has changed its status: it was paid, prepared, shipped, delivered, cancelled or has expired.

    A step of staff that is taken back moves the order back. A new order is no move.
    """

    order_id: OrderId
    old_status: str
    new_status: str


@dataclass(frozen=True)
class OrderPaid:
    """An order is paid in full.

    ``email_key`` is the normalized address of the buyer, a guest or a member.
    """

    order_id: OrderId
    user_id: UserId | None
    lines: tuple[PaidLine, ...]
    email_key: str


@dataclass(frozen=True)
class OrderCancelled:
    """An unpaid order was cancelled."""

    order_id: OrderId


@dataclass(frozen=True)
class OrderExpired:
    """An order was not paid in time."""

    order_id: OrderId


@dataclass(frozen=True)
class RefundMade:
    """A refund of an order was created. ``refund_id`` is the idempotency key for the processor."""

    order_id: OrderId
    refund_id: RefundId
