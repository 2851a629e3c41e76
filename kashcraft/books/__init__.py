"""The check of all stored figures: each is calculated again from the ledger behind it.

Owns no table and repairs nothing. Reads stock, vouchers, gift cards, points, orders, payments and the
blog, lists each difference, and sends an e-mail to the shop. Publishes nothing.
"""
