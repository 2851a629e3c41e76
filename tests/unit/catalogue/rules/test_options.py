"""What an option is told by its name."""

import pytest

from kashcraft.catalogue.rules import is_colour, kind_of_option, options_text


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("Colour", True), ("color", True), (" COLOR ", True), ("Farbe", True), ("Size", False),
        ("Colour temperature", False),
    ],
)  # fmt: skip
def test_a_colour_is_told_by_looking(name: str, colour: bool) -> None:
    assert is_colour(name) is colour


def test_values_are_written_in_the_order_of_the_options() -> None:
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
def test_the_last_word_of_a_name_says_what_an_option_chooses(name: str, kind: str) -> None:
    assert kind_of_option(name) == kind
