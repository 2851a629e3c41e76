"""The watch over templates itself: a statement while one is rendered fails the test that renders it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import db

ASKS = "{% macro shown() %}{{ read() }}{% endmacro %}<p>{{ shown() }}</p>"


def _read() -> int:
    return db.session.execute(sa.text("SELECT 1")).scalar_one()


def test_a_template_that_asks_the_database_is_refused(database: Flask) -> None:
    template = database.jinja_env.from_string(ASKS)

    with pytest.raises(AssertionError, match="a text asks the database"):
        template.render(read=_read)


def test_a_template_may_be_handed_what_was_read_before(database: Flask) -> None:
    template = database.jinja_env.from_string(ASKS)
    found = _read()

    assert template.render(read=lambda: found) == "<p>1</p>"
    assert _read() == 1


def test_after_a_template_that_failed_the_database_answers_again(database: Flask) -> None:
    with pytest.raises(ZeroDivisionError):
        database.jinja_env.from_string("{{ 1 // 0 }}").render()

    assert _read() == 1
