"""One cell at a time: what it means, and what is said of it where it means nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kashcraft.product_csv.rules.cells import Cells
from kashcraft.product_csv.rules.document import Remarks, Row


def read(column: str, text: str, reader: Callable[[Cells], Any]) -> tuple[Any, list[str], list[str]]:
    """Return what a cell means, and its errors and notes without their place."""
    remarks = Remarks()
    value = reader(Cells(Row(7, {column: text}), remarks))
    said = [[remark.message for remark in some] for some in (remarks.errors, remarks.notes)]
    return value, said[0], said[1]


@pytest.mark.parametrize(
    ("text", "minor"), [("", None), ("0", 0), ("12", 1200), ("12.5", 1250), ("12.50", 1250)]
)
def test_an_amount_is_read_in_the_smallest_unit(text: str, minor: int | None) -> None:
    assert read("price", text, lambda cells: cells.amount("price", "USD")) == (minor, [], [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("12,50", "“12,50” is not an amount; write it like 1234.50"),
        ("1e3", "“1e3” is not an amount; write it like 1234.50"),
        ("1_000", "“1_000” is not an amount; write it like 1234.50"),
        ("$5", "“$5” is not an amount; write it like 1234.50"),
        ("12.505", "“12.505” is finer than the smallest unit of USD"),
        ("-1", "“-1” is not a possible price"),
        ("9" * 30, f"“{'9' * 30}” is not a possible price"),
    ],
)
def test_what_is_no_amount_is_refused_and_reads_as_nothing(text: str, message: str) -> None:
    assert read("price", text, lambda cells: cells.amount("price", "USD")) == (None, [message], [])


def test_an_amount_follows_the_places_of_its_currency() -> None:
    assert read("price", "500", lambda cells: cells.amount("price", "JPY"))[0] == 500
    assert read("price", "5.001", lambda cells: cells.amount("price", "KWD"))[0] == 5001
    assert read("price", "5.5", lambda cells: cells.amount("price", "JPY"))[1] == [
        "“5.5” is finer than the smallest unit of JPY"
    ]


@pytest.mark.parametrize(
    ("text", "units"), [("", None), ("0", 0), ("3", 3), ("3.0", 3), ("1000000", 1_000_000)]
)
def test_a_quantity_is_a_whole_number(text: str, units: int | None) -> None:
    assert read("quantity", text, lambda cells: cells.quantity("quantity")) == (units, [], [])


def test_less_than_none_is_none_and_said() -> None:
    assert read("quantity", "-4", lambda cells: cells.quantity("quantity")) == (
        0,
        [],
        ["-4 is imported as 0; there is no stock below zero"],
    )


@pytest.mark.parametrize("text", ["2.5", "many", "1000001"])
def test_other_quantities_are_refused(text: str) -> None:
    value, errors, notes = read("quantity", text, lambda cells: cells.quantity("quantity"))

    assert (value, len(errors), notes) == (None, 1, [])


@pytest.mark.parametrize(
    ("text", "flag"),
    [("", True), ("TRUE", True), ("yes", True), ("1", True), ("Falsch", False), ("no", False), ("0", False)],
)
def test_yes_and_no_are_read_in_several_languages(text: str, flag: bool) -> None:
    assert read("taxable", text, lambda cells: cells.flag("taxable", default=True)) == (flag, [], [])


def test_neither_yes_nor_no_is_refused() -> None:
    assert read("taxable", "maybe", lambda cells: cells.flag("taxable", default=True)) == (
        False,
        ["“maybe” is neither true nor false"],
        [],
    )


@pytest.mark.parametrize(
    ("text", "grams"), [("", 0), ("0", 0), ("28.4", 28), ("28.5", 29), ("10000000", 10_000_000)]
)
def test_a_weight_is_whole_grams_half_a_gram_rounded_up(text: str, grams: int) -> None:
    assert read("grams", text, lambda cells: cells.grams("grams")) == (grams, [], [])


@pytest.mark.parametrize("text", ["heavy", "-1", "10000001"])
def test_other_weights_are_refused(text: str) -> None:
    value, errors, _ = read("grams", text, lambda cells: cells.grams("grams"))

    assert (value, len(errors)) == (0, 1)


def test_a_text_has_single_spaces_and_a_limit() -> None:
    assert read("title", " Copper \n bowl ", lambda cells: cells.text("title", 20)) == ("Copper bowl", [], [])
    assert read("title", "Copper bowl", lambda cells: cells.text("title", 10))[1] == [
        "11 characters; at most 10 fit"
    ]


@pytest.mark.parametrize(("text", "place"), [("", 4), ("2", 2), ("000003", 3)])
def test_a_position_is_a_short_number_else_the_next_place(text: str, place: int) -> None:
    assert read("image_position", text, lambda cells: cells.position("image_position", 4)) == (place, [], [])


@pytest.mark.parametrize("text", ["first", "-1", "1.5", "٣", "1234567"])
def test_other_positions_are_refused(text: str) -> None:
    value, errors, _ = read("image_position", text, lambda cells: cells.position("image_position", 4))

    assert (value, errors) == (4, [f"“{text}” is not a position"])
