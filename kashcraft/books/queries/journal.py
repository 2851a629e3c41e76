"""The check of the blog: the views of a post are the sum of its days and months."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.blog.models import BlogPost, BlogViewDay, BlogViewMonth
from kashcraft.books.queries.checking import Check, Figures, sums, whole


def _view_count() -> Figures:
    days = sums(BlogViewDay.post_id, BlogViewDay.views)
    months = sums(BlogViewMonth.post_id, BlogViewMonth.views)
    return (
        sa.select(BlogPost.id, whole(days.c.amount) + whole(months.c.amount), BlogPost.view_count)
        .outerjoin(days, days.c.key == BlogPost.id)
        .outerjoin(months, months.c.key == BlogPost.id)
    )


CHECKS = (
    Check(
        "journal.view_count",
        _view_count,
        ("blog_posts.view_count", "blog_view_days.views", "blog_view_months.views"),
    ),
)
