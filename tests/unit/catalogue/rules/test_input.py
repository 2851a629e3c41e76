"""Valid and refused input for products."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kashcraft.catalogue.models import AttributeKind
from kashcraft.catalogue.rules import (
    SkuInput,
    VariantInput,
    attributes_of_options,
    checked_price,
    checked_variants,
    clean_values,
    slug_from,
)
from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money


def usd(amount: str) -> Money:
    return Money.from_decimal(amount, "USD")


SOLD = SkuInput(sku="A-1", price=usd("10.00"))
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sku": "  "}, "sku_empty"),
        ({"price": usd("-0.01")}, "price_negative"),
        ({"cost": usd("-1.00")}, "price_negative"),
        ({"sale_price": usd("10.00")}, "sale_price_not_lower"),
        ({"sale_price": Money(1, "EUR")}, "currency_mismatch"),
        ({"sale_price": usd("9.00"), "sale_starts_at": APRIL, "sale_ends_at": MARCH}, "sale_window"),
        ({"sale_price": usd("9.00"), "sale_starts_at": MARCH, "sale_ends_at": MARCH}, "sale_window"),
        ({"weight_grams": -1}, "weight_negative"),
    ],
)
def test_an_invalid_price_is_refused_with_its_code(changes: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        checked_price(replace(SOLD, **changes))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_free_product_and_a_lower_sale_price_are_valid() -> None:
    assert checked_price(replace(SOLD, price=usd("0.00"))).price == usd("0.00")
    assert checked_price(replace(SOLD, sale_price=usd("9.99"))).sale_price == usd("9.99")


def variant(size: str, sku: str, currency: str = "USD") -> VariantInput:
    return VariantInput(option_values={"Size": size}, sold=SkuInput(sku=sku, price=Money(100, currency)))


@pytest.mark.parametrize(
    ("names", "variants", "code"),
    [
        ([], [variant("S", "1")], "no_options"),
        (["Size", "Size"], [variant("S", "1")], "no_options"),
        (["Size"], [], "no_choices"),
        (["Colour"], [variant("S", "1")], "option_values"),
        (["Size", "Colour"], [variant("S", "1")], "option_values"),
        (["Size"], [variant("S", "1"), variant("S", "2")], "choice_twice"),
        (["Size"], [variant("S", "1"), variant("M", "1")], "sku_taken"),
        (["Size"], [variant("S", "1"), variant("M", "2", "EUR")], "currency_mismatch"),
    ],
)
def test_invalid_variants_are_refused_with_their_code(
    names: list[str], variants: list[VariantInput], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        checked_variants(names, variants)
    assert refused.value.code == code


def test_options_called_size_and_color_are_filters() -> None:
    assert attributes_of_options({"Size": "M", "Color": "Red", "Engraving": "A"}) == {
        AttributeKind.SIZE: ("M",),
        AttributeKind.COLOUR: ("Red",),
    }


def test_filter_values_of_a_variant_replace_its_option_value() -> None:
    given = replace(variant("Ø 30 cm", "1"), sizes=("30 cm",))
    assert given.attributes()[AttributeKind.SIZE] == ("30 cm",)


def test_values_are_trimmed_and_unique() -> None:
    assert clean_values([" Wool ", "", "Wool", "Silk  thread"]) == ("Wool", "Silk thread")
    assert clean_values(["x" * 260]) == ("x" * 255,)


def test_slugs_are_lower_case_words() -> None:
    assert slug_from("Papier-mâché box, Nº 2") == "papier-mache-box-no-2"
    with pytest.raises(DomainError, match="slug_empty"):
        slug_from("!!!")
