"""Protocols of the order, line and return rows that rules take, independent of the models."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from kashcraft.core.ids import OrderLineId, ProductId, RefundId
from kashcraft.orders.rules.status import OrderStatus, ReturnState


class SoldOrder(Protocol):
    """An order as it was placed: buyer, tax mode, addresses, and when it was shipped and delivered."""

    status: OrderStatus
    email: str
    currency: str
    prices_include_tax: bool
    shipping_total: int
    shipping_tax: int
    shipping_address: dict[str, Any]
    billing_address: dict[str, Any]
    trace: list[Any]
    shipped_at: datetime | None
    delivered_at: datetime | None


class SoldLine(Protocol):
    """A line as it was sold, in minor units; ``tax_rate`` is in parts per million."""

    id: OrderLineId
    product_id: ProductId
    quantity: int
    refunded_quantity: int
    unit_price: int
    gross: int
    discount: int
    tax_rate: int
    tax: int
    is_gift_card: bool
    details: dict[str, Any] | None


class ReturnedLine(Protocol):
    """The number of units of one order line in a return."""

    order_line_id: OrderLineId
    quantity: int


class EarlierReturn(Protocol):
    """A return that was requested before; ``refund_id`` is the refund that followed."""

    state: ReturnState
    refund_id: RefundId | None

    @property
    def lines(self) -> Sequence[ReturnedLine]:
        """Return the lines of the return."""
