"""Limits of unpaid orders, so that no buyer holds stock without paying for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The maximum number of unpaid orders, and of units in them; 0 means no limit.

    Limits exist for a buyer (an account, or an e-mail address in one network), for an e-mail address in
    all networks, and for all unknown buyers of a network together.
    """

    orders_per_buyer: int = 0
    units_per_buyer: int = 0
    orders_per_address: int = 0
    units_per_address: int = 0
    orders_per_network: int = 0
    units_per_network: int = 0

    @property
    def units_per_order(self) -> int:
        """Return the maximum number of units of one order, 0 without a limit."""
        each = (self.units_per_buyer, self.units_per_address, self.units_per_network)
        return min(filter(None, each), default=0)

    @property
    def count_networks(self) -> bool:
        """Return whether the unknown buyers of a network are counted together."""
        return bool(self.orders_per_network or self.units_per_network)

    @property
    def count_anything(self) -> bool:
        """Return whether any limit is set."""
        return self != Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidOrder:
    """An unpaid order that holds ``units`` until ``ends``, and the limits it counts towards."""

    units: int
    ends: datetime
    by_buyer: bool = False
    by_address: bool = False
    by_network: bool = False


def earliest_order_time(waiting: Sequence[UnpaidOrder], units: int, limits: Limits) -> datetime | None:
    """Return the earliest time at which an order of ``units`` can be placed; None if it can be placed now.

    The calculation assumes that no order is paid or cancelled before its hold ends.
    """
    bounds = (
        ([one for one in waiting if one.by_buyer], limits.orders_per_buyer, limits.units_per_buyer),
        ([one for one in waiting if one.by_address], limits.orders_per_address, limits.units_per_address),
        ([one for one in waiting if one.by_network], limits.orders_per_network, limits.units_per_network),
    )
    ends = [
        _earliest_time(counted, units, most_orders, most_units) for counted, most_orders, most_units in bounds
    ]
    return max((end for end in ends if end is not None), default=None)


def _earliest_time(
    waiting: Sequence[UnpaidOrder], units: int, most_orders: int, most_units: int
) -> datetime | None:
    """Return the end of the order whose end makes enough room."""
    left = sorted(waiting, key=lambda one: one.ends)
    end = None
    while left and (
        (most_orders and len(left) >= most_orders)
        or (most_units and units + sum(one.units for one in left) > most_units)
    ):
        end = left.pop(0).ends
    return end
