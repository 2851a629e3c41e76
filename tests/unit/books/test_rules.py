"""A difference is told in one line, and an alert names the first fifty."""

from __future__ import annotations

from kashcraft.books.rules import TOLD_IN_A_LETTER, Difference, letter_context

SHAWL = Difference("stock.quantity", "KC-1", 20, 21)


def test_a_difference_says_what_was_expected_and_what_was_found() -> None:
    assert str(SHAWL) == "stock.quantity of KC-1: 20 expected, 21 found"


def test_an_alert_tells_every_difference_where_they_are_few() -> None:
    assert letter_context([SHAWL]) == {
        "count": 1,
        "differences": ["stock.quantity of KC-1: 20 expected, 21 found"],
        "left_out": 0,
    }


def test_an_alert_counts_what_it_leaves_out() -> None:
    many = [Difference("stock.quantity", str(number), 0, 1) for number in range(TOLD_IN_A_LETTER + 7)]
    told = letter_context(many)

    assert (told["count"], len(told["differences"]), told["left_out"]) == (57, 50, 7)
    assert told["differences"][-1] == "stock.quantity of 49: 0 expected, 1 found"
