"""The waiting list: who wants a piece that is sold out, in which order, and whose turn it is.

Owns Waitlist, and WaitlistDaily, which keeps the figures of entries that are deleted; the unit kept for a
notified person is a hold of the inventory. Publishes nothing: it reacts to StockFreed and OrderPaid.
"""
