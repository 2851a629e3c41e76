"""The views of a month are its days and its sum together."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask

from kashcraft.blog import queries
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from tests.factories.rows import add_row


def test_months_are_read_from_days_and_sums_in_one_statement(database: Flask, count_statements: Any) -> None:
    with step():
        post = add_row("blog_posts")
        add_row("blog_view_months", post_id=post, year=2025, month=1, views=100)
        add_row("blog_view_months", post_id=post, year=2024, month=11, views=7)
        for day, views in ((date(2025, 1, 31), 1), (date(2025, 2, 1), 20), (date(2025, 2, 28), 30)):
            add_row("blog_view_days", post_id=post, day=day, views=views)
        add_row("blog_view_days", day=date(2025, 2, 1), views=5)
    with count_statements() as seen:
        found = queries.list_views_by_month(post)
    assert list(found.items()) == [((2024, 11), 7), ((2025, 1), 101), ((2025, 2), 50)]
    assert len(seen) == 1
    assert queries.list_views_by_month(new_id()) == {}
