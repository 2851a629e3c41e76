"""Views by day become views by month; their total stays."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.blog import jobs, queries, services
from kashcraft.blog.models import BlogPost, BlogViewDay, BlogViewMonth
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from tests.factories.rows import add_row

DAYS = {
    date(2024, 12, 31): 1, date(2025, 1, 1): 2, date(2025, 1, 31): 4, date(2025, 2, 1): 8,
    date(2026, 3, 2): 16,
}  # fmt: skip


def read_post(days: dict[date, int] = DAYS) -> UUID:
    """Return a post that was read so often on those days."""
    with step():
        post: UUID = add_row("blog_posts", view_count=sum(days.values()))
        for day, views in days.items():
            add_row("blog_view_days", post_id=post, day=day, views=views)
    return post


def by_day(post: UUID) -> dict[date, int]:
    rows = sa.select(BlogViewDay.day, BlogViewDay.views).where(BlogViewDay.post_id == post)
    return dict(tuple(row) for row in db.session.execute(rows))


def by_month(post: UUID) -> dict[tuple[int, int], int]:
    table = BlogViewMonth
    rows = sa.select(table.year, table.month, table.views).where(table.post_id == post)
    return {(row.year, row.month): row.views for row in db.session.execute(rows)}


def test_old_months_become_one_row_each(database: Flask, frozen: FrozenClock) -> None:
    post, other = read_post(), read_post({date(2024, 12, 30): 100})
    for _ in range(2):
        jobs.roll_up_views()
        assert by_day(post) == {date(2025, 2, 1): 8, date(2026, 3, 2): 16}
        assert by_month(post) == {(2024, 12): 1, (2025, 1): 6}
        assert (by_day(other), by_month(other)) == ({}, {(2024, 12): 100})


def test_rolling_up_leaves_the_views_of_each_month_unchanged(database: Flask, frozen: FrozenClock) -> None:
    post = read_post()
    before = queries.list_views_by_month(post)
    assert before == {(2024, 12): 1, (2025, 1): 6, (2025, 2): 8, (2026, 3): 16}
    for _ in range(12):
        jobs.roll_up_views()
        assert queries.list_views_by_month(post) == before
        assert sum(by_day(post).values()) + sum(by_month(post).values()) == 31
        assert db.session.scalar(sa.select(BlogPost.view_count)) == 31
        db.session.rollback()
        frozen.advance(days=31)
    assert by_day(post) == {date(2026, 3, 2): 16}
    assert by_month(post) == {(2024, 12): 1, (2025, 1): 6, (2025, 2): 8}


def test_a_day_that_is_rolled_up_late_is_added_to_its_month(database: Flask, frozen: FrozenClock) -> None:
    post = read_post()
    jobs.roll_up_views()
    with step():
        add_row("blog_view_days", post_id=post, day=date(2025, 1, 1), views=3)
    jobs.roll_up_views()
    assert by_month(post) == {(2024, 12): 1, (2025, 1): 9}


def test_a_killed_run_continues_without_counting_twice(database: Flask, frozen: FrozenClock) -> None:
    post = read_post()
    with step():
        assert services.roll_up_views(limit=2) == 2
    with pytest.raises(KeyboardInterrupt), step():
        assert services.roll_up_views(limit=2) == 1
        raise KeyboardInterrupt
    assert (len(by_day(post)), by_month(post)) == (3, {(2024, 12): 1, (2025, 1): 2})
    jobs.roll_up_views()
    assert by_month(post) == {(2024, 12): 1, (2025, 1): 6}
