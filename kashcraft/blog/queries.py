"""Reads of the journal."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from kashcraft.blog.models import BlogViewDay, BlogViewMonth
from kashcraft.core import autocommit


def list_views_by_month(post_id: UUID) -> dict[tuple[int, int], int]:
    """Return the views of a post by (year, month), oldest first, from days and months together."""
    by_day = sa.select(
        sa.cast(sa.extract("year", BlogViewDay.day), sa.Integer).label("year"),
        sa.cast(sa.extract("month", BlogViewDay.day), sa.Integer).label("month"),
        BlogViewDay.views,
    ).where(BlogViewDay.post_id == post_id)
    by_month = sa.select(BlogViewMonth.year, BlogViewMonth.month, BlogViewMonth.views).where(
        BlogViewMonth.post_id == post_id
    )
    both = sa.union_all(by_day, by_month).subquery()
    place = (both.c.year, both.c.month)
    found = autocommit.rows(sa.select(*place, sa.func.sum(both.c.views)).group_by(*place).order_by(*place))
    return {(year, month): int(views) for year, month, views in found}
