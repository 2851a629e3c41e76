"""Customers who are members of the loyalty program.

It owns no data. Pages: the list of members, one member with points, rewards and referrals.
Points and rewards are changed by the loyalty package.
"""
