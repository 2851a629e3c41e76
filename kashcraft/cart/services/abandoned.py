"""Deletion of abandoned carts."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from kashcraft.cart.models import Cart, CartLine
from kashcraft.core import clock
from kashcraft.core.db import db, rows_changed

RETENTION = timedelta(days=60)


def purge_abandoned(*, untouched_for: timedelta = RETENTION, limit: int = 500) -> int:
    """Delete up to ``limit`` guest carts without changes for ``untouched_for``; return their number.

    Carts of members and carts with a pending order are not deleted.
    """
    before = clock.now() - untouched_for
    touched = sa.exists().where(CartLine.cart_id == Cart.id, CartLine.updated_at >= before)
    abandoned = (
        sa.select(Cart.id)
        .where(Cart.user_id.is_(None), Cart.pending_order_id.is_(None), Cart.updated_at < before, ~touched)
        .order_by(Cart.updated_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # Selected first, because PostgreSQL may repeat a locking subquery with a limit for other rows.
    deletion = sa.delete(Cart).where(Cart.id.in_(db.session.scalars(abandoned).all()))
    return rows_changed(db.session.execute(deletion.execution_options(synchronize_session=False)))
