"""The proof of each book; one statement a figure, whatever the size of the shop."""

from __future__ import annotations

from kashcraft.books.queries import benefits, journal, money, orders, stock
from kashcraft.books.queries.checking import Check, list_wrong
from kashcraft.books.rules import Difference
from kashcraft.loyalty import queries as loyalty

CHECKS: tuple[Check, ...] = (*stock.CHECKS, *benefits.CHECKS, *orders.CHECKS, *money.CHECKS, *journal.CHECKS)
# What loyalty proves of itself.
POINTS = 7
POINTS_PROVE = (
    "loyalty_accounts.available_points", "loyalty_accounts.total_points", "loyalty_accounts.total_spent",
    "loyalty_accounts.total_purchases", "points_histories.points_amount", "points_histories.base_amount",
    "points_histories.lot_points", "points_histories.remaining", "points_lot_uses.points",
    "points_lot_uses.restored",
)  # fmt: skip
# Figures that nothing else in the shop says once more, and why a change by hand cannot be found.
FREE = {
    "terms that staff set": (
        "products.price", "products.sale_price", "products.cost", "shipping_zones.free_above",
        "shipping_rate_bands.from_merchandise", "shipping_rate_bands.price", "vouchers.discount_value",
        "vouchers.max_discount", "vouchers.min_discount", "vouchers.min_order_value",
        "vouchers.max_order_value", "loyalty_tiers.qualifying_points", "loyalty_tiers.net_spend",
        "loyalty_tiers.birthday_points", "loyalty_tiers.free_shipping_from", "reward_offers.value",
        "reward_offers.points_cost", "loyalty_rewards.value",
    ),
    "what somebody wishes or was shown, and is worked out anew before it counts": (
        "carts.points", "cart_lines.seen_price", "cart_lines.quantity", "return_request_lines.quantity",
        "quick_checkout_sessions.quantity", "quick_checkout_sessions.subtotal",
        "quick_checkout_sessions.shipping_cost", "quick_checkout_sessions.tax_amount",
        "quick_checkout_sessions.total_amount",
    ),
    "what is only told: the price without a sale, the balance and the stock after an entry": (
        "order_lines.regular_price", "gift_card_usages.balance_after", "inventory_logs.new_quantity",
        "inventory_log_archives.new_quantity",
    ),
    "what a point was worth is not kept, and the lots say what came back": ("points_lot_uses.returned",),
    "worked out by the database": ("inventories.available",),
    "a level that staff set": ("inventories.reorder_quantity",),
    "counted from the text on each save": ("blog_posts.word_count",),
    "features that come write these": (
        "products.rating_count", "products.sold_count", "parcel_lines.quantity",
        "saved_addresses.usage_count", "saved_comparisons.view_count", "size_guides.usage_count",
        "search_histories.result_count",
    ),
}  # fmt: skip


def list_differences() -> list[Difference]:
    """Return every figure of the shop that differs from its ledger; an empty list is the proof.

    Each figure is read by one statement and so as of one moment; the shop may go on meanwhile.
    """
    points = [
        Difference(f"points.{entry.what}", str(entry.id), entry.calculated, entry.stored)
        for entry in loyalty.list_differences()
    ]
    return [*(found for check in CHECKS for found in list_wrong(check)), *points]


def list_proven() -> set[str]:
    """Return the columns in which a change by hand is found."""
    return {column for check in CHECKS for column in check.proves} | set(POINTS_PROVE)


def count() -> int:
    """Return how many kinds of figures are proven."""
    return len(CHECKS) + POINTS


__all__ = ["CHECKS", "FREE", "count", "list_differences", "list_proven"]
