"""Search: the queries of visitors, the results they open, and the orders that follow.

Owns SearchHistory and SearchClick, which are stored for 90 days without IP addresses, and SearchDaily, their
daily totals. Personal references are removed after 30 days. Publishes nothing.
"""
