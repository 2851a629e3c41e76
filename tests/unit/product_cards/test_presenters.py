"""Texts about stock and variants."""

from __future__ import annotations

import pytest

from kashcraft.product_cards.presenters import stock_words, variants_note


@pytest.mark.parametrize(
    ("state", "free", "words"),
    [
        ("sold_out", 0, "Sold out"),
        ("low", 2, "Only 2 left"),
        ("low", None, "Few left"),
        ("in_stock", 40, "In stock"),
    ],
)
def test_each_state_of_stock_has_a_text(state: str, free: int | None, words: str) -> None:
    assert stock_words(state, free) == words


def test_one_of_a_kind_replaces_the_number_of_units_left() -> None:
    words = [stock_words(state, 1, one_of_a_kind=True) for state in ("low", "sold_out", "in_stock")]
    assert words == ["One of a kind", "Sold out", "In stock"]


@pytest.mark.parametrize(
    ("names", "count", "note"),
    [
        (["Size"], 1, ""),
        (["Size"], 5, "5 sizes"),
        (["US ring size"], 7, "7 sizes"),
        (["Plug type"], 3, "3 plug types"),
        (["Tray"], 2, "2 choices"),
        (["Size", "Colour"], 6, "6 choices"),
    ],
)
def test_the_number_of_variants_is_named_by_their_option(names: list[str], count: int, note: str) -> None:
    assert variants_note(names, count) == note
