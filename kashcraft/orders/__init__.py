"""Orders: their prices, lines, status, history, returns and refunds.

Owns orders, their lines, history and refunds, and is the only package that changes the status of an
order. Publishes OrderPlaced, OrderPaid, OrderCancelled, OrderExpired and RefundMade.
"""
