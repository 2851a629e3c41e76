"""Quick buy: one press opens a session with a locked quote and held stock, one more buys.

Owns QuickCheckoutSession; the address book is in accounts, saved cards are in payments. Publishes nothing of
its own: the order it places speaks for it.
"""
