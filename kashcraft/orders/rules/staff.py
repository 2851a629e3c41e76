"""Orders and returns as lists of the back office show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kashcraft.core.ids import OrderId, ReturnId
from kashcraft.core.money import Money
from kashcraft.orders.rules.status import OrderStatus, RefundStatus, ReturnReason, ReturnState


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffItem:
    """A line of an order: what it is, and its units that were not refunded."""

    name: str
    options: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffOrder:
    """An order as a list of staff shows it; ``waiting_since`` is its payment, else its placing.

    ``items`` are the lines with units that were not refunded, all lines where none has any.
    """

    id: OrderId
    number: str
    status: OrderStatus
    refund_status: RefundStatus
    by_email: bool
    waiting_since: datetime
    customer: str
    country: str
    delivery: str
    total: Money
    items: tuple[StaffItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffReturn:
    """An open return; ``items`` are its units, ``reasons`` those of the customer, each once."""

    id: ReturnId
    order_id: OrderId
    number: str
    customer: str
    requested_at: datetime
    state: ReturnState
    items: tuple[StaffItem, ...]
    reasons: tuple[ReturnReason, ...]
