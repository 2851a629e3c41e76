"""Requests are marked when they have completed work, for the error page."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.core import completed_work
from kashcraft.core.db import step


def test_a_committed_step_marks_the_request(database: Flask) -> None:
    with database.test_request_context("/cart/lines"):
        assert not completed_work.was_noted()
        with step():
            pass
        assert completed_work.was_noted()


def test_a_rolled_back_step_does_not_mark_the_request(database: Flask) -> None:
    with database.test_request_context("/cart/lines"):
        with pytest.raises(ZeroDivisionError), step():
            raise ZeroDivisionError
        assert not completed_work.was_noted()


def test_outside_of_requests_nothing_is_marked(database: Flask) -> None:
    completed_work.note()

    assert not completed_work.was_noted()


def test_the_page_is_the_one_of_the_view_or_the_one_above(app: Flask) -> None:
    with app.test_request_context("/cart/lines"):
        assert completed_work.shown_at() == "/cart"
        completed_work.show_at("/orders/KC-1")
        assert completed_work.shown_at() == "/orders/KC-1"
