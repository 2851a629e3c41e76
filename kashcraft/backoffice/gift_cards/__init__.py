"""Gift cards as staff see them.

It owns no data. Pages: the list, one card with its ledger, cards issued in bulk, figures.
Cards are changed by the gift_cards package.
"""
