"""Operations on quick-checkout sessions."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
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


def export_personal_data(*, person: Individual) -> Export:
    """Return the quick checkouts of a person. One statement, none for a guest."""
    if person.user_id is None:
        return {}
    sessions = sa.select(
        QuickCheckoutSession.product_id, QuickCheckoutSession.quantity, QuickCheckoutSession.total_amount,
        QuickCheckoutSession.currency, QuickCheckoutSession.status, QuickCheckoutSession.created_at,
    )  # fmt: skip
    own = sessions.where(QuickCheckoutSession.user_id == person.user_id)
    return {"quick checkouts": read_rows(own.order_by(QuickCheckoutSession.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Delete the quick checkouts of a person; the orders that came of them stay. Holds of stock lapse."""
    if person.user_id is not None:
        run_erasures(sa.delete(QuickCheckoutSession).where(QuickCheckoutSession.user_id == person.user_id))
