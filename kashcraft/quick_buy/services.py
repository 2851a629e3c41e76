"""Operations on quick-checkout sessions."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed
from kashcraft.quick_buy.models import QuickCheckoutSession, SessionStatus


def expire_due(*, limit: int = 200) -> int:
    """Expire up to ``limit`` active sessions whose time is over; return their number.

    Their stock is released at the same moment. Sessions that are being bought are skipped.
    """
    now = clock.now()
    due = (
        sa.select(QuickCheckoutSession.id)
        .where(QuickCheckoutSession.status == SessionStatus.ACTIVE, QuickCheckoutSession.expires_at <= now)
        .order_by(QuickCheckoutSession.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # Selected first, because PostgreSQL may repeat a locking subquery with a limit for other rows.
    update = (
        sa.update(QuickCheckoutSession)
        .where(QuickCheckoutSession.id.in_(db.session.scalars(due).all()))
        .values(status=SessionStatus.EXPIRED)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(db.session.execute(update))
