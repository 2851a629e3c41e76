"""Vouchers as staff see them.

It owns no data. Pages: the list, one voucher with its use and history, its form, codes in bulk, campaigns.
Vouchers are changed by the vouchers package.
"""
