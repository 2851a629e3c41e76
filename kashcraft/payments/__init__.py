"""Payments, the outcomes that processors report, refunds, and saved cards.

Owns payments, their events, webhook receipts and saved payment methods, and the protocol of gateways.
Publishes PaymentFailed.
"""
