"""Reads of vouchers for carts and for staff."""

from kashcraft.vouchers.queries.backoffice import (
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
from kashcraft.vouchers.queries.carts import (
    any_automatic,
    find_customer_key,
    get_code_lookups,
    list_customer_hashes,
)

__all__ = [
    "Campaign",
    "Copy",
    "VoucherStatistics",
    "VoucherUse",
    "any_automatic",
    "count_copies",
    "find_customer_key",
    "find_pattern",
    "find_use",
    "get_code_lookups",
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
