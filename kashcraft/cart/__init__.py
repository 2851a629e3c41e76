"""The cart: what somebody means to buy, kept for guests and members alike.

A guest's cart is opened by the token in the cart cookie; signing in merges it into the member's own.
"""
