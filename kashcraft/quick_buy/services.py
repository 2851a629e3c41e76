"""What can be done to quick-checkout sessions."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed
from kashcraft.quick_buy.models import QuickCheckoutSession, SessionStatus


def expire_due(*, limit: int = 200) -> int:
    """End up to ``limit`` open sessions whose time is over; return how many.

    Their stock lapses by itself at the same moment. One that is being bought right now is left alone.
    """
    now = clock.now()
    due = (
        sa.select(QuickCheckoutSession.id)
        .where(QuickCheckoutSession.status == SessionStatus.ACTIVE, QuickCheckoutSession.expires_at <= now)
        .order_by(QuickCheckoutSession.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # Chosen first: PostgreSQL may run a locking subquery with a limit many times, each time for other rows.
    ended = (
        sa.update(QuickCheckoutSession)
        .where(QuickCheckoutSession.id.in_(db.session.scalars(due).all()))
        .values(status=SessionStatus.EXPIRED)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(db.session.execute(ended))
