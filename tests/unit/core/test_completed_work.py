"""What a request has done for good is known to the page that tells of its failure."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.core import completed_work
from kashcraft.core.db import step


def test_a_step_that_has_committed_lasts(database: Flask) -> None:
    with database.test_request_context("/cart/lines"):
        assert not completed_work.was_noted()
        with step():
            pass
        assert completed_work.was_noted()


def test_a_step_that_was_taken_back_does_not(database: Flask) -> None:
    with database.test_request_context("/cart/lines"):
        with pytest.raises(ZeroDivisionError), step():
            raise ZeroDivisionError
        assert not completed_work.was_noted()


def test_outside_of_requests_nobody_asks(database: Flask) -> None:
    completed_work.note()

    assert not completed_work.was_noted()


def test_it_is_shown_where_the_view_says_else_on_the_page_above(app: Flask) -> None:
    with app.test_request_context("/cart/lines"):
        assert completed_work.shown_at() == "/cart"
        completed_work.show_at("/orders/KC-1")
        assert completed_work.shown_at() == "/orders/KC-1"
