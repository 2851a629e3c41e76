"""What is remembered of searches is forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed
from kashcraft.search.models import SearchHistory

KEPT_FOR = timedelta(days=90)


def purge_searches(*, older_than: timedelta = KEPT_FOR, limit: int = 1000) -> int:
    """Delete up to ``limit`` searches made longer ago than that, with their clicks; return how many."""
    old = (
        sa.select(SearchHistory.id)
        .where(SearchHistory.timestamp < clock.now() - older_than)
        .order_by(SearchHistory.timestamp)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = sa.delete(SearchHistory).where(SearchHistory.id.in_(old))
    return rows_changed(db.session.execute(gone.execution_options(synchronize_session=False)))
