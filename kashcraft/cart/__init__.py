"""Carts of guests and members.

A token in the cart cookie identifies the cart of a guest. Signing in merges it into the cart of the member.
"""
