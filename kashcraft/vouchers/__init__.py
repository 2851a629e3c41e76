"""Vouchers: codes and automatic offers that take something off an order, and who has used them.

Owns Voucher with its categories and excluded products, and VoucherUsage, whose unique slots hold the limits
under any concurrency. Publishes nothing: checkout and orders call it by name.
"""
