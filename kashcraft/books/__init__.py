"""The proof of the books: every counter of the shop worked out once more from the ledger behind it.

Owns no table and repairs nothing: it reads stock, vouchers, gift cards, points, orders, payments and the
journal, names each difference and writes to the shop. Publishes nothing.
"""
