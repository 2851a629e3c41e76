"""Orders: what was bought, at which price, and everything that happened to it since.

Owns orders, their lines, history and refunds, and is the only place that moves an order's status.
Publishes OrderPlaced, OrderPaid, OrderCancelled, OrderExpired and RefundMade.
"""
