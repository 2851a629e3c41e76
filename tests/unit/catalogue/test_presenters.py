"""Sentences around the name of an option fit any name."""

import pytest

from kashcraft.catalogue.presenters import choose_text, count_text


@pytest.mark.parametrize(
    ("name", "ask", "count"),
    [
        ("Size", "Choose a size", "3 sizes"),
        ("EU size", "Choose a size", "3 sizes"),
        ("US ring size", "Choose a size", "3 sizes"),
        ("Inner diameter", "Choose a size", "3 sizes"),
        ("Colour", "Choose a color", "3 colors"),
        ("Frame Color", "Choose a color", "3 colors"),
        ("Plug type", "Choose a plug type", "3 plug types"),
        ("Amount", "Choose an amount", "3 amounts"),
        ("Net weight", "Choose a weight", "3 weights"),
        ("Capacity", "Choose a capacity", "3 capacities"),
        ("Edition", "Choose: Edition", "3 choices"),
        ("Größe", "Choose: Größe", "3 choices"),
        ("Series", "Choose: Series", "3 choices"),
        ("Blood type", "Choose: Blood type", "3 choices"),
    ],
)
def test_an_option_has_a_prompt_and_a_count(name: str, ask: str, count: str) -> None:
    assert (choose_text(name), count_text(name, 3)) == (ask, count)
