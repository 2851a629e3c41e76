"""The fields of the price filter: input, placeholder and errors."""

from __future__ import annotations

import pytest

from kashcraft.core.formats import Formats
from kashcraft.product_cards.rules import Result, Selection
from kashcraft.storefront.presenters import price_fields
from kashcraft.storefront.rules import ListAddress, PriceRange, read_prices

ADDRESS = ListAddress("/products", "USD")
DIFFERENT = Result(5, [], {}, lowest=1000, highest=25050)
ALIKE = Result(5, [], {}, lowest=500, highest=500)


def typed(first: str, last: str = "") -> PriceRange:
    return read_prices({"price_from": [first], "price_to": [last]}, Formats(), "USD")


def shown(prices: PriceRange, result: Result = DIFFERENT) -> list[tuple[str, str, str]]:
    selection = Selection(price_from=prices.lowest, price_to=prices.highest)
    return [(one.id, one.value, one.error) for one in price_fields(selection, prices, ADDRESS, result)]


def test_a_field_shows_its_amount_and_the_price_range_as_placeholder() -> None:
    fields = price_fields(Selection(price_from=2000), typed("$20"), ADDRESS, DIFFERENT)

    assert [(one.label, one.value, one.placeholder) for one in fields] == [
        ("From", "20", "$10.00"), ("To", "", "$250.50"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "error"),
    [("cheap", "Enter a price like $25.00."), ("-5", "Enter a price that is not below zero.")],
)
def test_invalid_input_stays_in_the_field_with_its_error(first: str, error: str) -> None:
    assert shown(typed(first, "50")) == [("price-from", first, error), ("price-to", "50", "")]


def test_the_price_filter_is_hidden_for_equal_prices_without_errors() -> None:
    assert shown(typed("20"), ALIKE) == []
    assert len(shown(typed("cheap"), ALIKE)) == 2
