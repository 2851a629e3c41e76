"""The table of variants that follows from options."""

from __future__ import annotations

from uuid import UUID

import pytest

from kashcraft.catalogue.rules import SkuInput, VariantInput
from kashcraft.catalogue.rules.option_table import list_combinations, match_variants
from kashcraft.catalogue.rules.product_input import StoredVariant
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money


def test_every_value_meets_every_other_in_order() -> None:
    assert list_combinations([("Size", ("S", "M")), ("Color", ("Red", "Blue"))]) == [
        {"Size": "S", "Color": "Red"},
        {"Size": "S", "Color": "Blue"},
        {"Size": "M", "Color": "Red"},
        {"Size": "M", "Color": "Blue"},
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], "no_options"),
        ([("Size", ())], "no_options"),
        ([("Size", ("S",)), ("size", ("M",))], "option_twice"),
        ([("Size", ("S", "s"))], "option_twice"),
        ([("A", tuple("abcdefghijk")), ("B", tuple("abcdefghij"))], "too_many_variants"),
    ],
)
def test_options_that_make_no_table_are_refused(
    options: list[tuple[str, tuple[str, ...]]], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        list_combinations(options)
    assert refused.value.code == code


def variant(number: int, is_retired: bool = False, **values: str) -> StoredVariant:
    sold = SkuInput(sku=f"KC-{number}", price=Money(4000, "USD"))
    data = VariantInput(option_values=values, sold=sold)
    return StoredVariant(ProductId(UUID(int=number)), data, is_retired)


def matched(options: list[tuple[str, tuple[str, ...]]], stored: list[StoredVariant]) -> list[int | None]:
    found = match_variants(
        list_combinations(options), [name for name, _ in options], stored, list(stored[0].data.option_values)
    )
    return [one.id.int if one else None for one in found]


def test_stored_variants_stay_with_their_values() -> None:
    stored = [variant(1, Size="S"), variant(2, Size="M"), variant(3, is_retired=True, Size="L")]

    assert matched([("Size", ("L", "M", "XL"))], stored) == [3, 2, None]
    assert matched([("Width", ("S", "M"))], stored) == [1, 2]
    assert matched([("Size", ("S", "M")), ("Color", ("Red", "Blue"))], stored) == [1, None, 2, None]


def test_a_current_variant_comes_before_an_archived_one() -> None:
    assert matched([("Size", ("S",))], [variant(2, Size="S"), variant(1, is_retired=True, Size="S")]) == [2]
