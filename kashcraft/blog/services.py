"""Retention of the journal's views."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import sqlalchemy as sa

from kashcraft.blog import rules
from kashcraft.blog.models import BlogViewDay, BlogViewMonth
from kashcraft.core.db import db, table_of
from kashcraft.core.settings import shop_time
from kashcraft.core.upsert_totals import add_up

DAYS = table_of(BlogViewDay)
MONTHS = table_of(BlogViewMonth)


def roll_up_views(*, limit: int = 500) -> int:
    """Add up to ``limit`` days older than 13 months to the months of their posts; return how many days.

    The days are deleted in the same step, so the views of a post stay the same. Days that another transaction
    has locked are skipped.
    """
    old = (
        sa.select(DAYS.c.post_id, DAYS.c.day)
        .where(DAYS.c.day < rules.first_daily_day(shop_time().date()))
        .order_by(DAYS.c.day, DAYS.c.post_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    chosen = [tuple(row) for row in db.session.execute(old)]
    if not chosen:
        return 0
    deleted = db.session.execute(
        sa.delete(DAYS).where(sa.tuple_(DAYS.c.post_id, DAYS.c.day).in_(chosen)).returning(*DAYS.c)
    ).all()
    months: Counter[tuple[UUID, int, int]] = Counter()
    for row in deleted:
        months[row.post_id, row.day.year, row.day.month] += row.views
    add_up(MONTHS, {place: {"views": views} for place, views in months.items()})
    return len(chosen)
