"""Vouchers for a basket, and what staff see of them."""

from kashcraft.vouchers.queries.baskets import (
    any_applies_by_itself,
    find_customer_key,
    get_for_codes,
    list_customer_hashes,
)
from kashcraft.vouchers.queries.office import (
    Campaign,
    Copy,
    VoucherStatistics,
    VoucherUse,
    count_copies,
    find_pattern,
    find_use,
    get_statistics,
    get_voucher,
    list_campaigns,
    list_changes,
    list_copies,
    list_statistics,
    list_uses,
    list_vouchers,
    was_used,
)

__all__ = [
    "Campaign",
    "Copy",
    "VoucherStatistics",
    "VoucherUse",
    "any_applies_by_itself",
    "count_copies",
    "find_customer_key",
    "find_pattern",
    "find_use",
    "get_for_codes",
    "get_statistics",
    "get_voucher",
    "list_campaigns",
    "list_changes",
    "list_copies",
    "list_customer_hashes",
    "list_statistics",
    "list_uses",
    "list_vouchers",
    "was_used",
]
