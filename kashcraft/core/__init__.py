"""The ground floor: transactions, events, jobs, money, time, requests.

Nothing in here knows what is sold. Every feature package stands on it and it imports none of them.
"""
