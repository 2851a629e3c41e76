"""Quick buy: one press opens a session with a fixed quote and held stock, a second one buys.

The package owns QuickCheckoutSession. The address book belongs to accounts, saved cards to payments. It
publishes no events of its own; the placed order publishes its own.
"""
