"""Orders as staff see them.

It owns no data. Pages: the list to work from, one order with its refunds, notes and history.
Orders are changed by the orders and payments packages.
"""
