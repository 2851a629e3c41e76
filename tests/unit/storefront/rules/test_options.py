"""Automatic selection of option values, and the variants that further values lead to."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from kashcraft.product_cards.rules import PricedVariant
from kashcraft.storefront.rules import Values, build_axes, chosen_values, matching


def product_variants(*choices: tuple[Sequence[str], int]) -> list[PricedVariant]:
    """Return variants with the given values and free units, numbered from 1."""
    return [
        PricedVariant(UUID(int=number), price=1000, free=free, values=tuple(values))
        for number, (values, free) in enumerate(choices, start=1)
    ]


COATS = product_variants(
    (("Ink", "S"), 3), (("Ink", "M"), 0), (("Ink", "L"), 2), (("Moss", "S"), 0), (("Moss", "M"), 0),
    (("Moss", "L"), 4),
)  # fmt: skip
COAT = ("Colour", "Size")
# Some combinations do not exist: there is no narrow L, and no wide variant in green.
BOOTS = product_variants(
    (("Red", "S", "Narrow"), 2), (("Red", "S", "Wide"), 1), (("Red", "L", "Wide"), 0),
    (("Green", "S", "Narrow"), 5), (("Green", "M", "Narrow"), 1),
)  # fmt: skip
BOOT = ("Colour", "Size", "Width")
SIZES = product_variants((("S",), 0), (("M",), 4), (("L",), 1))


@pytest.mark.parametrize(
    ("names", "sold", "wanted", "given", "chosen"),
    [
        (["Size"], SIZES, None, (), (None,)),
        (["Plug type"], SIZES, None, (), (None,)),
        (["Colour"], SIZES, None, (), ("M",)),
        (["Size"], SIZES, 1, (), ("S",)),
        (["Size"], SIZES, 9, (), (None,)),
        (["Size"], SIZES[:1], None, (), ("S",)),
        (COAT, COATS, None, (), ("Ink", None)),
        (COAT, COATS, None, ("Moss",), ("Moss", None)),
        (COAT, COATS, None, (None, "L"), ("Ink", "L")),
        (COAT, COATS, None, ("Teal", "L"), ("Ink", "L")),
        (COAT, COATS, 6, ("Ink", "S"), ("Moss", "L")),
        (BOOT, BOOTS, None, (), ("Red", None, None)),
        (BOOT, BOOTS, None, ("Green", "L"), ("Green", None, None)),
        (BOOT, BOOTS, None, ("Green", "M", "Narrow"), ("Green", "M", "Narrow")),
        ((), [PricedVariant(UUID(int=1), 1000, 2)], None, (), ()),
    ],
)
def test_only_colors_and_single_values_are_selected_automatically(
    names: Sequence[str],
    sold: list[PricedVariant],
    wanted: int | None,
    given: Sequence[str | None],
    chosen: Values,
) -> None:
    assert chosen_values(names, sold, UUID(int=wanted) if wanted else None, given) == chosen


def leads(
    names: Sequence[str], sold: list[PricedVariant], chosen: Values
) -> dict[str, tuple[str, bool, str]]:
    """Return for each value the variant or query it leads to, whether it is sold out, and its conflicts."""
    return {
        value.text: (
            str(value.variant_id.int) if value.variant_id else value.query,
            value.sold_out,
            ", ".join(value.conflicts),
        )
        for axis in build_axes(names, sold, chosen)
        for value in axis.values
    }


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (
            ("Ink", "S"),
            {
                "Ink": ("1", False, ""),
                "Moss": ("option1=Moss", False, "S"),
                "S": ("1", False, ""),
                "M": ("2", True, ""),
                "L": ("3", False, ""),
            },
        ),
        (
            ("Ink", "M"),
            {
                "Ink": ("option1=Ink", False, "M"),
                "Moss": ("option1=Moss", False, "M"),
                "S": ("1", False, ""),
                "M": ("2", True, ""),
                "L": ("3", False, ""),
            },
        ),
        (
            ("Ink", "L"),
            {
                "Ink": ("3", False, ""),
                "Moss": ("6", False, ""),
                "S": ("1", False, ""),
                "M": ("2", True, ""),
                "L": ("3", False, ""),
            },
        ),
        (
            ("Moss", None),
            {
                "Ink": ("option1=Ink", False, ""),
                "Moss": ("option1=Moss", False, ""),
                "S": ("1", False, "Moss"),
                "M": ("5", True, ""),
                "L": ("6", False, ""),
            },
        ),
    ],
    ids=["Ink, S", "Ink, M", "Ink, L", "Moss, no size"],
)
def test_a_value_is_sold_out_if_no_variant_with_it_is_available(
    chosen: Values, expected: dict[str, tuple[str, bool, str]]
) -> None:
    assert leads(COAT, COATS, chosen) == expected


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (
            ("Red", None, None),
            {
                "Red": ("option1=Red", False, ""),
                "Green": ("option1=Green", False, ""),
                "S": ("option1=Red&option2=S", False, ""),
                "L": ("option1=Red&option2=L", True, ""),
                "M": ("option1=Green&option2=M", False, "Red"),
                "Narrow": ("option1=Red&option3=Narrow", False, ""),
                "Wide": ("option1=Red&option3=Wide", False, ""),
            },
        ),
        (
            ("Red", "S", "Wide"),
            {
                "Red": ("2", False, ""),
                "Green": ("option1=Green&option2=S", False, "Wide"),
                "S": ("2", False, ""),
                "L": ("3", True, ""),
                "M": ("option1=Green&option2=M", False, "Red, Wide"),
                "Narrow": ("1", False, ""),
                "Wide": ("2", False, ""),
            },
        ),
    ],
    ids=["a colour", "everything"],
)
def test_each_of_three_options_retains_matching_values(
    chosen: Values, expected: dict[str, tuple[str, bool, str]]
) -> None:
    assert leads(BOOT, BOOTS, chosen) == expected


def test_an_option_with_one_value_needs_no_selection() -> None:
    sold = product_variants((("Ivory and madder", "S"), 1), (("Ivory and madder", "L"), 1))
    colour, size = build_axes(COAT, sold, chosen_values(COAT, sold, None))
    assert (colour.is_question, colour.chosen) == (False, "Ivory and madder")
    assert (size.is_question, size.chosen) == (True, None)


def test_places_are_the_positions_of_the_variants() -> None:
    assert [one.id.int for one in matching(COATS, ("Moss", None))] == [4, 5, 6]
    assert [one.id.int for one in matching(COATS, (None, None))] == [1, 2, 3, 4, 5, 6]
    assert [value.places for value in build_axes(COAT, COATS, ("Ink", None))[1].values] == [
        (0, 3),
        (1, 4),
        (2, 5),
    ]
