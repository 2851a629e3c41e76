"""Which queries are stored in the totals."""

from __future__ import annotations

import pytest

from kashcraft.core.ids import new_reference
from kashcraft.search import rules


@pytest.mark.parametrize("query", ["pashmina shawl", "size 36", "under 2500", "1940s walnut box", "kc", ""])
def test_words_of_the_shop_are_stored(query: str) -> None:
    assert rules.query_for_totals(query) == query


@pytest.mark.parametrize(
    "query", ["noor@kashcraft.example", "+1 212 555 0100", "1234567", "4242 4242 4242 4242"]
)
def test_personal_queries_are_stored_as_empty_text(query: str) -> None:
    assert rules.query_for_totals(query) == ""


def test_order_numbers_are_stored_as_empty_text() -> None:
    number = new_reference("KC")
    assert [rules.query_for_totals(text) for text in (number, number.lower(), number.replace("-", " "))] == [
        ""
    ] * 3
