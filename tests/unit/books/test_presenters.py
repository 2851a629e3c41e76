"""An alert names the first fifty differences."""

from __future__ import annotations

from kashcraft.books.presenters import MOST_LISTED, email_context
from kashcraft.books.rules import Difference

SHAWL = Difference("stock.quantity", "KC-1", 20, 21)


def test_an_alert_tells_every_difference_where_they_are_few() -> None:
    assert email_context([SHAWL]) == {
        "count": 1,
        "differences": ["stock.quantity of KC-1: 20 expected, 21 found"],
        "left_out": 0,
    }


def test_an_alert_counts_what_it_leaves_out() -> None:
    many = [Difference("stock.quantity", str(number), 0, 1) for number in range(MOST_LISTED + 7)]
    told = email_context(many)

    assert (told["count"], len(told["differences"]), told["left_out"]) == (57, 50, 7)
    assert told["differences"][-1] == "stock.quantity of 49: 0 expected, 1 found"
