"""Vouchers: discounts by code and automatic discounts, and who has used them.

Owns Voucher with its categories and excluded products, and VoucherUsage, whose unique slots enforce the
limits under any concurrency. Publishes nothing: checkout and orders call its services directly.
"""
