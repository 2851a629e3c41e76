"""Views of old days become views of months until none is left, however many days there are."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask

from kashcraft.blog import jobs
from kashcraft.blog.models import BlogViewDay, BlogViewMonth
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from tests.factories.rows import add_row

# One more than a step takes.
MANY = 501
LAST_OLD_DAY = date(2025, 1, 31)


def test_every_day_older_than_thirteen_months_is_added_up(database: Flask, frozen: FrozenClock) -> None:
    with step():
        post = add_row("blog_posts", view_count=MANY + 1)
        days = [LAST_OLD_DAY - timedelta(days=age) for age in range(MANY)] + [date(2025, 2, 1)]
        db.session.execute(
            sa.insert(BlogViewDay), [{"post_id": post, "day": day, "views": 1} for day in days]
        )

    jobs.roll_up_views()

    assert db.session.scalars(sa.select(BlogViewDay.day)).all() == [date(2025, 2, 1)]
    assert db.session.scalar(sa.select(sa.func.sum(BlogViewMonth.views))) == MANY
