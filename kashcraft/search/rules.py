"""Which queries may be stored permanently."""

from __future__ import annotations

from kashcraft.core.ids import clean_reference

ORDER_PREFIX = "KC"
# A telephone number has more digits than any year, size or price.
DIGITS_OF_A_NUMBER = 7


def query_for_totals(query: str) -> str:
    """Return a query for the daily totals, an empty text if it could identify a person.

    That is an e-mail address, the number of a telephone or card, or an order number.
    """
    digits = sum(character.isdigit() for character in query)
    is_personal = "@" in query or digits >= DIGITS_OF_A_NUMBER or clean_reference(query, ORDER_PREFIX)
    return "" if is_personal else query
