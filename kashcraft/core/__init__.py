"""The base of the application: transactions, events, jobs, money, time, and requests.

Feature packages import this package; it imports none of them and knows nothing of products or orders.
"""
