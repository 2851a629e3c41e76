"""Gift cards: issued from paid order lines, sent by e-mail on a chosen day, and used to pay.

Owns GiftCard, GiftCardUsage and GiftCardAction. A card is found by a keyed hash of its code. Its balance is
the sum of its ledger. Publishes nothing: checkout and orders call its services directly, and it issues cards
on OrderPaid.
"""
