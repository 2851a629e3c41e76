"""What orders tell."""

from dataclasses import dataclass
from datetime import datetime

from kashcraft.core.ids import OrderId, OrderLineId, ProductId, RefundId, UserId


@dataclass(frozen=True)
class GiftDetails:
    """What the buyer of gift cards asked for: whom they are for, what the letter says, and when it goes out.

    Without ``deliver_at`` it goes out at once. A buyer who named nobody is the recipient. ``design`` is the
    stem of a picture, ``currency`` that of the order, in which the cards are issued.
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
    """One line of a paid order: ``net`` is what the merchandise cost after discounts, without tax, in minor
    units, ``unit_price`` what one piece cost before them. ``gift`` is there on lines of gift cards.
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
    """An order is written and its stock held; it is not paid yet."""

    order_id: OrderId


@dataclass(frozen=True)
class OrderPaid:
    """An order is paid in full."""

    order_id: OrderId
    user_id: UserId | None
    lines: tuple[PaidLine, ...]


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
    """Money of an order is to go back; ``refund_id`` keys the call to the processor."""

    order_id: OrderId
    refund_id: RefundId
