"""Vouchers as staff read them: rows of the list and of campaigns, and the parts of one voucher."""
