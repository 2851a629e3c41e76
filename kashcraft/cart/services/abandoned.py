"""Carts that nobody comes back to."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from kashcraft.cart.models import Cart, CartLine
from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed

KEPT_FOR = timedelta(days=60)


def purge_abandoned(*, untouched_for: timedelta = KEPT_FOR, limit: int = 500) -> int:
    """Delete up to ``limit`` guests' carts that were not touched for that long, with all in them.

    Members keep theirs, and so does an order that still waits for its money. Returns how many.
    """
    before = clock.now() - untouched_for
    touched = sa.exists().where(CartLine.cart_id == Cart.id, CartLine.updated_at >= before)
    left = (
        sa.select(Cart.id)
        .where(Cart.user_id.is_(None), Cart.pending_order_id.is_(None), Cart.updated_at < before, ~touched)
        .order_by(Cart.updated_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # Chosen first: PostgreSQL may run a locking subquery with a limit many times, each time for other rows.
    gone = sa.delete(Cart).where(Cart.id.in_(db.session.scalars(left).all()))
    return rows_changed(db.session.execute(gone.execution_options(synchronize_session=False)))
