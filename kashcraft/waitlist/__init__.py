"""The waiting list: customers who wait for sold-out products, their order, and whose turn it is.

Owns Waitlist, and WaitlistDaily with the totals of deleted entries. The unit for a notified customer is a
hold of the inventory. Publishes nothing; reacts to StockFreed and OrderPaid.
"""
