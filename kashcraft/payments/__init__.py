"""Money coming in and going back: payments, what processors tell about them, and saved cards.

Owns payments, their events, webhook receipts and saved payment methods, and the protocol that gateways
follow.
Publishes PaymentFailed.
"""
