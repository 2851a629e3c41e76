"""What may be remembered of a search for good."""

from __future__ import annotations

from kashcraft.core.ids import clean_reference

ORDER_PREFIX = "KC"
# A telephone number has more digits than any year, size or price.
DIGITS_OF_A_NUMBER = 7


def words_kept(query: str) -> str:
    """Return the words of a search for the daily totals, or nothing where they may tell who typed them.

    That is what looks like an e-mail address, a number of a telephone or card, or the number of an order.
    """
    digits = sum(letter.isdigit() for letter in query)
    telling = "@" in query or digits >= DIGITS_OF_A_NUMBER or clean_reference(query, ORDER_PREFIX)
    return "" if telling else query
