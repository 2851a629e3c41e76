"""What can be done to the journal."""

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

    The days go in the step that adds them, so the views of a post are the same before and after. Days that
    another step works on are left to it.
    """
    old = (
        sa.select(DAYS.c.post_id, DAYS.c.day)
        .where(DAYS.c.day < rules.first_day_kept(shop_time().date()))
        .order_by(DAYS.c.day, DAYS.c.post_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    chosen = [tuple(row) for row in db.session.execute(old)]
    if not chosen:
        return 0
    taken_out = db.session.execute(
        sa.delete(DAYS).where(sa.tuple_(DAYS.c.post_id, DAYS.c.day).in_(chosen)).returning(*DAYS.c)
    ).all()
    months: Counter[tuple[UUID, int, int]] = Counter()
    for row in taken_out:
        months[row.post_id, row.day.year, row.day.month] += row.views
    add_up(MONTHS, {place: {"views": views} for place, views in months.items()})
    return len(chosen)
