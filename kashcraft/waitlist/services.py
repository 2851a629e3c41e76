"""What can be done to the waiting list."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed
from kashcraft.waitlist.models import Waitlist, WaitlistStatus

KEPT_FOR = timedelta(days=30)
ENDED = (WaitlistStatus.PURCHASED, WaitlistStatus.CANCELLED)


def purge_ended(*, older_than: timedelta = KEPT_FOR, limit: int = 1000) -> int:
    """Delete up to ``limit`` entries that ended longer ago than that; return how many."""
    old = (
        sa.select(Waitlist.id)
        .where(Waitlist.status.in_(ENDED), Waitlist.ended_at < clock.now() - older_than)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = sa.delete(Waitlist).where(Waitlist.id.in_(old))
    return rows_changed(db.session.execute(gone.execution_options(synchronize_session=False)))
