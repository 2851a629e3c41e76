"""The e-mail about differences lists the first fifty."""

from __future__ import annotations

from kashcraft.books.presenters import MOST_LISTED, email_context
from kashcraft.books.rules import Difference

SHAWL = Difference("stock.quantity", "KC-1", 20, 21)


def test_an_alert_lists_all_differences_up_to_fifty() -> None:
    assert email_context([SHAWL]) == {
        "count": 1,
        "differences": ["stock.quantity of KC-1: 20 expected, 21 found"],
        "left_out": 0,
    }


def test_an_alert_states_how_many_differences_it_leaves_out() -> None:
    many = [Difference("stock.quantity", str(number), 0, 1) for number in range(MOST_LISTED + 7)]
    context = email_context(many)

    assert (context["count"], len(context["differences"]), context["left_out"]) == (57, 50, 7)
    assert context["differences"][-1] == "stock.quantity of 49: 0 expected, 1 found"
