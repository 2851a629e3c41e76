"""Which orders of the year used a voucher or a gift card: counted out, so that nothing else of it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kashcraft.demo.rules.facts import Fate, Good, Plan, PlannedOrder, PlannedSaving
from kashcraft.demo.rules.year import DAY

# Younger orders have sale prices, so that their amounts are not those of the plan.
YOUNGEST = 25 * DAY
# The customer as whom visitors sign in keeps every voucher for them.
VISITOR = 0


def with_savings(
    plan: Plan, *, savings: Sequence[PlannedSaving], goods: Sequence[Good], card: int, cards: int
) -> Plan:
    """Return the plan with vouchers in some orders and gift cards worth ``card`` minor units in ``cards``.

    A customer uses a voucher once, an order has one or none, and one with a gift card costs more than the
    card is worth. Raises ValueError where too few orders fit.
    """
    orders = list(plan.orders)
    by_sku = {good.sku: good for good in goods}
    for saving in savings:
        for at in _chosen(orders, saving, by_sku):
            orders[at] = replace(orders[at], voucher=saving.code)
    for at in _chosen(orders, PlannedSaving("", cards, order_from=card + 1), by_sku):
        orders[at] = replace(orders[at], gift_card=card)
    return replace(plan, orders=tuple(orders))


def _chosen(orders: Sequence[PlannedOrder], saving: PlannedSaving, goods: dict[str, Good]) -> list[int]:
    """Return the places of the orders that take part, spread over the year."""
    fitting = list(_fitting(orders, saving, goods))
    if len(fitting) < saving.orders:
        raise ValueError(f"too few orders fit {saving.code or 'a gift card'}")
    return [fitting[number * len(fitting) // saving.orders] for number in range(saving.orders)]


def _fitting(orders: Sequence[PlannedOrder], saving: PlannedSaving, goods: dict[str, Good]) -> Iterator[int]:
    people = {VISITOR}
    for at, order in enumerate(orders):
        if order.is_guest or order.person in people or order.voucher:
            continue
        bought = [(goods[sku], units) for sku, units in order.lines if not goods[sku].is_gift_card]
        on_shelf = any(saving.shelf in ("", good.shelf) for good, _ in bought)
        worth = sum(good.price * units for good, units in bought)
        if (
            order.fate is Fate.DELIVERED
            and order.minutes_ago > YOUNGEST
            and on_shelf
            and worth >= saving.order_from
        ):
            people.add(order.person)
            yield at
