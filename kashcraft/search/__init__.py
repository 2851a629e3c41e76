"""Search: what people look for, what they find, and what they then open and order.

Owns SearchHistory and SearchClick, which are kept for 90 days and never hold an address of a network, and
SearchDaily, which keeps their totals. A search says for 30 days who made it.
Publishes nothing.
"""
