"""What the name of an option decides."""

import pytest

from kashcraft.catalogue.rules import is_colour, kind_of_option, options_text


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("Colour", True), ("color", True), (" COLOR ", True), ("Farbe", True), ("Size", False),
        ("Colour temperature", False),
    ],
)  # fmt: skip
def test_color_options_are_recognized(name: str, colour: bool) -> None:
    assert is_colour(name) is colour


def test_values_are_in_the_order_of_the_options() -> None:
    values = {"Color": "red", "Size": "M"}
    assert options_text(values, ["Size", "Color"]) == "Size: M, Color: red"
    assert options_text(values) == "Color: red, Size: M"
    assert options_text({}) == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("US ring size", "size"), ("Inner diameter", "size"), ("Frame Color", "color"),
        ("Edition", "edition"), ("Blood type", "type"), (" ", ""),
    ],
)  # fmt: skip
def test_the_last_word_of_a_name_is_the_kind_of_the_option(name: str, kind: str) -> None:
    assert kind_of_option(name) == kind
