"""Vouchers for a basket, and what staff see of them."""

from kashcraft.vouchers.queries.baskets import (
    any_applies_by_itself,
    customer_hashes,
    customer_key,
    for_basket,
    for_code,
)
from kashcraft.vouchers.queries.office import (
    Campaign,
    Copy,
    Statistics,
    Use,
    by_id,
    campaigns,
    copies,
    copies_made,
    history,
    listed,
    pattern_of,
    statistics,
    statistics_of,
    uses,
    was_used,
)

__all__ = [
    "Campaign",
    "Copy",
    "Statistics",
    "Use",
    "any_applies_by_itself",
    "by_id",
    "campaigns",
    "copies",
    "copies_made",
    "customer_hashes",
    "customer_key",
    "for_basket",
    "for_code",
    "history",
    "listed",
    "pattern_of",
    "statistics",
    "statistics_of",
    "uses",
    "was_used",
]
