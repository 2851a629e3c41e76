"""The checks of all stored figures: one statement per figure, whatever the size of the shop."""

from __future__ import annotations

from kashcraft.books.queries import benefits, journal, money, orders, prices, stock
from kashcraft.books.queries.checking import Check, list_check_differences
from kashcraft.books.queries.last_check import find_last_check
from kashcraft.books.rules import Difference
from kashcraft.loyalty import queries as loyalty

CHECKS: tuple[Check, ...] = (
    *stock.CHECKS,
    *benefits.CHECKS,
    *orders.CHECKS,
    *money.CHECKS,
    *journal.CHECKS,
    *prices.CHECKS,
)
# The number of checks that the loyalty package makes itself, and their columns.
POINTS_CHECKS = 7
POINTS_COLUMNS = (
    "loyalty_accounts.available_points", "loyalty_accounts.total_points", "loyalty_accounts.total_spent",
    "loyalty_accounts.total_purchases", "points_histories.points_amount", "points_histories.base_amount",
    "points_histories.lot_points", "points_histories.remaining", "points_lot_uses.points",
    "points_lot_uses.restored",
)  # fmt: skip
# Figures that cannot be calculated from other data, with the reason.
NOT_CHECKED = {
    "terms set by staff": (
        "products.cost", "shipping_zones.free_above",
        "shipping_rate_bands.from_merchandise", "shipping_rate_bands.price", "vouchers.discount_value",
        "vouchers.max_discount", "vouchers.min_discount", "vouchers.min_order_value",
        "vouchers.max_order_value", "loyalty_tiers.qualifying_points", "loyalty_tiers.net_spend",
        "loyalty_tiers.birthday_points", "loyalty_tiers.free_shipping_from", "reward_offers.value",
        "reward_offers.points_cost", "loyalty_rewards.value",
    ),
    "requested or displayed values, calculated again before they are used": (
        "carts.points", "cart_lines.seen_price", "cart_lines.quantity", "return_request_lines.quantity",
        "quick_checkout_sessions.quantity", "quick_checkout_sessions.subtotal",
        "quick_checkout_sessions.shipping_cost", "quick_checkout_sessions.tax_amount",
        "quick_checkout_sessions.total_amount",
    ),
    "calculated from the history of prices when they are saved": ("products.reference_price",),
    "values for display only: the regular price, and the balance and stock after an entry": (
        "order_lines.regular_price", "gift_card_usages.balance_after", "inventory_logs.new_quantity",
        "inventory_log_archives.new_quantity",
    ),
    "the value of a point is not stored, and the lots say what was returned": ("points_lot_uses.returned",),
    "computed by the database": ("inventories.available",),
    "a level set by staff": ("inventories.reorder_quantity",),
    "counted from the text at each save": ("blog_posts.word_count",),
    "columns of features that are not built yet": (
        "products.rating_count", "products.sold_count", "parcel_lines.quantity",
        "saved_addresses.usage_count", "saved_comparisons.view_count", "size_guides.usage_count",
        "search_histories.result_count",
    ),
}  # fmt: skip


def list_differences() -> list[Difference]:
    """Return every stored figure that differs from its ledger; an empty list means that all are right.

    Each figure is read by one statement, so its values belong to one point in time while the shop goes
    on.
    """
    points = [
        Difference(f"points.{entry.what}", str(entry.id), entry.calculated, entry.stored)
        for entry in loyalty.list_differences()
    ]
    return [*(found for check in CHECKS for found in list_check_differences(check)), *points]


def list_checked_columns() -> set[str]:
    """Return the columns in which a wrong value is found."""
    return {column for check in CHECKS for column in check.columns} | set(POINTS_COLUMNS)


def count_checks() -> int:
    """Return the number of checks."""
    return len(CHECKS) + POINTS_CHECKS


__all__ = [
    "CHECKS",
    "NOT_CHECKED",
    "count_checks",
    "find_last_check",
    "list_checked_columns",
    "list_differences",
]
