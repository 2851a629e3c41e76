"""Which words of a search are kept for good."""

from __future__ import annotations

import pytest

from kashcraft.core.ids import new_reference
from kashcraft.search import rules


@pytest.mark.parametrize("query", ["pashmina shawl", "size 36", "under 2500", "1940s walnut box", "kc", ""])
def test_words_of_the_shop_are_kept(query: str) -> None:
    assert rules.words_kept(query) == query


@pytest.mark.parametrize(
    "query", ["noor@kashcraft.example", "+1 212 555 0100", "1234567", "4242 4242 4242 4242"]
)
def test_what_tells_who_typed_it_is_not(query: str) -> None:
    assert rules.words_kept(query) == ""


def test_neither_is_the_number_of_an_order() -> None:
    number = new_reference("KC")
    assert [rules.words_kept(text) for text in (number, number.lower(), number.replace("-", " "))] == [""] * 3
