"""Gift cards: issued from a paid order line, sent on their day, used as money, kept as a ledger.

Owns GiftCard and GiftCardUsage. A card is found by a keyed hash of its code and its balance is the sum of its
ledger. Publishes nothing: checkout and orders call it by name, and it issues on OrderPaid.
"""
