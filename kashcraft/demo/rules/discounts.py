"""Assign vouchers and gift cards to planned orders without changing anything else of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kashcraft.demo.rules.input import CatalogueItem, OrderOutcome, Plan, PlannedDiscount, PlannedOrder
from kashcraft.demo.rules.year import DAY

# In minutes. Sale prices apply to newer orders, so their amounts differ from the plan.
MINIMUM_AGE = 25 * DAY
# Visitors sign in as this customer, who therefore has used no voucher yet.
VISITOR = 0


def with_discounts(
    plan: Plan, *, discounts: Sequence[PlannedDiscount], items: Sequence[CatalogueItem], card: int, cards: int
) -> Plan:
    """Return the plan with vouchers, and with ``cards`` gift cards of ``card`` minor units each.

    A customer uses a voucher once, an order has at most one of either, and an order with a gift card costs
    more than the card. Raises ValueError where too few orders fit.
    """
    orders = list(plan.orders)
    by_sku = {item.sku: item for item in items}
    for discount in discounts:
        for at in _chosen(orders, discount, by_sku):
            orders[at] = replace(orders[at], voucher=discount.code)
    for at in _chosen(orders, PlannedDiscount("", cards, order_from=card + 1), by_sku):
        orders[at] = replace(orders[at], gift_card=card)
    return replace(plan, orders=tuple(orders))


def _chosen(
    orders: Sequence[PlannedOrder], discount: PlannedDiscount, items: dict[str, CatalogueItem]
) -> list[int]:
    """Return the indexes of the chosen orders, spread over the year."""
    fitting = list(_fitting(orders, discount, items))
    if len(fitting) < discount.orders:
        raise ValueError(f"too few orders fit {discount.code or 'a gift card'}")
    return [fitting[number * len(fitting) // discount.orders] for number in range(discount.orders)]


def _fitting(
    orders: Sequence[PlannedOrder], discount: PlannedDiscount, items: dict[str, CatalogueItem]
) -> Iterator[int]:
    people = {VISITOR}
    for at, order in enumerate(orders):
        if order.is_guest or order.person in people or order.voucher:
            continue
        bought = [(items[sku], units) for sku, units in order.lines if not items[sku].is_gift_card]
        in_category = any(discount.category in ("", item.category) for item, _ in bought)
        worth = sum(item.price * units for item, units in bought)
        if (
            order.outcome is OrderOutcome.DELIVERED
            and order.minutes_ago > MINIMUM_AGE
            and in_category
            and worth >= discount.order_from
        ):
            people.add(order.person)
            yield at
